import MLMExtension
import StacModel
import TreeEnsembles

/// Where each feature of a row comes from: which item in time, and which band or expression of it.
struct FeatureLayout: Sendable {
  /// One band of the model's input at one time.
  struct Feature: Sendable {
    /// Index of the item in order of time, 0 for a model without time.
    let step: Int
    /// Index into ``FeatureLayout/bands``.
    let band: Int
  }

  /// A band of the input: what it is called, and the bands it is made of.
  struct Band: Sendable {
    let name: String
    /// Nil where the band is read as it is.
    let expression: BandExpression?
    let scaling: ValueScaling?

    /// The bands that have to be read for it.
    var sourceNames: [String] { expression?.bandNames ?? [name] }

    /// Its name, how it is computed, and how its values are scaled afterwards.
    var document: JSONObject {
      var document: JSONObject = ["name": .string(name)]
      if let expression { document["expression"] = .string(expression.text) }
      if let scaling { document["value_scaling"] = .object(scaling.document) }
      return document
    }
  }

  let bands: [Band]
  /// The features in the order of a row.
  let features: [Feature]
  /// How many items in time the model reads, nil for a model without time.
  let steps: Int?

  /// The names of all bands to read, each once.
  var sourceNames: [String] {
    var names: [String] = []
    for name in bands.flatMap(\.sourceNames) where !names.contains(name) { names.append(name) }
    return names
  }

  init(_ properties: ModelProperties, _ facts: ModelFacts) throws(InferenceError) {
    let input = try Self.input(of: properties)
    bands = try Self.bands(input)
    let dimensions = try Self.dimensions(input.structure)
    steps = try Self.steps(input.structure, bands: bands.count, features: facts.featureCount)
    try Self.checkCount(facts, bands: bands.count, steps: steps)
    let count = bands.count
    let isTimeFirst = (dimensions.firstIndex(of: "time") ?? 0) < (dimensions.firstIndex(of: "bands") ?? 0)
    var features: [Feature] = []
    if isTimeFirst || steps == nil {
      for step in 0..<(steps ?? 1) { for band in 0..<count { features.append(Feature(step: step, band: band)) } }
    } else {
      for band in 0..<count { for step in 0..<(steps ?? 1) { features.append(Feature(step: step, band: band)) } }
    }
    self.features = features
    try checkNames(facts)
  }

  /// Checks what can be told without the model file.
  static func check(_ properties: ModelProperties) throws(InferenceError) {
    let input = try input(of: properties)
    _ = try bands(input)
    _ = try dimensions(input.structure)
  }

  /// The one input of a model, where it asks for nothing that is not done here.
  private static func input(of properties: ModelProperties) throws(InferenceError) -> ModelInput {
    guard properties.inputs.count == 1, let input = properties.inputs.first else {
      throw InferenceError(.unsupportedModel, "The model has \(properties.inputs.count) inputs; models of one are run.")
    }
    guard input.preProcessing.isEmpty, input.resizeType == nil else {
      throw InferenceError(
        .unsupportedModel, "The model asks for a pre_processing_function or a resize_type, which are not done here.")
    }
    guard !input.bands.isEmpty else {
      throw InferenceError(.unsupportedModel, "The model's input names no bands, so nothing can be matched by name.")
    }
    if let size = input.structure.size(of: "bands"), size >= 0, size != input.bands.count {
      throw InferenceError(
        .unsupportedModel, "The shape of the model's input says \(size) bands and the input names \(input.bands.count)."
      )
    }
    return input
  }

  private static func bands(_ input: ModelInput) throws(InferenceError) -> [Band] {
    let scalings = input.valueScaling
    guard scalings.isEmpty || scalings.count == 1 || scalings.count == input.bands.count else {
      throw InferenceError(
        .invalidModel, "value_scaling has \(scalings.count) entries for \(input.bands.count) bands: one or one each.")
    }
    var bands: [Band] = []
    for (index, band) in input.bands.enumerated() {
      let scaling = scalings.isEmpty ? nil : scalings[scalings.count == 1 ? 0 : index]
      try check(scaling)
      var expression: BandExpression?
      if let formula = band.expression {
        do {
          expression = try BandExpression(formula)
        } catch {
          throw InferenceError(
            .unsupportedModel, "The expression of band '\(band.name.prefix(64))' cannot be run: \(error.description).")
        }
      }
      bands.append(Band(name: band.name, expression: expression, scaling: scaling))
    }
    return bands
  }

  private static func check(_ scaling: ValueScaling?) throws(InferenceError) {
    switch scaling {
    case .unknown?, .processing?:
      throw InferenceError(
        .unsupportedModel, "The value_scaling '\(scaling?.type.prefix(64) ?? "")' is not done here.")
    case .minMax(let minimum, let maximum)? where minimum == maximum:
      throw InferenceError(.invalidModel, "A value_scaling min-max has equal ends.")
    case .scale(0)?, .zScore(mean: _, standardDeviation: 0)?:
      throw InferenceError(.invalidModel, "A value_scaling divides by zero.")
    default: return
    }
  }

  private static func dimensions(_ structure: InputStructure) throws(InferenceError) -> [String] {
    for (index, name) in structure.dimensions.enumerated() where !["batch", "time", "bands"].contains(name) {
      guard index < structure.shape.count, structure.shape[index] == 1 else {
        throw InferenceError(
          .unsupportedModel,
          "The model's input has the dimension '\(name.prefix(64))': only models of single pixels are run, with the "
            + "dimensions batch, time and bands.")
      }
    }
    return structure.dimensions
  }

  private static func steps(_ structure: InputStructure, bands: Int, features: Int) throws(InferenceError) -> Int? {
    guard structure.dimensions.contains("time") else { return nil }
    guard let size = structure.size(of: "time"), size != 0 else {
      throw InferenceError(.invalidModel, "The shape of the model's input gives no size for time.")
    }
    let steps = size == -1 ? features / bands : size
    guard 1...4_096 ~= steps else {
      throw InferenceError(.unsupportedModel, "The model reads \(steps) items in time; 1 to 4096 are read.")
    }
    return steps
  }

  /// Before a list of features is made: an item may name more than memory holds.
  private static func checkCount(_ facts: ModelFacts, bands: Int, steps: Int?) throws(InferenceError) {
    let count = bands.multipliedReportingOverflow(by: steps ?? 1)
    guard !count.overflow, count.partialValue == facts.featureCount else {
      let times = steps.map { " at \($0) times" } ?? ""
      throw InferenceError(
        .featureMismatch,
        "The model file has \(facts.featureCount) features, its item names \(bands) bands\(times).")
    }
  }

  /// Compares the names in the file with the bands; in a series a feature's name must begin with its band's.
  private func checkNames(_ facts: ModelFacts) throws(InferenceError) {
    guard let names = facts.featureNames else { return }
    let known = bands.map(\.name)
    if steps != nil, !names.allSatisfy({ name in known.contains { name.hasPrefix($0) } }) { return }
    for (index, feature) in features.enumerated() {
      let band = bands[feature.band].name
      guard steps == nil ? names[index] == band : names[index].hasPrefix(band) else {
        throw InferenceError(
          .featureMismatch,
          "Feature \(index + 1) is '\(names[index].prefix(64))' in the model file and '\(band.prefix(64))' in the item: "
            + "name the bands in the order of training.")
      }
    }
  }
}
