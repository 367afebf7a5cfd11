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
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var segments = parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    endsWithSlash = segments.last?.isEmpty == true
    if endsWithSlash { segments.removeLast() }
    guard segments.allSatisfy({ PercentCoding.decode($0) != nil }) else {
      throw APIError(.invalidRequest, "The path is not percent-encoded UTF-8 without U+0000")
    }
    self.segments = segments
    query = parts.count == 2 ? try Self.pairs(parts[1]) : []
  }

  /// Takes a parameter off the query.
  ///
  /// - Returns: its value, nil where it is not given.
  mutating func take(_ name: String) throws(ParameterError) -> String? {
    let values = query.filter { $0.name == name }.map(\.value)
    guard values.count <= 1 else { throw ParameterError(name, "the parameter is given twice") }
    query.removeAll { $0.name == name }
    return values.first
  }

  private static func pairs(_ text: Substring) throws(APIError) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for part in text.split(separator: "&") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentCoding.decode(sides[0], plusIsSpace: true),
        // A date-time never needs a space, but its offset needs the plus that many clients leave bare.
        let value = PercentCoding.decode(sides.count == 2 ? sides[1] : "", plusIsSpace: name != "datetime")
      else { throw APIError(.invalidRequest, "The query is not percent-encoded UTF-8 without U+0000") }
      pairs.append((name, value))
    }
    return pairs
  }
}
