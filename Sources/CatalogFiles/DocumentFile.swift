import Foundation

/// A text that should be one JSON document.
struct DocumentText {
  let bytes: [UInt8]

  /// A cheap test that lets the first pass leave most lines unparsed.
  var mayHoldCollection: Bool { Data(bytes).range(of: Data("Collection".utf8)) != nil }
}

/// Reads a file as one document, or as one document a line, without holding a long file in memory.
final class DocumentFile {
  private let handle: FileHandle
  let path: String
  private let isLineDelimited: Bool
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false
  private var line = 0
  /// How much of the file has been read.
  private(set) var bytesRead = 0

  /// Opens the file; nil where it cannot be read.
  init?(path: String) {
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    self.handle = handle
    self.path = path
    isLineDelimited = CatalogSource.isLineDelimited(path)
  }

  /// The file, and the line where there is one document a line.
  var place: String { isLineDelimited ? "\(path):\(line)" : path }

  /// The next text, nil at the end; empty lines are passed over.
  func next() -> DocumentText? {
    guard isLineDelimited else { return wholeFile() }
    while let bytes = nextLine() {
      line += 1
      if bytes.contains(where: { $0 > 0x20 }) { return DocumentText(bytes: bytes) }
    }
    return nil
  }

  private func wholeFile() -> DocumentText? {
    guard !isAtEnd else { return nil }
    isAtEnd = true
    let data = (try? handle.readToEnd()) ?? Data()
    bytesRead = data.count
    return DocumentText(bytes: Array(data))
  }

  private func nextLine() -> [UInt8]? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        defer { start = end + 1 }
        return Array(buffer[start..<end])
      }
      if isAtEnd {
        defer { start = buffer.count }
        return start < buffer.count ? Array(buffer[start...]) : nil
      }
      buffer.removeSubrange(..<start)
      start = 0
      searched = buffer.count
      let chunk = (try? handle.read(upToCount: 1 << 20)) ?? Data()
      isAtEnd = chunk.isEmpty
      bytesRead += chunk.count
      buffer.append(contentsOf: chunk)
    }
  }
}
