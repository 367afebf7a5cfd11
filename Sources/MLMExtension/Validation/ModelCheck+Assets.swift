import StacModel

// The files of a model item.

extension ModelCheck {
  private static let roles: Set<String> = [
    "mlm:model", "mlm:weights", "mlm:checkpoint", "mlm:compiled", "mlm:source_code", "mlm:training", "mlm:inference",
    "mlm:container",
    "mlm:training-runtime", "mlm:inference-runtime", "mlm:training-code", "mlm:inference-code",
  ]

  mutating func checkAssets() {
    let files = item.modelFiles
    if files.isEmpty {
      warn(
        .modelAsset, "/assets", "no asset is the model file",
        mend: "give the role \"mlm:model\" to an asset that is neither an image nor a test vector")
    }
    for other in files.dropFirst() {
      warn(
        .modelAssetUnique, JSONPointer("/assets").appending(other.key).appending("roles"),
        "the model has another file before this one, which is the one that is run",
        mend: "give the role \"mlm:model\" to one asset, and make the other an item of its own")
    }
    for asset in assets { checkAsset(asset, at: JSONPointer("/assets").appending(asset.key)) }
    for file in files { checkModel(file, at: JSONPointer("/assets").appending(file.key)) }
    if item.testVectorAsset == nil {
      warn(
        .goldenVector, "/assets", "there is no golden vector",
        mend: "add a CSV of features and expected outputs with the role \"test-vector\"")
    }
  }

  private mutating func checkAsset(_ asset: Asset, at pointer: JSONPointer) {
    for (index, role) in asset.roles.enumerated() where role.hasPrefix("mlm:") && !Self.roles.contains(role) {
      warn(
        .assetRole, pointer.appending("roles").appending(index),
        "'\(role.prefix(64))' is no role of the MLM extension", mend: "write mlm:model, or a role without \"mlm:\"")
    }
    checkForm(of: asset, at: pointer)
    checkPlaces(asset, at: pointer)
    if asset.isContainer, !Self.hasDigest(asset.href) {
      warn(
        .containerDigest, pointer.appending("href"), "the container is not pinned: its tag may move",
        mend: "add its digest, as in name:tag@sha256: and 64 hexadecimal digits")
    }
  }

  private mutating func checkModel(_ asset: Asset, at pointer: JSONPointer) {
    if asset.executableFormatAdvice != nil {
      warn(
        .executableFormat, pointer.appending("href"),
        "a pickle, joblib or torch.save file can run any code when it is loaded, and is never run here",
        mend: "save the model in a format that is data only, XGBoost by booster.save_model(\"model.ubj\"), PyTorch and "
          + "Keras as ONNX")
    }
    if asset.checksum == nil {
      warn(
        .checksumPresent, pointer.appending("file:checksum"), "the model file has no checksum",
        mend: "give file:checksum (1220 and the SHA-256 in hexadecimal) and declare the file extension")
    }
    if asset.type == nil {
      warn(
        .mediaType, pointer.appending("type"), "the model file has no media type",
        mend: "add type, such as \"application/octet-stream; framework=xgboost\"")
    }
    checkArtifact(asset, at: pointer.appending("mlm:artifact_type"))
  }

  private mutating func checkArtifact(_ asset: Asset, at pointer: JSONPointer) {
    guard let type = asset.artifactType, !type.isEmpty else {
      return warn(
        .artifactPresent, pointer, "how the model file was written is not said",
        mend: "add mlm:artifact_type, such as \"xgboost.Booster.save_model\"")
    }
    guard let known = ArtifactType(type) else {
      return warn(
        .artifactKnown, pointer, "'\(type.prefix(64))' is no artifact type that is known here",
        mend: "write one of \(ArtifactType.examples.joined(separator: ", "))")
    }
    if let framework = properties["mlm:framework"]?.string, !known.fits(framework: framework) {
      warn(
        .artifactFramework, pointer,
        "'\(type.prefix(64))' is not how a model of \(framework.prefix(64)) is written",
        mend: "mend mlm:artifact_type or mlm:framework")
    }
  }

  private mutating func checkPlaces(_ asset: Asset, at pointer: JSONPointer) {
    if asset.json["mlm:artifact_type"] != nil, !asset.roles.contains("mlm:model") {
      warn(
        .memberPlace, pointer.appending("mlm:artifact_type"), "mlm:artifact_type tells of a model file",
        mend: "give the asset the role \"mlm:model\", or remove it")
    }
    if asset.json["mlm:entrypoint"] != nil, !asset.roles.contains("code") {
      warn(
        .memberPlace, pointer.appending("mlm:entrypoint"), "mlm:entrypoint tells of source code",
        mend: "give the asset the role \"code\", or remove it")
    }
  }

  private mutating func checkForm(of asset: Asset, at pointer: JSONPointer) {
    guard let checksum = asset.checksum, !Self.isSHA256(checksum) else { return }
    if Self.isSHA256("1220" + checksum) {
      return warn(
        .checksumForm, pointer.appending("file:checksum"), "the checksum does not say that it is a SHA-256",
        mend: "write 1220 before its digits, which is how a multihash says so")
    }
    warn(
      .checksumForm, pointer.appending("file:checksum"), "the checksum is no SHA-256, so it cannot be verified here",
      mend: "write a multihash: 1220 and the 64 hexadecimal digits of the file's SHA-256")
  }

  private static func isSHA256(_ multihash: String) -> Bool {
    multihash.utf8.count == 68 && multihash.hasPrefix("1220") && multihash.allSatisfy { $0.isASCII && $0.isHexDigit }
  }

  private static func hasDigest(_ reference: String) -> Bool {
    guard let at = reference.firstIndex(of: "@") else { return false }
    return ContentDigest.isWellFormed(reference[reference.index(after: at)...])
  }
}
