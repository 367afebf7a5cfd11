import Foundation

/// Follows the chain of a TIFF's directories before GDAL may: GDAL reads every one of them when it opens a file.
///
/// What lies in a directory is left to GDAL (TIFF 6.0, section 2; BigTIFF: 64-bit offsets, 20 bytes an entry).
enum TIFFDirectoryCheck {
  private static let maximumDirectories = 4096

  /// Throws `limitExceeded` when there are too many directories, or their chain runs in a circle.
  static func check(path: String) throws(GeoError) {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw GeoError(.pathRefused, "TIFFDirectoryCheck", "The image file may not be read.")
    }
    defer { try? handle.close() }
    guard let header = bytes(of: handle, at: 0, count: 8) else { return }
    let isLittle = header[0] == UInt8(ascii: "I")
    let isBig = header[isLittle ? 2 : 3] == 43
    func number(at offset: UInt64, count: Int) -> UInt64? {
      guard let found = bytes(of: handle, at: offset, count: count) else { return nil }
      return (isLittle ? found.reversed() : found).reduce(0) { $0 << 8 | UInt64($1) }
    }
    var next = number(at: isBig ? 8 : 4, count: isBig ? 8 : 4)
    var count = 0
    while let offset = next, offset != 0 {
      count += 1
      guard count <= maximumDirectories else {
        throw GeoError(
          .limitExceeded, "TIFFDirectoryCheck",
          "The TIFF file holds more than \(maximumDirectories) directories, or a circle of them.")
      }
      guard let entries = number(at: offset, count: isBig ? 8 : 2), entries <= UInt64(UInt16.max) else { return }
      next = number(
        at: offset + (isBig ? 8 + entries * 20 : 2 + entries * 12), count: isBig ? 8 : 4)
    }
  }

  /// The bytes at an offset; nil where the file ends before them.
  private static func bytes(of handle: FileHandle, at offset: UInt64, count: Int) -> [UInt8]? {
    guard offset < UInt64(Int64.max) / 2, (try? handle.seek(toOffset: offset)) != nil,
      let data = try? handle.read(upToCount: count), data.count == count
    else { return nil }
    return [UInt8](data)
  }
}
