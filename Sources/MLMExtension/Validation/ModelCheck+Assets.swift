import StacModel

// Assets and links of a model item.

extension ModelCheck {
  mutating func checkAssets() {
    let assets = item.assets
    if !assets.contains(where: { $0.roles.contains("mlm:model") }) {
      fault("/assets", "one asset at least must have the role \"mlm:model\": the model file")
    }
    for asset in assets { checkAsset(asset, at: JSONPointer("/assets").appending(asset.key)) }
    if item.testVectorAsset == nil {
      warn("/assets", "no golden vector: add a CSV of features and expected outputs with the role \"test-vector\"")
    }
  }

  private mutating func checkAsset(_ asset: Asset, at pointer: JSONPointer) {
    let isModel = asset.roles.contains("mlm:model")
    let artifact = asset.json["mlm:artifact_type"]
    if isModel, (artifact?.string ?? "").isEmpty {
      rule(
        pointer.appending("mlm:artifact_type"),
        "a model asset needs mlm:artifact_type: how the file was written, such as \"xgboost.Booster.save_model\"")
    } else if !isModel, artifact != nil {
      rule(pointer.appending("mlm:artifact_type"), "mlm:artifact_type goes with the role \"mlm:model\" only")
    }
    for name in ["mlm:name", "mlm:input", "mlm:output", "mlm:hyperparameters"] where asset.json[name] != nil {
      rule(pointer.appending(name), "\(name) belongs in the item's properties: move it there")
    }
    checkOptionalText("mlm:compile_method", in: asset.json, at: pointer)
    if let entrypoint = asset.json["mlm:entrypoint"] {
      if (entrypoint.string ?? "").isEmpty || !asset.roles.contains("code") {
        rule(pointer.appending("mlm:entrypoint"), "mlm:entrypoint is a text and goes with the role \"code\"")
      }
    }
    warnAboutAsset(asset, isModel: isModel, at: pointer)
  }

  private mutating func warnAboutAsset(_ asset: Asset, isModel: Bool, at pointer: JSONPointer) {
    if isModel, let advice = asset.executableFormatAdvice { warn(pointer.appending("href"), advice) }
    if isModel, asset.checksum == nil {
      warn(pointer.appending("file:checksum"), "no checksum: give file:checksum (1220 and the SHA-256 in hexadecimal)")
    }
    if asset.isContainer, !asset.href.contains("@sha256:") {
      warn(pointer.appending("href"), "the container is not pinned: add its digest, as in name:tag@sha256:…")
    }
  }

  mutating func checkLinks() {
    if item.mlflowRunLinks.isEmpty {
      warn("/links", "no link to the run that made the model: add one with rel \"mlflow:run\"")
    }
  }
}
