import StacModel

// The members of `properties` that are no input or output.

extension ModelCheck {
  mutating func checkProperties() {
    let place: JSONPointer = "/properties"
    if (properties["mlm:framework"]?.string ?? "").isEmpty {
      warn(
        .frameworkPresent, place.appending("mlm:framework"), "the framework is not named",
        mend: "add mlm:framework, such as \"XGBoost\"")
    }
    if (properties["mlm:framework_version"]?.string ?? "").isEmpty {
      warn(
        .frameworkVersionPresent, place.appending("mlm:framework_version"), "the framework's version is not named",
        mend: "add mlm:framework_version, three numbers such as \"3.2.0\"")
    }
    checkVersion(at: place.appending("version"))
    let source = properties["mlm:pretrained_source"]
    if properties["mlm:pretrained"]?.bool == false, let source, !source.isNull {
      warn(
        .pretrainedSource, place.appending("mlm:pretrained_source"),
        "the model is not pretrained and yet has a source", mend: "write null, or set mlm:pretrained to true")
    } else if properties["mlm:pretrained"]?.bool == true, source?.string == nil {
      warn(
        .pretrainedSource, place.appending("mlm:pretrained_source"), "the model is pretrained, on what is not said",
        mend: "name the data or the model it was trained with")
    }
    if properties["classification:classes"] != nil {
      warn(
        .memberPlace, place.appending("classification:classes"), "the classes of a model stand in its outputs",
        mend: "move them to the output that tells them apart")
    }
    let ofAssets = ["mlm:artifact_type", "mlm:compile_method", "mlm:entrypoint"]
    for name in ofAssets where properties[name] != nil {
      warn(
        .memberPlace, place.appending(name), "\(name) belongs on an asset, not in the properties",
        mend: "move it to the asset it tells of")
    }
  }

  /// What cannot be asked for by `name@version`, or leads to something else.
  private mutating func checkVersion(at pointer: JSONPointer) {
    guard let json = properties["version"], !json.isNull else { return }
    guard let version = json.string else {
      let told =
        json.versionText.map { "the version is the number \($0)" } ?? "the version is no text, and counts as none"
      return warn(
        .versionSelectable, pointer, told,
        mend: "write a text such as \"\(json.versionText ?? "1.0.0")\", and declare the version extension")
    }
    guard let told = Self.unselectable(version) else { return }
    warn(.versionSelectable, pointer, told, mend: "write a number such as \"1.0.0\"")
  }

  private static func unselectable(_ version: String) -> String? {
    switch version {
    case "latest", "production":
      return "name@\(version) leads to another model: the word names the \(version) version, whatever it is"
    case "v", "V": return "the version is a '\(version)' without a number"
    default: break
    }
    let shown = version.prefix(64)
    if version.unicodeScalars.contains(where: { "@/".unicodeScalars.contains($0) }) {
      return "name@\(shown) names no version: '@' stands before the version, and '/' between the parts of an address"
    }
    if version.allSatisfy(\.isWhitespace) { return "the version is empty, so that nothing names it" }
    let isControl = { (scalar: Unicode.Scalar) in scalar.properties.generalCategory == .control }
    let hasEnds = version.first?.isWhitespace == true || version.last?.isWhitespace == true
    guard hasEnds || version.unicodeScalars.contains(where: isControl) else { return nil }
    return "the version has spaces at its ends or control characters, which nobody sees who asks for it"
  }

  mutating func checkLinks() {
    if item.mlflowRunLinks.isEmpty {
      warn(
        .runLink, "/links", "no link leads to the run that made the model", mend: "add one with the rel \"mlflow:run\"")
    }
    checkMetrics()
  }

  /// What is no number cannot be held against the run.
  private mutating func checkMetrics() {
    guard let said = properties["mlflow:metrics"], !said.isNull else { return }
    let pointer = JSONPointer("/properties/mlflow:metrics")
    let remedy = "write the metrics of the run, as in {\"accuracy\": 0.91}"
    guard let metrics = said.object else {
      return warn(.runMetrics, pointer, "mlflow:metrics is no object of numbers", mend: remedy)
    }
    for member in metrics.members where member.value.double == nil {
      warn(
        .runMetrics, pointer.appending(member.name), "the item's metric \(member.name.prefix(100)) is no number",
        mend: remedy)
    }
  }
}
