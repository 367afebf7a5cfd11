/// What the numbers of a classifier mean.
public enum ClassifierKind: String, Sendable, Hashable {
  /// One probability for each class, in the order of the model's classes; a row sums to 1.
  case multiclassProbability
  /// One number: the probability of class 1.
  case binaryProbability
  /// One number: 1 where the row is of class 1, else 0; there are no probabilities.
  case binaryDecision
  /// One number for each of several labels, which do not exclude each other: its probability, or 1 and 0 where the
  /// objective gives none.
  case multilabel
  /// One or more predicted quantities.
  case regression
  /// One score whose order matters and whose size does not.
  case ranking

  /// Whether a row is of class 0 or class 1, told by one number.
  public var isBinary: Bool { self == .binaryProbability || self == .binaryDecision }
}

/// A trained model that turns rows of features into rows of outputs.
///
/// Any thread may call it and calls wait for each other: a classifier works on one block at a time and spreads that
/// block over its own threads. A prediction blocks its thread, so call it from a thread that may block, never from
/// Swift's cooperative pool.
public protocol Classifier: Sendable {
  /// What the outputs mean.
  var kind: ClassifierKind { get }

  /// How many features a row has.
  var featureCount: Int { get }

  /// How many outputs a row has: the classes of a multi-class model, 1 for a binary one.
  var outputCount: Int { get }

  /// The names of the features in the order of a row, nil where the model file names none.
  var featureNames: [String]? { get }

  /// Predicts a block of rows.
  ///
  /// - Parameters:
  ///   - features: Row-major `[rows, featureCount]`; NaN is a missing value. It may be longer than the rows need.
  ///   - rows: How many rows to predict; 0 is allowed.
  ///   - outputs: Receives `[rows, outputCount]`, row-major. It must be at least that long; the rest is left alone.
  /// - Throws: ``ModelFileError`` when an array is too short for the rows or the library fails.
  func predict(_ features: [Float], rows: Int, into outputs: inout [Float]) throws(ModelFileError)
}

extension Classifier {
  /// Predicts a block of rows into a new array `[rows, outputCount]`.
  public func predict(_ features: [Float], rows: Int) throws(ModelFileError) -> [Float] {
    guard rows >= 0, rows <= features.count else { throw .shape("The feature array is shorter than \(rows) rows.") }
    var outputs = [Float](repeating: 0, count: rows * outputCount)
    try predict(features, rows: rows, into: &outputs)
    return outputs
  }

  /// How many classes the model tells apart; nil where it does not classify.
  public var classCount: Int? {
    switch kind {
    case .multiclassProbability: outputCount
    case .binaryProbability, .binaryDecision: 2
    case .multilabel, .regression, .ranking: nil
    }
  }

  /// The class of each row: that of the largest output, the first of equal ones; a binary model's class 1 must pass one
  /// half.
  ///
  /// - Throws: ``ModelFileError`` with ``ModelFileError/Code/shape`` when the model tells no classes apart.
  public func winners(_ features: [Float], rows: Int) throws(ModelFileError) -> [Int] {
    guard classCount != nil else { throw .noClasses(kind) }
    let outputs = try predict(features, rows: rows)
    return (0..<rows).map { row in
      if kind.isBinary { return outputs[row * outputCount] > 0.5 ? 1 : 0 }
      var best = 0
      for index in 1..<max(outputCount, 1) where outputs[row * outputCount + index] > outputs[row * outputCount + best]
      {
        best = index
      }
      return best
    }
  }
}
