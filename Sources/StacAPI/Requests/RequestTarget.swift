import StacModel

/// The path and the query of a request, split while still encoded so that an encoded slash or colon separates nothing.
struct RequestTarget: Sendable {
  /// The target as it came.
  let text: String
  /// The path's segments, still percent-encoded; empty for the landing page; one slash at the end is overlooked.
  let segments: [Substring]
  /// Whether a slash at the end was overlooked.
  let endsWithSlash: Bool
  /// The query's names and values, decoded, in order.
  private(set) var query: [(name: String, value: String)]

  init(_ text: String, maximumLength: Int) throws(APIError) {
    guard text.utf8.count <= maximumLength else {
      throw APIError(.targetTooLong, "The request target has more than \(maximumLength) bytes")
    }
    guard text.utf8.allSatisfy({ 0x20 < $0 && $0 < 0x7F }) else {
      throw APIError(.invalidRequest, "The request target holds characters that must be percent-encoded")
    }
    guard text.hasPrefix("/") else { throw APIError(.invalidRequest, "The request target must begin with '/'") }
    self.text = text
    let question = text.utf8.firstIndex(of: UInt8(ascii: "?"))
    var segments = text.utf8[..<(question ?? text.endIndex)].dropFirst()
      .split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { Substring($0) }
    endsWithSlash = segments.last?.isEmpty == true
    if endsWithSlash { segments.removeLast() }
    guard segments.allSatisfy({ PercentCoding.decode($0) != nil }) else {
      throw APIError(.invalidRequest, "The path is not percent-encoded UTF-8 without U+0000")
    }
    self.segments = segments
    query = if let question { try Self.pairs(text.utf8[question...].dropFirst()) } else { [] }
  }

  /// Takes a parameter off the query.
  ///
  /// - Returns: its value, nil where it is not given.
  mutating func take(_ name: String) throws(ParameterError) -> String? {
    guard let index = query.firstIndex(where: { $0.name == name }) else { return nil }
    let value = query.remove(at: index).value
    guard !query.contains(where: { $0.name == name }) else {
      throw ParameterError(name, "the parameter is given twice")
    }
    return value
  }

  private static func pairs(_ text: Substring.UTF8View) throws(APIError) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for part in text.split(separator: UInt8(ascii: "&")) {
      let sign = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
      guard let name = PercentCoding.decode(Substring(part[..<sign]), plusIsSpace: true),
        // A date-time never needs a space, but its offset needs the plus that many clients leave bare.
        let value = PercentCoding.decode(Substring(part[sign...].dropFirst()), plusIsSpace: name != "datetime")
      else { throw APIError(.invalidRequest, "The query is not percent-encoded UTF-8 without U+0000") }
      pairs.append((name, value))
    }
    return pairs
  }
}
