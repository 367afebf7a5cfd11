/// A closed stretch of time, open at one end where that end is nil; an instant has equal ends.
///
/// Source: OGC API - Features 1.0, section 7.15.4, and STAC API item-search `datetime`.
public struct DatetimeInterval: Sendable, Hashable {
  public let start: Timestamp?
  public let end: Timestamp?

  /// An interval with at least one end.
  public init?(start: Timestamp?, end: Timestamp?) {
    guard start != nil || end != nil else { return nil }
    if let start, let end, end < start { return nil }
    self.start = start
    self.end = end
  }

  /// Reads an instant (`2020-01-01T00:00:00Z`) or an interval (`a/b`, `a/..`, `../b`, where an empty end means `..`).
  ///
  /// - Throws: ``ParameterError`` naming `datetime` and what was expected.
  public init(parsing text: String) throws(ParameterError) {
    let ends = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { Substring($0) }
    guard ends.count <= 2 else { throw ParameterError("datetime", "an interval has two ends, separated by one '/'") }
    let start = try Self.end(ends[0], mayBeOpen: ends.count == 2)
    guard ends.count == 2 else {
      self.start = start
      self.end = start
      return
    }
    let end = try Self.end(ends[1], mayBeOpen: true)
    guard start != nil || end != nil else {
      throw ParameterError("datetime", "an interval needs a date-time at one end at least; '../..' has none")
    }
    if let start, let end, end < start {
      throw ParameterError("datetime", "the interval ends before it starts")
    }
    self.start = start
    self.end = end
  }

  private static func end(_ text: Substring, mayBeOpen: Bool) throws(ParameterError) -> Timestamp? {
    if mayBeOpen, text.isEmpty || text == ".." { return nil }
    if let timestamp = Timestamp(String(text)) { return timestamp }
    throw ParameterError(
      "datetime", "'\(text.prefix(64))' is not an RFC 3339 date-time with an offset, such as 2020-01-01T00:00:00Z")
  }
}
