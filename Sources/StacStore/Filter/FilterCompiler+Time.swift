import CQL2
import Postgres
import StacModel

/// The first and the last instant of a stretch of time, as `timestamptz`.
struct TimeBounds {
  let start: SQL
  let end: SQL
  /// Whether the bounds are those of the items themselves, which indexes serve.
  var isItemTime = false
  /// Whether one bound may be null where the other is not, as of an interval between two properties.
  var isOpenToNull = false
  /// Where both ends are days as written: the midnights with which they begin.
  var days: (start: SQL, end: SQL)?
}

extension FilterCompiler {
  /// The fifteen relations. Intervals include both ends; a day lasts until its last microsecond; `..` is infinite.
  ///
  /// Source: OWL-Time and Allen's relations, OGC 21-065r2 tables 8 and 9.
  func temporal(_ symbol: Operator, _ arguments: [Expression], at path: [Int]) throws(FilterTypeError) -> SQL {
    var one = try bounds(arguments[0], at: path + [0])
    var other = try bounds(arguments[1], at: path + [1])
    if let days = one.days, let otherDays = other.days {
      // Days on both sides are compared as days: an interval that ends on the day on which another begins meets it.
      one = TimeBounds(start: days.start, end: days.end)
      other = TimeBounds(start: otherDays.start, end: otherDays.end)
    }
    let condition = Self.relation(symbol, one, other)
    let nullable = [one, other].filter(\.isOpenToNull).flatMap { [$0.start, $0.end] }
    if nullable.isEmpty { return "(\(condition))" }
    return "(CASE WHEN num_nulls(\(nullable.joined(separator: ", "))) = 0 THEN \(condition) END)"
  }

  private static func relation(_ symbol: Operator, _ one: TimeBounds, _ other: TimeBounds) -> SQL {
    switch symbol {
    case .tAfter: after(one, other)
    case .tBefore: after(other, one)
    case .tDisjoint: "\(after(one, other)) OR \(after(other, one))"
    case .tIntersects: "\(notAfter(one, other)) AND \(notAfter(other, one))"
    case .tEquals: "\(one.start) = \(other.start) AND \(one.end) = \(other.end)"
    case .tContains: during(other, one)
    case .tDuring: during(one, other)
    case .tFinishes: "\(one.start) > \(other.start) AND \(one.end) = \(other.end)"
    case .tFinishedBy: "\(one.start) < \(other.start) AND \(one.end) = \(other.end)"
    case .tStarts: "\(one.start) = \(other.start) AND \(one.end) < \(other.end)"
    case .tStartedBy: "\(one.start) = \(other.start) AND \(one.end) > \(other.end)"
    case .tMeets: "\(one.end) = \(other.start)"
    case .tMetBy: "\(one.start) = \(other.end)"
    case .tOverlaps: overlaps(one, other)
    default: overlaps(other, one)
    }
  }

  private static func overlaps(_ one: TimeBounds, _ other: TimeBounds) -> SQL {
    "\(one.start) < \(other.start) AND \(one.end) > \(other.start) AND \(one.end) < \(other.end)"
  }

  private static func during(_ one: TimeBounds, _ other: TimeBounds) -> SQL {
    "\(one.start) > \(other.start) AND \(ends(one, "<", other.end))"
  }

  /// One begins when the other is over.
  private static func after(_ one: TimeBounds, _ other: TimeBounds) -> SQL {
    other.isItemTime ? "(\(ends(other, "<", one.start)))" : "\(one.start) > \(other.end)"
  }

  /// One begins while the other lasts, or before.
  private static func notAfter(_ one: TimeBounds, _ other: TimeBounds) -> SQL {
    other.isItemTime ? lasts(other, until: one.start) : "\(one.start) <= \(other.end)"
  }

  /// A bound from above for the end holds for the start too, which an index serves.
  private static func ends(_ bounds: TimeBounds, _ symbol: SQL, _ limit: SQL) -> SQL {
    bounds.isItemTime
      ? "\(bounds.start) \(symbol) \(limit) AND \(bounds.end) \(symbol) \(limit)" : "\(bounds.end) \(symbol) \(limit)"
  }

  /// The end of an item's time is not before an instant: its start is not, or it is among the few that last.
  private static func lasts(_ item: TimeBounds, until instant: SQL) -> SQL {
    """
    (\(item.start) >= \(instant) OR (i.start_datetime <> i.datetime OR i.end_datetime <> i.datetime) \
    AND (i.properties ->> 'datetime') IS NULL AND i.end_datetime >= \(instant))
    """
  }
}

extension FilterCompiler {
  /// The bounds of an instant, a day, an interval or a property.
  func bounds(_ expression: Expression, at path: [Int]) throws(FilterTypeError) -> TimeBounds {
    switch expression {
    case .property("datetime"): return columns.itemTime
    case .interval(let start, let end): return try interval(start, end, at: path)
    case .unbounded: throw FilterTypeError(path: path, message: "'..' can only be the end of an interval")
    case .date(let date):
      return .init(
        start: "\(timestamp: date.start)", end: "\(timestamp: date.end)",
        days: ("\(timestamp: date.start)", "\(timestamp: date.start)"))
    default:
      return .init(
        start: try end(expression, isLast: false, at: path), end: try end(expression, isLast: true, at: path))
    }
  }

  private func interval(_ start: Expression, _ end: Expression, at path: [Int]) throws(FilterTypeError) -> TimeBounds {
    var bounds = TimeBounds(
      start: try self.end(start, isLast: false, at: path + [0]), end: try self.end(end, isLast: true, at: path + [1]))
    bounds.isOpenToNull = !(start.isEverPresent && end.isEverPresent)
    if let first = start.day(unbounded: "'-infinity'"), let last = end.day(unbounded: "'infinity'") {
      bounds.days = (first, last)
    }
    return bounds
  }

  /// One end of an interval, or of what stands for one.
  private func end(_ expression: Expression, isLast: Bool, at path: [Int]) throws(FilterTypeError) -> SQL {
    switch expression {
    case .unbounded: return isLast ? "'infinity'::timestamptz" : "'-infinity'::timestamptz"
    case .date(let date): return "\(timestamp: isLast ? date.end : date.start)"
    case .string(let text):
      guard let instant = CalendarDate(text).map({ isLast ? $0.end : $0.start }) ?? Timestamp(text) else {
        throw FilterTypeError(path: path, message: "expected a timestamp or a date, found '\(text.prefix(64))'")
      }
      return "\(timestamp: instant)"
    case .property("datetime"): return isLast ? columns.itemTime.end : columns.itemTime.start
    case .property(let name) where isLast && columns.column(name) == nil && mayBeDay(name):
      return "gnomon.instant_end(\(columns.json(try bindable(name, at: path))))"
    default: return try instant(expression, at: path)
    }
  }

  /// Whether a property may hold dates: one that is declared to hold timestamps ends where it begins.
  private func mayBeDay(_ name: String) -> Bool {
    let type = properties.type(ofProperty: name)
    return type == .any || type == .date
  }

  /// A part that must be an instant; a day is its midnight in UTC.
  func instant(_ expression: Expression, at path: [Int]) throws(FilterTypeError) -> SQL {
    switch try value(expression, at: path) {
    case .instant(let sql), .day(let sql): return sql
    case .untyped(let json): return "gnomon.instant(\(json))"
    case let other: throw FilterTypeError(path: path, message: "expected an instant, found \(other.kind)")
    }
  }
}

extension FilterColumns {
  /// When an item was made: the instant of its datetime, or from its start to its end; a collection's temporal extent.
  var itemTime: TimeBounds {
    guard isItems else { return TimeBounds(start: "i.start_datetime", end: "i.end_datetime") }
    return TimeBounds(
      start: "i.datetime",
      end: "CASE WHEN (i.properties ->> 'datetime') IS NULL THEN i.end_datetime ELSE i.datetime END",
      isItemTime: true)
  }
}

extension Expression {
  /// Whether it has a value for every item.
  fileprivate var isEverPresent: Bool {
    switch self {
    case .unbounded, .property("datetime"): true
    default: isScalarLiteral
    }
  }

  /// The midnight of a day as written; an infinite end fits to days.
  fileprivate func day(unbounded: SQL) -> SQL? {
    switch self {
    case .unbounded: "\(unbounded)::timestamptz"
    case .date(let date): "\(timestamp: date.start)"
    default: nil
    }
  }
}
