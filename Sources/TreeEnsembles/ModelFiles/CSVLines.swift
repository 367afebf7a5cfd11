/// The lines of a CSV file of numbers (RFC 4180).
struct CSVLines {
  /// The largest file that is read, in bytes.
  static let maximumBytes = 256 << 20
  /// The most cells that are read.
  static let maximumCells = 40_000_000

  private let lines: [Substring]

  /// Row-major numbers; NaN where a cell is empty or `nan`.
  struct Table {
    var rows = 0
    var values: [Float] = []
  }

  init(_ bytes: [UInt8]) throws(ModelFileError) {
    guard bytes.count <= Self.maximumBytes else {
      throw ModelFileError(.testVector, "The test vector has more than \(Self.maximumBytes) bytes; send fewer rows.")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ModelFileError(.testVector, "The test vector is not UTF-8 text; save it as CSV.")
    }
    var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    if let first = lines.first, first.hasPrefix("\u{FEFF}") { lines[0] = first.dropFirst() }
    self.lines = lines
  }

  /// The numbers of the lines from one on; blank lines are passed over.
  ///
  /// - Parameter finiteFrom: the first column in which every cell must be a finite number; nil for none.
  func numbers(from first: Int, columns: Int, finiteFrom: Int? = nil) throws(ModelFileError) -> Table {
    var table = Table()
    for (index, line) in lines.enumerated().dropFirst(first) where line.contains(where: { !$0.isWhitespace }) {
      let cells = try cells(of: index)
      guard cells.count == columns else {
        throw ModelFileError(
          .testVector, "Line \(index + 1) of the test vector has \(cells.count) cells; the first line has \(columns).")
      }
      table.rows += 1
      guard table.rows * columns <= Self.maximumCells else {
        throw ModelFileError(.testVector, "The test vector has more than \(Self.maximumCells) cells; send fewer rows.")
      }
      for (column, cell) in cells.enumerated() {
        guard let number = Self.number(cell), column < finiteFrom ?? columns || number.isFinite else {
          throw ModelFileError(
            .testVector,
            "Line \(index + 1), column \(column + 1) of the test vector is '\(cell.prefix(40))'; a number is needed.")
        }
        table.values.append(number)
      }
    }
    guard table.rows > 0 else {
      throw ModelFileError(.testVector, "The test vector has no rows; send at least one.")
    }
    return table
  }

  /// The number of a cell; NaN for an empty cell or `nan`, nil for what is no number.
  static func number(_ cell: String) -> Float? {
    cell.isEmpty || cell.lowercased() == "nan" ? .nan : Float(cell)
  }

  /// The cells of a line, with RFC 4180 quotes and outer blanks taken off.
  func cells(of index: Int) throws(ModelFileError) -> [String] {
    guard index < lines.count else { return [] }
    let line = lines[index]
    guard line.utf8.contains(UInt8(ascii: "\"")) else {
      return line.split(separator: ",", omittingEmptySubsequences: false).map(Self.trimmed)
    }
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
        cells.append(Self.trimmed(Substring(cell)))
        cell = ""
        wasQuoted = false
      default: cell.append(character)
      }
    }
    guard !quoted else {
      throw ModelFileError(.testVector, "A quote on line \(index + 1) of the test vector is not closed.")
    }
    return cells + [Self.trimmed(Substring(cell))]
  }

  private static func trimmed(_ cell: Substring) -> String {
    var bytes = cell.utf8[...]
    let blanks: [UInt8] = [0x20, 0x09, 0x0D]
    while let first = bytes.first, blanks.contains(first) { bytes = bytes.dropFirst() }
    while let last = bytes.last, blanks.contains(last) { bytes = bytes.dropLast() }
    return String(Substring(bytes))
  }
}
