/// Follows the segments of a JPEG 2000 code stream that other boxes come after: OpenJPEG 2.5 reads on beyond the end of
/// the box, and ends the process when it finds that it did.
///
/// A code stream up to the end of the file needs no such check (ISO/IEC 15444-1, annex A).
struct JPEG2000CodeStreamCheck {
  private static let maximumTileParts = 200_000
  /// The second bytes of the markers that OpenJPEG knows; it looks for the next known one after any other.
  private static let segments: Set<UInt64> = Set([0x50, 0x51, 0x52, 0x53, 0x55, 0x57, 0x58, 0x59, 0x5C, 0x5D, 0x5E])
    .union([0x5F, 0x60, 0x61, 0x63, 0x64, 0x74, 0x75, 0x77, 0x78])

  let file: FileBytes
  /// Where the box ends.
  let end: Int

  /// Throws `damaged` when a segment or tile-part reaches beyond the box.
  func check(from start: Int) throws(GeoError) {
    guard start + 2 <= end, file.number(at: start, count: 2) == 0xFF4F else { throw Self.refusal }
    var offset = try endOfSegments(from: start + 2, before: 0xFF90)
    var tileParts = 0
    while offset != end {
      guard offset + 2 <= end, let marker = file.number(at: offset, count: 2) else { throw Self.refusal }
      if marker == 0xFFD9 { return }
      tileParts += 1
      guard marker == 0xFF90, tileParts <= Self.maximumTileParts, offset + 12 <= end,
        let length = file.number(at: offset + 6, count: 4)
      else { throw Self.refusal }
      if length == 0 {
        // The last one, up to the end of the code stream.
        _ = try endOfSegments(from: offset + 12, before: 0xFF93)
        return
      }
      guard length >= 12, offset + Int(length) <= end else { throw Self.refusal }
      offset += Int(length)
    }
  }

  /// Throws `damaged` when a tile-part says that it reaches beyond the file; stops at whatever is not a tile-part.
  func checkLength(from start: Int) throws(GeoError) {
    guard file.number(at: start, count: 2) == 0xFF4F, var offset = try? endOfSegments(from: start + 2, before: 0xFF90)
    else { return }
    for _ in 0..<Self.maximumTileParts {
      guard file.number(at: offset, count: 2) == 0xFF90, let length = file.number(at: offset + 6, count: 4),
        length >= 12
      else { return }
      guard offset + Int(length) <= file.count else {
        throw GeoError(.damaged, "JPEG2000CodeStreamCheck", "The JPEG 2000 file ends before its code stream.")
      }
      offset += Int(length)
    }
  }

  /// Where the first marker `last` is, after segments that OpenJPEG knows.
  private func endOfSegments(from start: Int, before last: UInt64) throws(GeoError) -> Int {
    var offset = start
    while offset + 4 <= end, let marker = file.number(at: offset, count: 2), marker != last {
      guard marker >> 8 == 0xFF, Self.segments.contains(marker & 0xFF),
        let length = file.number(at: offset + 2, count: 2), length >= 2
      else { throw Self.refusal }
      offset += 2 + Int(length)
    }
    guard offset + 2 <= end else { throw Self.refusal }
    return offset
  }

  private static var refusal: GeoError {
    GeoError(.damaged, "JPEG2000CodeStreamCheck", "The JPEG 2000 code stream is longer than its box, or damaged.")
  }
}
