import CZlib

/// CRC-32 (zlib's `crc32`) of everything that was passed, to notice that a source is not what it was.
struct Checksum: Sendable, Codable, Equatable {
  private(set) var value: UInt32 = 0

  mutating func add(_ bytes: ArraySlice<UInt8>) {
    value = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe UInt32(truncatingIfNeeded: crc32_z(uLong(value), buffer.baseAddress, buffer.count))
    }
  }

  mutating func add(_ text: String) { add(Array(text.utf8)[...]) }
}
