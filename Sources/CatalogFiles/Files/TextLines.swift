import Glibc

/// The lines of a text, however long the text is; one line is held in memory.
struct TextLines {
  enum Line {
    case text([UInt8])
    /// A line beyond the limit, which was passed over.
    case tooLong
  }

  /// The longest line, in bytes.
  static let limit = 64 << 20

  private let input: InputBytes
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false
  /// The number of the line that was read last, from 1.
  private(set) var number = 0
  /// Bytes of the text before the next line, as they are after decompression.
  private(set) var offset = 0
  /// Over all bytes before the next line; kept where `isChecked`.
  private(set) var checksum = Checksum()
  let isChecked: Bool

  init(_ input: InputBytes, isChecked: Bool = false) {
    self.input = input
    self.isChecked = isChecked
  }

  /// How many bytes of the file itself have been read.
  var bytesRead: Int { input.bytesRead - (input.isCompressed ? 0 : buffer.count - start) }

  /// Up to so many bytes from the next line on, which stay unread.
  mutating func peek(_ count: Int) throws(SourceFailure) -> ArraySlice<UInt8> {
    while buffer.count - start < count, !isAtEnd { try fill() }
    return buffer[start..<min(start + count, buffer.count)]
  }

  /// The next line that is not blank, nil at the end.
  mutating func next() throws(SourceFailure) -> Line? {
    while true {
      guard let line = try nextLine() else { return nil }
      number += 1
      guard case .text(let bytes) = line, !bytes.contains(where: { $0 > 0x20 }) else { return line }
    }
  }

  /// Passes over the text before an offset, which must be where a line begins.
  mutating func skip(to target: Int, number: Int) throws(SourceFailure) {
    if !isChecked, offset == 0, buffer.isEmpty {
      // Whether the file is compressed shows when something has been read.
      try fill()
      if !input.isCompressed {
        buffer = []
        try input.seek(to: target)
        (offset, self.number) = (target, number)
        return
      }
    }
    while offset < target {
      if start == buffer.count { try fill() }
      guard start < buffer.count else { break }
      advance(min(target - offset, buffer.count - start))
    }
    self.number = number
  }

  private mutating func nextLine() throws(SourceFailure) -> Line? {
    var searched = 0
    while true {
      if let length = lineFeed(from: start + searched) {
        defer { advance(searched + length + 1) }
        return .text(Array(buffer[start..<start + searched + length]))
      }
      searched = buffer.count - start
      if isAtEnd {
        guard searched > 0 else { return nil }
        defer { advance(searched) }
        return .text(Array(buffer[start...]))
      }
      guard searched <= Self.limit else { return try passOver() }
      try fill()
    }
  }

  /// Passes over the rest of a line that is too long.
  private mutating func passOver() throws(SourceFailure) -> Line {
    while true {
      if let length = lineFeed(from: start) {
        advance(length + 1)
        return .tooLong
      }
      advance(buffer.count - start)
      if isAtEnd { return .tooLong }
      try fill()
    }
  }

  /// How many bytes come before the next line feed.
  private func lineFeed(from index: Int) -> Int? {
    unsafe buffer.withUnsafeBytes { bytes in
      guard index < bytes.count, let base = bytes.baseAddress,
        let found = unsafe memchr(base + index, 0x0A, bytes.count - index)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base + index)
    }
  }

  private mutating func advance(_ count: Int) {
    if isChecked { checksum.add(buffer[start..<start + count]) }
    start += count
    offset += count
  }

  private mutating func fill() throws(SourceFailure) {
    buffer.removeSubrange(..<start)
    start = 0
    let bytes = try input.read()
    isAtEnd = bytes.isEmpty
    buffer.append(contentsOf: bytes)
  }
}
