// Instants as text and JSON write them.

import StacModel

extension Timestamp {
  /// Reads the instant of a filter: RFC 3339 with an offset, between the years 0000 and 9999 in UTC.
  init?(filterText text: String) {
    guard let timestamp = Timestamp(text), Timestamp.filterRange ~= timestamp else { return nil }
    self = timestamp
  }

  /// The instants that have a text of four year digits.
  private static let filterRange =
    Timestamp(microseconds: -62_167_219_200_000_000)...Timestamp(microseconds: 253_402_300_799_999_999)
}

extension Expression {
  /// The end of an interval from its text: a date, a timestamp or `..`.
  init?(intervalEnd text: String) {
    if text == ".." {
      self = .unbounded
    } else if let date = CalendarDate(text) {
      self = .date(date)
    } else if let timestamp = Timestamp(filterText: text) {
      self = .timestamp(timestamp)
    } else {
      return nil
    }
  }

  /// What an interval's end may be, for messages.
  static let intervalEndRule =
    "expected a date, a timestamp, '..', a property or a function as the end of an interval"
}
