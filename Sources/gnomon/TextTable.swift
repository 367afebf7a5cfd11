/// Columns of text under a header, each as wide as its widest cell.
struct TextTable {
  let header: [String]
  let rows: [[String]]
  /// The columns whose cells end where the column ends.
  var rightAligned: Set<Int> = []

  /// The table's lines.
  var text: String {
    let lines = [header] + rows
    let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      var text = ""
      for (column, cell) in line.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        let isLast = column == line.count - 1
        text += rightAligned.contains(column) ? padding + cell : isLast ? cell : cell + padding
        if !isLast { text += "  " }
      }
      return text
    }.joined(separator: "\n")
  }
}

/// A number of bytes as people read it: `512 B`, `1.4 MB`.
struct ByteCount: CustomStringConvertible {
  private let count: Int

  init(_ count: Int) { self.count = count }

  var description: String {
    var value = Double(count)
    var units = ["B", "kB", "MB", "GB", "TB"][...]
    while value >= 999.5, units.count > 1 {
      value /= 1_000
      units.removeFirst()
    }
    let isWhole = count < 1_000 || value >= 99.95
    let digits = isWhole ? "\(Int(value.rounded()))" : "\((value * 10).rounded() / 10)"
    return "\(digits) \(units.first ?? "B")"
  }
}
