public import StacModel

/// What an item says about its model: the `mlm:` members of its properties as values.
public struct ModelProperties: Sendable, Hashable {
  public let version: MLMVersion
  public let name: String
  public let architecture: String
  public let tasks: [ModelTask]
  public let inputs: [ModelInput]
  public let outputs: [ModelOutput]
  public let framework: String?
  public let frameworkVersion: String?
  public let accelerator: Accelerator?
  public let memorySize: Int?
  public let totalParameters: Int?
  public let batchSizeSuggestion: Int?
  public let isPretrained: Bool?
  public let pretrainedSource: String?
  public let hyperparameters: JSONObject

  /// Reads the members of an item that ``MLMExtension/validate(_:)`` found without fault.
  init(checked item: Item, version: MLMVersion) {
    let properties = item.properties
    func count(_ name: String) -> Int? { properties[name]?.wholeNumber.flatMap { Int(exactly: $0) } }
    self.version = version
    name = properties["mlm:name"]?.string ?? ""
    architecture = properties["mlm:architecture"]?.string ?? ""
    tasks = (properties["mlm:tasks"]?.array ?? []).compactMap { $0.string.flatMap(ModelTask.init(rawValue:)) }
    inputs = (properties["mlm:input"]?.array ?? []).compactMap { ModelInput($0) }
    outputs = (properties["mlm:output"]?.array ?? []).compactMap { ModelOutput($0) }
    framework = properties["mlm:framework"]?.string
    frameworkVersion = properties["mlm:framework_version"]?.string
    accelerator = properties["mlm:accelerator"]?.string.flatMap(Accelerator.init(rawValue:))
    memorySize = count("mlm:memory_size")
    totalParameters = count("mlm:total_parameters")
    batchSizeSuggestion = count("mlm:batch_size_suggestion")
    isPretrained = properties["mlm:pretrained"]?.bool
    pretrainedSource = properties["mlm:pretrained_source"]?.string
    hyperparameters = properties["mlm:hyperparameters"]?.object ?? [:]
  }
}
