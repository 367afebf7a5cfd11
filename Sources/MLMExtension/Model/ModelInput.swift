import StacModel

/// The shape of what goes into a model: sizes and names of its dimensions, and its data type.
public struct InputStructure: Sendable, Hashable {
  /// The size of each dimension; -1 where any size is taken.
  public let shape: [Int]
  /// The name of each dimension, as many as ``shape`` has.
  public let dimensions: [String]
  public let dataType: String

  init?(_ json: JSONValue?) {
    guard let object = json?.object, let sizes = object["shape"]?.array, let names = object["dim_order"]?.array,
      let dataType = object["data_type"]?.string
    else { return nil }
    shape = sizes.compactMap { $0.wholeNumber.flatMap { Int(exactly: $0) } }
    dimensions = names.compactMap(\.string)
    self.dataType = dataType
    guard shape.count == sizes.count, dimensions.count == names.count else { return nil }
  }

  /// The size of a dimension by name, nil where there is none.
  public func size(of dimension: String) -> Int? {
    guard let index = dimensions.firstIndex(of: dimension), index < shape.count else { return nil }
    return shape[index]
  }
}

/// One input of a model (MLM `mlm:input`).
public struct ModelInput: Sendable, Hashable {
  public let name: String
  /// The bands in the order the model takes them, empty where it takes none.
  public let bands: [ModelBand]
  /// The variables of a data cube in order.
  public let variables: [ModelBand]
  public let structure: InputStructure
  /// None, one for every band, or one for each.
  public let valueScaling: [ValueScaling]
  public let resizeType: String?
  public let preProcessing: [ProcessingExpression]
  public let description: String?

  init?(_ json: JSONValue) {
    guard let object = json.object, let name = object["name"]?.string, let structure = InputStructure(object["input"])
    else { return nil }
    self.name = name
    self.structure = structure
    bands = ModelBand.list(object["bands"])
    variables = ModelBand.list(object["variables"])
    valueScaling = (object["value_scaling"]?.array ?? []).map { ValueScaling($0) }
    resizeType = object["resize_type"]?.string
    preProcessing = ProcessingExpression.list(object["pre_processing_function"])
    description = object["description"]?.string
  }
}

extension ModelInput {
  /// The bands of some inputs that have to be read, each once; what cannot be read out of an expression is passed over.
  static func sourceBandNames(of inputs: [ModelInput]) -> [String] {
    var names: [String] = []
    var seen: Set<String> = []
    for band in inputs.flatMap(\.bands) {
      let sources = band.expression.map { (try? BandExpression($0))?.bandNames ?? [] } ?? [band.name]
      for name in sources where seen.insert(name).inserted { names.append(name) }
    }
    return names
  }
}

extension ModelProperties {
  /// The bands that have to be read for the inputs, by the names that they are looked for, each once.
  public var sourceBandNames: [String] { ModelInput.sourceBandNames(of: inputs) }
}
