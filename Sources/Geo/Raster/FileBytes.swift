import Foundation

/// Bytes of a file by their offset, for looking at its structure without reading it whole.
final class FileBytes {
  /// The file's size in bytes.
  let count: Int
  private let reader: (_ offset: Int, _ count: Int) -> [UInt8]?

  init(path: String) throws(GeoError) {
    if let source = VirtualFile.source(at: path) {
      count = Int(clamping: source.byteCount)
      // Why it cannot be read is the source's to tell, to whoever opens the raster.
      reader = { try? source.bytes(at: $0, count: $1) }
      return
    }
    guard let handle = FileHandle(forReadingAtPath: path), let size = try? handle.seekToEnd() else {
      throw GeoError(.pathRefused, "RasterDataset", "The image file may not be read.")
    }
    count = Int(clamping: size)
    // The handle closes its file when it goes.
    reader = { offset, count in
      guard (try? handle.seek(toOffset: UInt64(offset))) != nil, let data = try? handle.read(upToCount: count) else {
        return nil
      }
      return [UInt8](data)
    }
  }

  /// The bytes at an offset; nil where the file ends before them.
  func bytes(at offset: Int, count: Int) -> [UInt8]? {
    guard offset >= 0, offset <= self.count - count, let bytes = reader(offset, count), bytes.count == count else {
      return nil
    }
    return bytes
  }

  /// An unsigned integer of up to 8 bytes, the most significant first; nil where the file ends before it.
  func number(at offset: Int, count: Int) -> UInt64? {
    bytes(at: offset, count: count)?.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
