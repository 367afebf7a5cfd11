import Geo
import MLMExtension
import StacModel
import TreeEnsembles

/// How a band of another grid is read, and who says so.
///
/// Class numbers and flags that are blended make others, which are plausible and wrong. So whatever says that a band has
/// such numbers makes it nearest; who asks for something else in the request gets that.
struct ResamplingChoice: Sendable, Hashable {
  /// Who says so.
  enum Origin: String, Sendable {
    case request
    /// The documents of the imagery: an item, or its collection's `item_assets`.
    case item
    /// The model's item.
    case model
    /// The model's file, which takes the feature as categories.
    case modelFile = "model-file"
    /// The image.
    case file
    /// Nobody: a band holds quantities where nothing says otherwise.
    case standard = "default"
  }

  let method: Resampling
  let origin: Origin
  /// What it is there that says so, for people.
  var sign: String?
}

/// What is known, before items are looked at, of how bands are read.
struct ResamplingRules: Sendable {
  private let requested: [String: Resampling]
  private let names: CategoricalNames
  private let categoricalInputs: Set<String>

  /// - Throws: `missing-band` where the request names a band that the model does not read.
  init(_ request: InferenceRequest, model: RunnableModel) throws(InferenceError) {
    requested = request.resampling
    names = CategoricalNames(of: request.model)
    categoricalInputs = Self.categoricalInputs(model)
    let known = model.layout.sourceNames
    if let other = requested.keys.sorted().first(where: { !known.contains($0) }) {
      throw InferenceError(
        .missingBand,
        "The resampling of the band '\(other.prefix(64))' is asked for, which the model does not read; it reads: "
          + "\(known.prefix(40).joined(separator: ", ")).")
    }
  }

  /// The bands that are categorical features as they are; what is computed of others is left to what they are.
  private static func categoricalInputs(_ model: RunnableModel) -> Set<String> {
    let features = model.layout.features.enumerated().filter { model.evaluator.categoricalFeatures.contains($0.offset) }
    let bands = features.map { model.layout.bands[$0.element.band] }
    return Set(bands.filter { $0.expression == nil }.map(\.name))
  }

  /// How a band is read.
  ///
  /// - Parameter sources: the bands of its name in all the items: a series is read in one way.
  func choice(_ name: String, _ sources: [BandSource]) -> ResamplingChoice {
    if let method = requested[name] { return ResamplingChoice(method: method, origin: .request) }
    if let sign = names[name] { return ResamplingChoice(method: .nearest, origin: .model, sign: sign) }
    if let sign = sources.lazy.compactMap(\.description.categoricalSign).first {
      return ResamplingChoice(method: .nearest, origin: .item, sign: sign)
    }
    if categoricalInputs.contains(name) {
      return ResamplingChoice(method: .nearest, origin: .modelFile, sign: "a feature of categories")
    }
    if let sign = sources.lazy.compactMap(\.band.classSign).first {
      return ResamplingChoice(method: .nearest, origin: .file, sign: sign.rawValue)
    }
    return ResamplingChoice(method: .bilinear, origin: .standard)
  }
}
