/// Walks the boxes of a JP2 file before GDAL may: GDAL 3.6 never leaves a box inside another that declares no length.
///
/// Each box has to move on by its own header at least, and there may be only so many, so that every walk over the boxes
/// ends. Boxes that reach beyond the file are left to GDAL: they end its walk (ISO/IEC 15444-1, I.4). Only a code stream may
/// not: what the file has lost of it would be read as if it had been smooth.
struct JPEG2000BoxCheck {
  private static let maximumBoxes = 10_000
  private static let maximumDepth = 8

  private let file: FileBytes
  private var boxCount = 0

  /// Throws `damaged` or `limitExceeded` when the boxes of the file cannot be walked to an end; a bare code stream has
  /// none.
  static func check(path: String) throws(GeoError) {
    var walk = JPEG2000BoxCheck(file: try FileBytes(path: path))
    guard walk.file.bytes(at: 4, count: 4) == Array("jP  ".utf8) else {
      return try JPEG2000CodeStreamCheck(file: walk.file, end: walk.file.count).checkLength(from: 0)
    }
    try walk.checkBoxes(from: 0, to: walk.file.count, depth: 0)
  }

  private init(file: FileBytes) { self.file = file }

  private mutating func checkBoxes(from start: Int, to end: Int, depth: Int) throws(GeoError) {
    guard depth <= Self.maximumDepth else { throw Self.refusal(.limitExceeded, "nests its boxes too deeply") }
    var offset = start
    while offset < end, let box = try readBox(at: offset, isInside: depth > 0) {
      boxCount += 1
      guard boxCount <= Self.maximumBoxes else { throw Self.refusal(.limitExceeded, "holds too many boxes") }
      if Self.superboxes.contains(box.type) {
        try checkBoxes(from: box.dataOffset, to: min(box.end, end), depth: depth + 1)
      }
      if depth == 0, box.type == Self.codeStream {
        guard box.end <= file.count else { throw Self.refusal(.damaged, "ends before its code stream") }
        let check = JPEG2000CodeStreamCheck(file: file, end: box.end)
        if box.end < file.count { try check.check(from: box.dataOffset) }
        try check.checkLength(from: box.dataOffset)
      }
      offset = box.end
    }
  }

  /// The header at an offset; nil where the file ends within it.
  private func readBox(at offset: Int, isInside: Bool) throws(GeoError) -> Box? {
    guard let declared = file.number(at: offset, count: 4), let letters = file.bytes(at: offset + 4, count: 4) else {
      return nil
    }
    let type = letters.map { (65...90).contains($0) ? $0 + 32 : $0 }
    var length = declared
    var headerSize = 8
    if length == 1 {
      guard let extended = file.number(at: offset + 8, count: 8) else { return nil }
      length = extended
      headerSize = 16
    } else if length == 0, !isInside {
      // Up to the end of the file, which only the last box may say.
      length = UInt64(file.count - offset)
    }
    guard length >= UInt64(headerSize), length < UInt64(Int.max - file.count) else {
      throw Self.refusal(.damaged, "holds a box of an impossible length")
    }
    return Box(
      dataOffset: offset + headerSize, end: offset + Int(length), type: type)
  }

  private struct Box {
    var dataOffset: Int
    var end: Int
    var type: [UInt8]
  }

  /// The boxes GDAL looks into, whatever the case of their letters.
  private static let superboxes: [[UInt8]] = ["jp2h", "asoc", "res ", "jumb"].map { Array($0.utf8) }
  private static let codeStream = Array("jp2c".utf8)

  private static func refusal(_ reason: GeoError.Reason, _ what: String) -> GeoError {
    GeoError(reason, "JPEG2000BoxCheck", "The JPEG 2000 file \(what).")
  }
}
