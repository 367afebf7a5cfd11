/// Follows the chain of a TIFF's directories before GDAL may: GDAL reads every one of them when it opens a file.
///
/// What lies in a directory is left to GDAL (TIFF 6.0, section 2; BigTIFF: 64-bit offsets, 20 bytes an entry).
enum TIFFDirectoryCheck {
  private static let maximumDirectories = 4096

  /// Throws `limitExceeded` when there are too many directories, or their chain runs in a circle.
  static func check(path: String) throws(GeoError) {
    let file = try FileBytes(path: path)
    guard let header = file.bytes(at: 0, count: 8) else { return }
    let isLittle = header[0] == UInt8(ascii: "I")
    let isBig = header[isLittle ? 2 : 3] == 43
    func number(at offset: UInt64, count: Int) -> UInt64? {
      guard let offset = Int(exactly: offset), let found = file.bytes(at: offset, count: count) else { return nil }
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
}
