import Foundation

/// Bytes of a file by their offset, for looking at its structure without reading it whole.
final class FileBytes {
  /// The file's size in bytes.
  let count: Int
  private let handle: FileHandle

  init(path: String) throws(GeoError) {
    guard let handle = FileHandle(forReadingAtPath: path), let size = try? handle.seekToEnd() else {
      throw GeoError(.pathRefused, "RasterDataset", "The image file may not be read.")
    }
    self.handle = handle
    count = Int(clamping: size)
  }

  deinit { try? handle.close() }

  /// The bytes at an offset; nil where the file ends before them.
  func bytes(at offset: Int, count: Int) -> [UInt8]? {
    guard offset >= 0, offset <= self.count - count, (try? handle.seek(toOffset: UInt64(offset))) != nil,
      let data = try? handle.read(upToCount: count), data.count == count
    else { return nil }
    return [UInt8](data)
  }

  /// An unsigned integer of up to 8 bytes, the most significant first; nil where the file ends before it.
  func number(at offset: Int, count: Int) -> UInt64? {
    bytes(at: offset, count: count)?.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
