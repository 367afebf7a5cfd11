import Foundation

/// The documents of files: collections of JSON files first, then everything in order.
public actor FileDocuments: DocumentSource {
  private struct Position: Codable {
    /// Whether the pass over the collections of JSON files is done.
    var isPastCollections = false
    var file = 0
    /// Where the next line of the file begins, and how many lines are before it.
    var offset = 0
    var line = 0
  }

  public nonisolated let name: String
  public nonisolated let title: String
  private nonisolated let list: FileList
  private let executor = ReadingThread()
  private let limits: BatchLimits
  private var position = Position()
  private var lines: TextLines?
  private var finishedBytes = 0

  public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  public init(_ list: FileList, limits: BatchLimits = BatchLimits()) {
    self.list = list
    self.limits = limits
    name = list.paths.joined(separator: "\n")
    title = list.files.count == 1 ? list.files[0].path : "\(list.files.count) files"
  }

  /// Sizes and times of change: what was read before must not have changed.
  public func fingerprint() -> String {
    var checksum = Checksum()
    for file in list.files { checksum.add("\(file.path) \(file.size) \(file.changed)\n") }
    return "\(list.files.count) files, \(list.byteCount) bytes, \(checksum.value)"
  }

  public func begin(at position: String?) throws {
    guard let position else { return }
    self.position = try SourcePosition.read(position)
    finishedBytes = list.files.prefix(self.position.file).reduce(0) { $0 + $1.size }
  }

  public func next() -> DocumentBatch? {
    var batch = DocumentBatch()
    var size = 0
    while batch.documents.count < limits.documents, size < limits.bytes, position.file < list.files.count {
      let file = list.files[position.file]
      if !position.isPastCollections {
        if !file.isLineDelimited { size += readCollections(of: file, &batch) }
        nextFile(after: file)
        if position.file == list.files.count { startOver() }
      } else if file.isLineDelimited {
        size += readLine(of: file, &batch)
      } else {
        size += readWhole(file, &batch)
        nextFile(after: file)
      }
    }
    batch.position = SourcePosition.text(position)
    let read = Double(finishedBytes + (lines?.bytesRead ?? 0)) / Double(max(list.byteCount, 1))
    batch.progress = position.isPastCollections ? min(1, read) : 0
    return batch.documents.isEmpty && batch.refused.isEmpty ? nil : batch
  }

  private func startOver() {
    position = Position(isPastCollections: true)
    finishedBytes = 0
  }

  private func nextFile(after file: FileList.File) {
    finishedBytes += file.size
    lines = nil
    position = Position(isPastCollections: position.isPastCollections, file: position.file + 1)
  }

  private func readCollections(of file: FileList.File, _ batch: inout DocumentBatch) -> Int {
    // What cannot be read is reported by the pass over everything.
    guard let bytes = try? whole(file), Data(bytes).range(of: Data("Collection".utf8)) != nil else { return 0 }
    batch.documents.append(document(bytes, of: file, part: .collections))
    return bytes.count
  }

  private func readWhole(_ file: FileList.File, _ batch: inout DocumentBatch) -> Int {
    do {
      let bytes = try whole(file)
      batch.documents.append(document(bytes, of: file, part: .items))
      return bytes.count
    } catch {
      batch.refused.append(RefusedDocument(place: file.path, message: error.description))
      return 0
    }
  }

  private func document(_ bytes: [UInt8], of file: FileList.File, part: SourceDocument.Part) -> SourceDocument {
    SourceDocument(place: file.path, base: .file(file.path), text: bytes, part: part)
  }

  /// The largest JSON file that is read whole, in bytes.
  private static let wholeLimit = 1 << 30

  private func whole(_ file: FileList.File) throws(SourceFailure) -> [UInt8] {
    let input = try InputBytes(path: file.path)
    var bytes: [UInt8] = []
    while case let more = try input.read(), !more.isEmpty {
      bytes.append(contentsOf: more)
      guard bytes.count <= Self.wholeLimit else {
        throw SourceFailure("\(file.path) holds more than 1 GiB; write one document a line into an .ndjson file")
      }
    }
    return bytes
  }

  /// Reads one line and goes behind it, to the next file at the end.
  private func readLine(of file: FileList.File, _ batch: inout DocumentBatch) -> Int {
    do {
      if lines == nil {
        lines = TextLines(try InputBytes(path: file.path))
        if position.offset > 0 { try lines?.skip(to: position.offset, number: position.line) }
      }
      guard let line = try lines?.next() else {
        nextFile(after: file)
        return 0
      }
      (position.offset, position.line) = (lines?.offset ?? 0, lines?.number ?? 0)
      let place = "\(file.path):\(position.line)"
      return batch.append(line, place: place, base: .file(file.path))
    } catch {
      // Nothing of the file can be read from here on; the other files can.
      batch.refused.append(
        RefusedDocument(place: file.path, message: "nothing is read behind line \(position.line): \(error)"))
      nextFile(after: file)
      return 0
    }
  }
}

/// How much one batch may hold.
public struct BatchLimits: Sendable {
  public var documents: Int
  public var bytes: Int

  public init(documents: Int = 500, bytes: Int = 8 << 20) {
    self.documents = documents
    self.bytes = bytes
  }
}

extension DocumentBatch {
  /// Adds a line, and says how long it is.
  mutating func append(_ line: TextLines.Line, place: String, base: DocumentBase) -> Int {
    switch line {
    case .text(let bytes):
      documents.append(SourceDocument(place: place, base: base, text: bytes))
      return bytes.count
    case .tooLong:
      refused.append(RefusedDocument(place: place, message: "the line is longer than \(TextLines.limit >> 20) MiB"))
      return 0
    }
  }
}
