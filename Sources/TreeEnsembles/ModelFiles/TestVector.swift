/// Rows of features with the outputs a model must give for them: the proof that a model means here what it meant where
/// it was trained.
///
/// A CSV file: a header of feature names, then `expected:NAME` for each output (the classes in the model's order); one
/// row a line. An empty cell or `nan` among the features is a missing value. A binary model has one expected column, the
/// probability of class 1, or two, those of class 0 and class 1.
public struct TestVector: Sendable, Hashable {
  /// The names of the features, in the order of a row.
  public let featureNames: [String]
  /// The names of the outputs, without `expected:`.
  public let outputNames: [String]
  /// How many rows there are; at least 1.
  public let rows: Int
  /// Row-major `[rows, featureNames.count]`; NaN is a missing value.
  public let features: [Float]
  /// Row-major `[rows, outputNames.count]`; all finite.
  public let expected: [Float]

  /// What the names of expected outputs begin with.
  static let prefix = "expected:"

  /// Reads a test vector.
  ///
  /// - Throws: ``ModelFileError`` with ``ModelFileError/Code/testVector`` that names the line.
  public init(csv bytes: [UInt8]) throws(ModelFileError) {
    let lines = try CSVLines(bytes)
    let names = try lines.cells(of: 0)
    let featureNames = Array(names.prefix { !$0.hasPrefix(Self.prefix) })
    let outputNames = names.dropFirst(featureNames.count).filter { $0.hasPrefix(Self.prefix) }
      .map { String($0.dropFirst(Self.prefix.count)) }
    guard !featureNames.isEmpty, !outputNames.isEmpty, featureNames.count + outputNames.count == names.count,
      Set(featureNames).count == featureNames.count, Set(outputNames).count == outputNames.count
    else {
      throw ModelFileError(
        .testVector,
        "The first line of the test vector must name the features, then 'expected:NAME' for each output, each once.")
    }
    let table = try lines.numbers(from: 1, columns: names.count, finiteFrom: featureNames.count)
    self.featureNames = featureNames
    self.outputNames = outputNames
    rows = table.rows
    var (features, expected) = ([Float](), [Float]())
    for start in stride(from: 0, to: table.values.count, by: names.count) {
      features += table.values[start..<(start + featureNames.count)]
      expected += table.values[(start + featureNames.count)..<(start + names.count)]
    }
    self.features = features
    self.expected = expected
  }
}
