/// Rows of features from a CSV file, with or without a header, and with or without the outputs expected for them.
///
/// A first line in which every cell is a number, empty or `nan` is a row, any other a header. Behind the names of the
/// features a header may have `expected:NAME` for each output, as that of a ``TestVector`` does.
public struct FeatureTable: Sendable, Hashable {
  /// The names of the features; nil where the file has no header.
  public let names: [String]?
  /// How many features a row has.
  public let featureCount: Int
  /// How many rows there are; at least 1.
  public let rows: Int
  /// Row-major `[rows, featureCount]`; NaN is a missing value.
  public let features: [Float]
  /// The same rows with the outputs expected for them; nil where the file expects none.
  public let testVector: TestVector?

  /// Reads a table.
  ///
  /// - Throws: ``ModelFileError`` with ``ModelFileError/Code/testVector`` that names the line.
  public init(csv bytes: [UInt8]) throws(ModelFileError) {
    let lines = try CSVLines(bytes)
    let first = try lines.cells(of: 0)
    if first.contains(where: { $0.hasPrefix(TestVector.prefix) }) {
      let vector = try TestVector(csv: bytes)
      (names, featureCount, rows) = (vector.featureNames, vector.featureNames.count, vector.rows)
      features = vector.features
      testVector = vector
      return
    }
    let hasHeader = first.contains { CSVLines.number($0) == nil }
    let table = try lines.numbers(from: hasHeader ? 1 : 0, columns: first.count)
    (names, featureCount, rows) = (hasHeader ? first : nil, first.count, table.rows)
    features = table.values
    testVector = nil
  }

  /// Refuses columns that are not a model's features, in number and, where both are named, by name.
  public func checkNames(_ classifier: some Classifier) throws(ModelFileError) {
    guard featureCount == classifier.featureCount else {
      throw ModelFileError(
        .mismatch, "The table has \(featureCount) features and the model \(classifier.featureCount).")
    }
    guard let names, let expected = classifier.featureNames else { return }
    for (index, name) in expected.enumerated() where name != names[index] {
      throw ModelFileError(
        .mismatch,
        "Feature \(index) is '\(names[index].prefix(60))' in the table and '\(name.prefix(60))' in the model; order the "
          + "columns as the model was trained.")
    }
  }
}
