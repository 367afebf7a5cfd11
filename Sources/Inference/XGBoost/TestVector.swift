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

  /// The largest file that is read, in bytes.
  public static let maximumBytes = 16 << 20
  /// The most cells that are read.
  public static let maximumCells = 4_000_000
  private static let prefix = "expected:"

  /// Reads a test vector.
  ///
  /// - Throws: ``ModelFileError`` with ``ModelFileError/Code/testVector`` that names the line.
  public init(csv bytes: [UInt8]) throws(ModelFileError) {
    guard bytes.count <= Self.maximumBytes else {
      throw ModelFileError(.testVector, "The test vector has more than \(Self.maximumBytes) bytes; send fewer rows.")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ModelFileError(.testVector, "The test vector is not UTF-8 text; save it as CSV.")
    }
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    let names = try Self.cells(lines.first.map { $0.hasPrefix("\u{FEFF}") ? $0.dropFirst() : $0 } ?? "", line: 1)
    featureNames = Array(names.prefix { !$0.hasPrefix(Self.prefix) })
    outputNames = names.dropFirst(featureNames.count).filter { $0.hasPrefix(Self.prefix) }
      .map { String($0.dropFirst(Self.prefix.count)) }
    guard !featureNames.isEmpty, !outputNames.isEmpty, featureNames.count + outputNames.count == names.count,
      Set(featureNames).count == featureNames.count, Set(outputNames).count == outputNames.count
    else {
      throw ModelFileError(
        .testVector,
        "The first line of the test vector must name the features, then 'expected:NAME' for each output, each once.")
    }
    (rows, features, expected) = try Self.table(lines, featureCount: featureNames.count, columns: names.count)
  }

  private static func table(
    _ lines: [Substring], featureCount: Int, columns: Int
  ) throws(ModelFileError) -> (Int, [Float], [Float]) {
    var (rows, features, expected) = (0, [Float](), [Float]())
    for (index, line) in lines.enumerated().dropFirst() where line.contains(where: { !$0.isWhitespace }) {
      let cells = try cells(line, line: index + 1)
      guard cells.count == columns else {
        throw ModelFileError(
          .testVector, "Line \(index + 1) of the test vector has \(cells.count) cells; the first line has \(columns).")
      }
      rows += 1
      guard rows * columns <= maximumCells else {
        throw ModelFileError(.testVector, "The test vector has more than \(maximumCells) cells; send fewer rows.")
      }
      for (column, cell) in cells.enumerated() {
        let number = number(cell)
        guard let number, column < featureCount || number.isFinite else {
          throw ModelFileError(
            .testVector,
            "Line \(index + 1), column \(column + 1) of the test vector is '\(cell.prefix(40))'; a number is needed.")
        }
        if column < featureCount { features.append(number) } else { expected.append(number) }
      }
    }
    guard rows > 0 else { throw ModelFileError(.testVector, "The test vector has no rows; send at least one.") }
    return (rows, features, expected)
  }

  /// The number of a cell; NaN for an empty cell or `nan`, nil for what is no number.
  private static func number(_ cell: String) -> Float? {
    cell.isEmpty || cell.lowercased() == "nan" ? .nan : Float(cell)
  }

  /// The cells of a line, with RFC 4180 quotes and outer blanks taken off.
  private static func cells(_ line: Substring, line number: Int) throws(ModelFileError) -> [String] {
    var cells: [String] = []
    var cell = ""
    var (quoted, wasQuoted) = (false, false)
    for character in line {
      switch character {
      case "\"":
        if !quoted, wasQuoted { cell.append("\"") }
        quoted.toggle()
        wasQuoted = true
      case "," where !quoted:
        cells.append(trimmed(cell))
        cell = ""
        wasQuoted = false
      default: cell.append(character)
      }
    }
    guard !quoted else {
      throw ModelFileError(.testVector, "A quote on line \(number) of the test vector is not closed.")
    }
    return cells + [trimmed(cell)]
  }

  private static func trimmed(_ cell: String) -> String {
    let start = cell.drop { $0 == " " || $0 == "\t" }
    return String(start.reversed().drop { $0 == " " || $0 == "\t" || $0 == "\r" }.reversed())
  }
}
