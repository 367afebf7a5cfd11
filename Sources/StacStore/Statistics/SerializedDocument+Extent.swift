public import StacModel

extension SerializedDocument {
  /// The collection's document with the extent of its items in place of the declared one.
  ///
  /// The first box and the first interval are replaced, which stand for the whole collection; further ones, the heights
  /// of a box of six numbers and everything else stay. A collection without items keeps what it declares, one whose
  /// items have no geometry its boxes. Only the extent is parsed.
  public func withExtent(of statistics: CollectionStatistics?) -> SerializedDocument {
    guard let statistics, statistics.itemCount > 0, let range = JSONMemberRange.value(of: "extent", in: bytes),
      let declared = try? JSONParser.parse(Array(bytes[range])), var extent = declared.object
    else { return self }
    extent.replaceBox(with: statistics.spatialExtent)
    extent.replaceInterval(start: statistics.start, end: statistics.end)
    var corrected = Array(bytes[..<range.lowerBound])
    JSONSerializer.append(.object(extent), to: &corrected)
    let shift = corrected.count - range.upperBound
    corrected += bytes[range.upperBound...]
    return SerializedDocument(
      bytes: corrected, linksPosition: linksPosition + (linksPosition >= range.upperBound ? shift : 0))
  }
}

extension JSONObject {
  /// Replaces `spatial.bbox[0]`.
  fileprivate mutating func replaceBox(with box: BoundingBox?) {
    guard let box, var spatial = self["spatial"]?.object, var boxes = spatial["bbox"]?.array else { return }
    var numbers = [box.west, box.south, box.east, box.north].map { JSONValue($0) }
    if let declared = boxes.first?.array, declared.count == 6 {
      numbers.insert(declared[2], at: 2)
      numbers.append(declared[5])
    }
    boxes.replaceFirst(with: .array(numbers))
    spatial["bbox"] = .array(boxes)
    self["spatial"] = .object(spatial)
  }

  /// Replaces `temporal.interval[0]`.
  fileprivate mutating func replaceInterval(start: Timestamp?, end: Timestamp?) {
    guard var temporal = self["temporal"]?.object, var intervals = temporal["interval"]?.array else { return }
    let ends = [start, end].map { $0.map { JSONValue.string($0.description) } ?? .null }
    intervals.replaceFirst(with: .array(ends))
    temporal["interval"] = .array(intervals)
    self["temporal"] = .object(temporal)
  }
}

extension [JSONValue] {
  fileprivate mutating func replaceFirst(with value: JSONValue) {
    if isEmpty { append(value) } else { self[0] = value }
  }
}

/// Finds a member of a JSON object in its text without parsing what the members hold.
///
/// The text is one that the parser has accepted before; of any other some range inside it, or nil, comes out.
enum JSONMemberRange {
  /// The bytes of the value of the object's own member of that name, nil where there is none.
  static func value(of name: String, in bytes: [UInt8]) -> Range<Int>? {
    let wanted = Array("\"\(name)\"".utf8)
    var position = skipWhitespace(bytes, from: 0) + 1
    while position < bytes.count {
      position = skipWhitespace(bytes, from: position)
      let nameEnd = skipValue(bytes, from: position)
      let isWanted = bytes[position..<nameEnd].elementsEqual(wanted)
      let colon = skipWhitespace(bytes, from: nameEnd)
      let start = skipWhitespace(bytes, from: min(colon + 1, bytes.count))
      let end = skipValue(bytes, from: start)
      if isWanted { return start..<end }
      position = skipWhitespace(bytes, from: end) + 1
    }
    return nil
  }

  private static func skipWhitespace(_ bytes: [UInt8], from start: Int) -> Int {
    var position = start
    while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
    return position
  }

  /// The position behind a value: a text in quotes, a bracket up to its partner, or a run of other characters.
  private static func skipValue(_ bytes: [UInt8], from start: Int) -> Int {
    var position = start
    var depth = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position = skipText(bytes, from: position)
        if depth == 0 { return position }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return position }
        depth -= 1
        if depth == 0 { return position + 1 }
      case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09: if depth == 0 { return position }
      default: break
      }
      position += 1
    }
    return bytes.count
  }

  /// The position behind the closing quote.
  private static func skipText(_ bytes: [UInt8], from start: Int) -> Int {
    var position = start + 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(position + 1, bytes.count)
  }
}
