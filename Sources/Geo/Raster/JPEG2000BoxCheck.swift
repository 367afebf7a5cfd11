import Foundation

/// Walks the boxes of a JP2 file before GDAL may: GDAL 3.6 never leaves a box inside another that declares no length.
///
/// Each box has to move on by its own header at least, and there may be only so many, so that every walk over the boxes
/// ends. Boxes that reach beyond the file are left to GDAL: they end its walk (ISO/IEC 15444-1, I.4).
struct JPEG2000BoxCheck {
  private static let maximumBoxes = 10_000
  private static let maximumDepth = 8

  private let handle: FileHandle
  private let fileSize: Int
  private var boxCount = 0

  /// Throws `damaged` or `limitExceeded` when the boxes of the file cannot be walked to an end; a bare code stream has
  /// none.
  static func check(path: String) throws(GeoError) {
    guard let handle = FileHandle(forReadingAtPath: path), let size = try? handle.seekToEnd() else {
      throw GeoError(.pathRefused, "JPEG2000BoxCheck", "The image file may not be read.")
    }
    defer { try? handle.close() }
    var walk = JPEG2000BoxCheck(handle: handle, fileSize: Int(clamping: size))
    guard walk.bytes(at: 4, count: 4) == Array("jP  ".utf8) else { return }
    try walk.checkBoxes(from: 0, to: walk.fileSize, depth: 0)
  }

  private init(handle: FileHandle, fileSize: Int) {
    self.handle = handle
    self.fileSize = fileSize
  }

  private mutating func checkBoxes(from start: Int, to end: Int, depth: Int) throws(GeoError) {
    guard depth <= Self.maximumDepth else { throw Self.refusal(.limitExceeded, "nests its boxes too deeply") }
    var offset = start
    while offset < end, let box = try readBox(at: offset, isInside: depth > 0) {
      boxCount += 1
      guard boxCount <= Self.maximumBoxes else { throw Self.refusal(.limitExceeded, "holds too many boxes") }
      if box.holdsBoxes { try checkBoxes(from: box.dataOffset, to: min(box.end, end), depth: depth + 1) }
      offset = box.end
    }
  }

  /// The header at an offset; nil where the file ends within it.
  private func readBox(at offset: Int, isInside: Bool) throws(GeoError) -> Box? {
    guard let header = bytes(at: offset, count: 8) else { return nil }
    let type = header[4...].map { (65...90).contains($0) ? $0 + 32 : $0 }
    var length = Self.number(header[..<4])
    var headerSize = 8
    if length == 1 {
      guard let extended = bytes(at: offset + 8, count: 8) else { return nil }
      length = Self.number(extended[...])
      headerSize = 16
    } else if length == 0, !isInside {
      // Up to the end of the file, which only the last box may say.
      length = UInt64(fileSize - offset)
    }
    guard length >= UInt64(headerSize), length < UInt64(Int.max - fileSize) else {
      throw Self.refusal(.damaged, "holds a box of an impossible length")
    }
    return Box(
      dataOffset: offset + headerSize, end: offset + Int(length), holdsBoxes: Self.superboxes.contains(type))
  }

  private func bytes(at offset: Int, count: Int) -> [UInt8]? {
    guard offset <= fileSize - count, (try? handle.seek(toOffset: UInt64(offset))) != nil,
      let data = try? handle.read(upToCount: count), data.count == count
    else { return nil }
    return [UInt8](data)
  }

  private struct Box {
    var dataOffset: Int
    var end: Int
    var holdsBoxes: Bool
  }

  /// The boxes GDAL looks into, whatever the case of their letters.
  private static let superboxes: [[UInt8]] = ["jp2h", "asoc", "res ", "jumb"].map { Array($0.utf8) }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func refusal(_ reason: GeoError.Reason, _ what: String) -> GeoError {
    GeoError(reason, "JPEG2000BoxCheck", "The JPEG 2000 file \(what).")
  }
}
