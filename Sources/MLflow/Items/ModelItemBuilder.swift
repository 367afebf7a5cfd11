internal import Foundation
internal import MLMExtension
public import StacModel

/// A model item as a template and MLflow give it, before it is checked.
public struct BuiltModelItem: Sendable, Hashable {
  public let document: JSONObject
  /// Where the template and the run disagree, or something could not be told: sentences.
  public let notes: [String]
}

/// Makes the MLM item of a model from what MLflow knows of it and a template, which is an item with gaps.
///
/// What MLflow knows of the training wins over the template: `mlflow:*`, `version`, `mlm:framework`, `mlm:framework_version`,
/// each key of `mlm:hyperparameters` that the run has, the link `mlflow:run`, and href, `file:size` and `file:checksum` of the
/// model's asset. Everything else that the template says stays, `mlm:input` and `mlm:output` too, since a signature knows
/// neither scaling nor classes. What the template leaves open is taken from tags that are named like properties, first the
/// version's, then the run's, and then from the signature.
public struct ModelItemBuilder: Sendable {
  private let source: ModelSource
  private let template: JSONObject
  private var notes: [String] = []

  private static let modelRole = JSONValue.string("mlm:model")

  /// - Parameter template: an item, of which only `collection` must be there.
  public init(_ source: ModelSource, template: JSONObject) {
    self.source = source
    self.template = template
  }

  /// The item.
  public func item() -> BuiltModelItem {
    var builder = self
    let document = builder.build()
    return BuiltModelItem(document: document, notes: builder.notes)
  }

  private mutating func build() -> JSONObject {
    var item = template
    let properties = properties()
    item["type"] = "Feature"
    item["stac_version"] = template["stac_version"] ?? "1.1.0"
    item["stac_extensions"] = extensions()
    item["id"] = .string(identifier(properties))
    if template["geometry"] == nil { item["geometry"] = .null }
    item["properties"] = .object(properties)
    item["links"] = .array(links())
    item["assets"] = .object(assets(bands: properties["bands"]))
    return item
  }

  private func extensions() -> JSONValue {
    var urls = template["stac_extensions"]?.array ?? []
    let wanted: KeyValuePairs = ["mlm": "v1.5.2", "file": "v2.1.0", "version": "v1.2.0"]
    for (name, version) in wanted where name != "version" || source.version != nil {
      let place = "https://stac-extensions.github.io/\(name)/"
      if !urls.contains(where: { $0.string.map(ExtensionAddress.published)?.hasPrefix(place) == true }) {
        urls.append(.string("\(place)\(version)/schema.json"))
      }
    }
    return .array(urls)
  }

  /// The template's, in which `{version}` stands for the version; else made of name and version.
  private func identifier(_ properties: JSONObject) -> String {
    let version = source.version?.version ?? source.run.map { String($0.id.prefix(8)) } ?? "0"
    if let id = template["id"]?.string, !id.isEmpty { return id.replacingOccurrences(of: "{version}", with: version) }
    let name = properties["mlm:name"]?.string ?? "model"
    let slug = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" })
    return "\(slug)-\(source.version == nil ? "" : "v")\(version)"
  }

  private mutating func properties() -> JSONObject {
    var properties = template["properties"]?.object ?? [:]
    for (name, value) in taggedProperties() where properties[name] == nil { properties[name] = value }
    if properties["datetime"] == nil {
      let time = source.run?.end ?? source.run?.start
      properties["datetime"] = time.map { .string($0.description) } ?? .null
    }
    addModel(to: &properties)
    for member in identity().members { properties[member.name] = member.value }
    return properties
  }

  /// Tags that are named like properties of an item: with a prefix, or one of STAC's own.
  private func taggedProperties() -> [(String, JSONValue)] {
    let plain: Set = ["title", "description", "license", "datetime", "start_datetime", "end_datetime", "keywords"]
    let tags = (source.version?.tags ?? []) + (source.run?.tags ?? [])
    return tags.compactMap { tag in
      let isPrefixed = tag.key.contains(/^[a-z][a-z0-9_-]*:[a-z][a-z0-9_:]*$/) && !tag.key.hasPrefix("mlflow")
      guard isPrefixed || plain.contains(tag.key) else { return nil }
      return (tag.key, MLMExtension.property(tag.key, fromText: tag.value))
    }
  }

  private mutating func addModel(to properties: inout JSONObject) {
    let description = source.description
    if properties["mlm:name"] == nil {
      let name = source.version?.model ?? source.run?.name ?? "model"
      properties["mlm:name"] = .string(Self.modelName(name))
    }
    if let framework = description.framework {
      replace("mlm:framework", in: &properties, by: .string(framework.name))
      if let version = framework.version { replace("mlm:framework_version", in: &properties, by: .string(version)) }
      let boosted = ["XGBoost", "LightGBM", "CatBoost"].contains(framework.name)
      if properties["mlm:architecture"] == nil, boosted { properties["mlm:architecture"] = "Gradient boosted trees" }
    } else {
      notes.append("MLmodel names no library that is known; mlm:framework is the template's")
    }
    addHyperparameters(to: &properties)
    addSignature(to: &properties)
    if properties["title"] == nil, let version = source.version {
      properties["title"] = .string("\(version.model), version \(version.version)")
    }
    if properties["description"] == nil, let text = source.version?.description, !text.isEmpty {
      properties["description"] = .string(text)
    }
  }

  private mutating func replace(_ name: String, in properties: inout JSONObject, by value: JSONValue) {
    if let old = properties[name], old != value {
      notes.append(
        "\(name) is \(JSONSerializer.text(value)) by MLmodel, not \(JSONSerializer.text(old)) as the template says")
    }
    properties[name] = value
  }

  /// A name as `mlm:name` takes it: letters, digits, `_`, `.`, `-` and spaces, beginning with a letter.
  static func modelName(_ text: String) -> String {
    var name = String(
      text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "_.- ".contains($0)) ? $0 : "-" }.prefix(200))
    while let last = name.last, !(last.isLetter || last.isNumber) { name.removeLast() }
    if name.first?.isLetter != true { name = "model-" + name }
    while let last = name.last, !(last.isLetter || last.isNumber) { name.removeLast() }
    return name.count < 3 ? "model-\(name)" : name
  }

  private mutating func addHyperparameters(to properties: inout JSONObject) {
    var hyperparameters = properties["mlm:hyperparameters"]?.object ?? [:]
    for parameter in source.run?.parameters ?? [] {
      guard parameter.key.contains(/^[0-9a-zA-Z_.-]+$/) else {
        notes.append("the parameter '\(parameter.key.prefix(100))' has a name that mlm:hyperparameters does not take")
        continue
      }
      hyperparameters[parameter.key] = Self.parameter(parameter.value)
    }
    if !hyperparameters.isEmpty { properties["mlm:hyperparameters"] = .object(hyperparameters) }
  }

  /// A parameter, which MLflow keeps as Python's `str()` of it.
  private static func parameter(_ text: String) -> JSONValue {
    switch text {
    case "True": return true
    case "False": return false
    case "None": return nil
    default:
      guard case .number(let number)? = try? JSONParser.parse(text) else { return .string(text) }
      return .number(number)
    }
  }

  private mutating func addSignature(to properties: inout JSONObject) {
    guard let signature = source.description.signature else {
      if properties["mlm:input"] == nil {
        notes.append("the model was logged without a signature; say mlm:input yourself")
      }
      return
    }
    if !signature.parameters.isEmpty {
      notes.append(
        "the signature takes the parameters \(signature.parameters.prefix(20).joined(separator: ", ").prefix(200)) with each "
          + "prediction, for which MLM has no member; tell of them in the description")
    }
    let columns = signature.inputs.compactMap(\.name)
    if let input = properties["mlm:input"] {
      let bands = (input.array ?? []).flatMap { $0.object?["bands"]?.array ?? [] }
        .compactMap { $0.string ?? $0.object?["name"]?.string }
      if !columns.isEmpty, !bands.isEmpty, bands != columns {
        notes.append(
          "the template's mlm:input has the bands \(bands.joined(separator: ", ")), the signature "
            + columns.joined(separator: ", "))
      }
    } else if let input = signature.input {
      properties["mlm:input"] = input
      if properties["bands"] == nil, !columns.isEmpty {
        properties["bands"] = .array(columns.map { .object(["name": .string($0)]) })
      }
    }
    if properties["mlm:output"] == nil {
      properties["mlm:output"] = signature.output(tasks: properties["mlm:tasks"]?.array ?? [])
    }
  }

  /// What ties the item to MLflow, and its version.
  private func identity() -> JSONObject {
    var object: JSONObject = ["mlflow:tracking_uri": .string(source.server.url)]
    if let run = source.run {
      object["mlflow:run_id"] = .string(run.id)
      object["mlflow:experiment_id"] = .string(run.experimentID)
      let metrics = run.metrics.filter { $0.value.isFinite }
      if !metrics.isEmpty {
        object["mlflow:metrics"] = .object(JSONObject(metrics.map { .init(name: $0.key, value: .init($0.value)) }))
      }
    }
    if let id = source.description.modelID { object["mlflow:model_id"] = .string(id) }
    if let version = source.version {
      object["mlflow:registered_model"] = .string(version.model)
      object["mlflow:version"] = .string(version.version)
      object["version"] = .string(version.version)
    }
    if let alias = source.alias { object["mlflow:alias"] = .string(alias) }
    return object
  }

  private func links() -> [JSONValue] {
    var links = (template["links"]?.array ?? []).filter { $0.object?["rel"]?.string != LinkRelation.mlflowRun.rawValue }
    if let run = source.run {
      let page = source.server.page(ofRun: run.id, experiment: run.experimentID)
      links.append(.object(Link(rel: .mlflowRun, href: page, type: .html, title: "MLflow run").json))
    }
    return links
  }

  /// The template's assets, of which the one with role `mlm:model` is the model's file.
  private mutating func assets(bands: JSONValue?) -> JSONObject {
    var assets = template["assets"]?.object ?? [:]
    let isModel: (JSONObject.Member) -> Bool = {
      $0.value.object?["roles"]?.array?.contains(Self.modelRole) == true
    }
    let key = assets.members.first(where: isModel)?.name ?? "model"
    var asset = assets[key]?.object ?? [:]
    let framework = source.description.framework
    asset["href"] = .string(source.file?.href ?? source.folder)
    if asset["type"] == nil { asset["type"] = .string(framework?.mediaType ?? "application/octet-stream") }
    if asset["roles"] == nil { asset["roles"] = [Self.modelRole, "mlm:weights"] }
    if asset["mlm:artifact_type"] == nil, let type = framework?.artifactType {
      asset["mlm:artifact_type"] = .string(type)
    }
    asset["file:size"] = source.file.map { .init($0.size) }
    asset["file:checksum"] = source.file.map { .string($0.checksum) }
    if asset["bands"] == nil, let bands { asset["bands"] = bands }
    if source.file == nil { notes.append("MLmodel names no single file; the model's asset has no checksum") }
    assets[key] = .object(asset)
    return assets
  }
}
