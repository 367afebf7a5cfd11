import Foundation

/// What a model file says of itself, as far as its user needs to know.
public struct ModelFacts: Sendable, Hashable {
  /// The encoding of the file.
  public let format: ModelFileFormat
  /// The library that saved the file: `XGBoost` or `LightGBM`.
  public let library: String
  /// The release of the library, such as `3.2.0`.
  public let version: String
  /// The objective as the file names it, such as `multi:softprob`.
  public let objective: String
  /// What the outputs mean; `multi:softmax` and `binary:logitraw` give probabilities here too.
  public let kind: ClassifierKind
  /// Features of a row.
  public let featureCount: Int
  /// Outputs of a row.
  public let outputCount: Int
  /// The names of the features, nil where the file has none.
  public let featureNames: [String]?
  /// How many trees add up; 0 for a linear model.
  public let treeCount: Int

  /// Library and release.
  public var producer: String { "\(library) \(version)" }
}

/// A model file that has been read and checked: trees, or the weights of a linear model, and what becomes of their sums.
///
/// XGBoost's JSON and UBJSON of releases 1.0 to 3.x and LightGBM's text are read whole by bounded readers: every index,
/// length and number is checked. Pickle, joblib, archives, web pages and XGBoost's old binary format are refused with
/// advice. All trees count: a `best_iteration` of early stopping is not applied, as in `Booster.predict`.
public struct EnsembleModel: Sendable {
  public let facts: ModelFacts
  let terms: Terms
  /// Where the sums start: one number for each output.
  let bases: [Double]
  /// In which precision the trees add up.
  let precision: Precision
  let transform: OutputTransform

  /// What adds up to a row's margins.
  enum Terms: Sendable {
    case trees([EnsembleTree], sets: [CategorySet])
    /// `[featureCount + 1, outputCount]` row-major; the last row is the bias.
    case linear([Float])
  }

  /// How sums are kept: XGBoost's in float32, LightGBM's in double.
  enum Precision: Sendable {
    case single
    case double
  }

  /// Reads and checks a model file.
  ///
  /// - Throws: ``ModelFileError`` that says what is wrong and what to do.
  public init(bytes: [UInt8], limits: ModelLimits = .standard) throws(ModelFileError) {
    let format = try ModelFileFormat(sniffing: bytes, limits: limits)
    switch format {
    case .json, .ubjson: try self.init(XGBoostModel(bytes: bytes, format: format, limits: limits), format: format)
    case .lightGBM: try self.init(lightGBM: bytes, limits: limits)
    }
  }

  init(
    facts: ModelFacts, terms: Terms, bases: [Double], precision: Precision, transform: OutputTransform
  ) throws(ModelFileError) {
    self.facts = facts
    self.terms = terms
    self.bases = bases
    self.precision = precision
    self.transform = transform
    try checkSums()
  }

  /// Places of the features that splits take as categories.
  var categoricalFeatures: Set<Int> {
    guard case .trees(_, let sets) = terms else { return [] }
    return Set(sets.map(\.feature))
  }

  /// Refuses leaves so large that a sum of them may be infinite.
  private func checkSums() throws(ModelFileError) {
    guard case .trees(let trees, _) = terms else { return }
    var largest = bases.map(abs)
    for tree in trees {
      for place in 0..<tree.leafWidth {
        var size = 0.0
        for leaf in stride(from: place, to: tree.leaves.count, by: tree.leafWidth) {
          size = max(size, abs(tree.leaves[leaf]))
        }
        largest[tree.output + place] += size
      }
    }
    let limit = precision == .single ? Double(Float.greatestFiniteMagnitude) / 2 : Double.greatestFiniteMagnitude / 2
    guard largest.allSatisfy({ $0 <= limit }) else {
      throw .damaged("The leaves of the model are so large that their sum overflows.")
    }
  }
}
