import StacModel

/// The shape of what comes out of a model; the members mean what they mean for an input.
public typealias ResultStructure = InputStructure

/// One class of a classification (classification extension `classification:classes`).
public struct ModelClass: Sendable, Hashable {
  /// The code of the class in a map.
  public let value: Int
  public let name: String?
  public let title: String?
  public let description: String?
  /// Six hexadecimal digits RRGGBB, nil where the document gives none.
  public let color: String?
  public let isNoData: Bool

  init?(_ json: JSONValue) {
    guard let object = json.object, let value = object["value"]?.wholeNumber.flatMap({ Int(exactly: $0) }) else {
      return nil
    }
    self.value = value
    name = object["name"]?.string
    title = object["title"]?.string
    description = object["description"]?.string
    color = object["color_hint"]?.string
    isNoData = object["nodata"]?.bool ?? false
  }

  /// What people call the class: title, name or description, else its code.
  public var label: String { title ?? name ?? description ?? String(value) }
}

/// One output of a model (MLM `mlm:output`).
public struct ModelOutput: Sendable, Hashable {
  public let name: String
  public let tasks: [ModelTask]
  public let result: ResultStructure
  /// The classes in the order of the model's outputs, empty where it does not classify.
  public let classes: [ModelClass]
  public let postProcessing: [ProcessingExpression]
  public let description: String?

  init?(_ json: JSONValue) {
    guard let object = json.object, let name = object["name"]?.string, let result = ResultStructure(object["result"])
    else { return nil }
    self.name = name
    self.result = result
    tasks = (object["tasks"]?.array ?? []).compactMap { $0.string.flatMap(ModelTask.init(rawValue:)) }
    classes = (object["classification:classes"]?.array ?? []).compactMap { ModelClass($0) }
    postProcessing = ProcessingExpression.list(object["post_processing_function"])
    description = object["description"]?.string
  }
}
