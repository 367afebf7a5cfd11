import Foundation

/// The documents of standard input, one a line.
///
/// Where the same text comes again, reading goes on behind what was read before; that it is the same is checked.
public actor StandardInput: DocumentSource {
  private struct Position: Codable {
    var offset = 0
    var line = 0
    var checksum = Checksum()
  }

  public nonisolated let name = "standard input"
  public nonisolated let title = "standard input"
  private let executor = ReadingThread()
  private let limits: BatchLimits
  private let folder: String
  private var lines: TextLines?

  public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  /// - Parameter folder: what relative hrefs are resolved against.
  public init(folder: String, limits: BatchLimits = BatchLimits()) {
    self.limits = limits
    self.folder = folder
  }

  /// The checksum of the first MiB.
  public func fingerprint() throws -> String {
    var opened = try lines ?? TextLines(InputBytes(path: nil), isChecked: true)
    var checksum = Checksum()
    checksum.add(try opened.peek(1 << 20))
    lines = opened
    return "\(checksum.value)"
  }

  public func begin(at position: String?) throws {
    _ = try fingerprint()
    guard let position else { return }
    let wanted: Position = try SourcePosition.read(position)
    try lines?.skip(to: wanted.offset, number: wanted.line)
    guard lines?.offset == wanted.offset, lines?.checksum == wanted.checksum else {
      throw SourceFailure(
        "what comes on standard input is not what was being loaded when it was interrupted, although it begins alike; "
          + "give it again with --restart")
    }
  }

  public func next() throws -> DocumentBatch? {
    guard var lines else { return nil }
    self.lines = nil
    defer { self.lines = lines }
    var batch = DocumentBatch()
    var size = 0
    while batch.documents.count < limits.documents, size < limits.bytes, let line = try lines.next() {
      size += batch.append(line, place: "line \(lines.number)", base: .file(folder + "/-"))
    }
    batch.position = SourcePosition.text(
      Position(offset: lines.offset, line: lines.number, checksum: lines.checksum))
    return batch.documents.isEmpty && batch.refused.isEmpty ? nil : batch
  }
}
