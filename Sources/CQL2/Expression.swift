public import StacModel

/// A CQL2 expression as a tree, the same from text and from JSON.
///
/// Source: OGC 21-065r2, annexes A (BNF) and B (JSON schema). `AND` and `OR` hold two arguments or more; `NOT LIKE`,
/// `NOT IN`, `NOT BETWEEN` and `IS NOT NULL` are a ``Operator/not`` around the plain operation.
public indirect enum Expression: Sendable, Hashable {
  case boolean(Bool)
  case number(JSONNumber)
  case string(String)
  /// `TIMESTAMP('…')`.
  case timestamp(Timestamp)
  /// `DATE('…')`.
  case date(CalendarDate)
  /// `INTERVAL(start, end)`; each end is a timestamp, a date, a property, a function or ``unbounded``.
  case interval(start: Expression, end: Expression)
  /// `'..'` as the end of an interval.
  case unbounded
  case geometry(Geometry)
  /// `BBOX(…)`; west > east crosses the antimeridian.
  case boundingBox(BoundingBox)
  case array([Expression])
  case property(String)
  case operation(Operator, [Expression])
  /// A function that is not one of the standard's operators; its name as written.
  case function(String, [Expression])

  /// The expressions directly below, in the order of the text.
  public var children: [Expression] {
    switch self {
    case .interval(let start, let end): [start, end]
    case .array(let elements): elements
    case .operation(_, let arguments), .function(_, let arguments): arguments
    default: []
    }
  }
}

/// The operators that the standard defines, by their names in CQL2 JSON.
public enum Operator: String, Sendable, Hashable, CaseIterable {
  case and, or, not
  case equal = "="
  case notEqual = "<>"
  case less = "<"
  case greater = ">"
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case isNull, like, between
  /// Arguments: the value, then one ``Expression/array(_:)``.
  case `in`
  case plus = "+"
  case minus = "-"
  case times = "*"
  case divide = "/"
  case power = "^"
  case modulo = "%"
  case integerDivide = "div"
  case casei, accenti
  case sIntersects = "s_intersects"
  case sEquals = "s_equals"
  case sDisjoint = "s_disjoint"
  case sTouches = "s_touches"
  case sWithin = "s_within"
  case sOverlaps = "s_overlaps"
  case sCrosses = "s_crosses"
  case sContains = "s_contains"
  case tAfter = "t_after"
  case tBefore = "t_before"
  case tContains = "t_contains"
  case tDisjoint = "t_disjoint"
  case tDuring = "t_during"
  case tEquals = "t_equals"
  case tFinishedBy = "t_finishedBy"
  case tFinishes = "t_finishes"
  case tIntersects = "t_intersects"
  case tMeets = "t_meets"
  case tMetBy = "t_metBy"
  case tOverlappedBy = "t_overlappedBy"
  case tOverlaps = "t_overlaps"
  case tStartedBy = "t_startedBy"
  case tStarts = "t_starts"
  case aEquals = "a_equals"
  case aContains = "a_contains"
  case aContainedBy = "a_containedBy"
  case aOverlaps = "a_overlaps"
}

/// A day of the proleptic Gregorian calendar.
public struct CalendarDate: Sendable, Hashable, Comparable {
  /// Midnight in UTC at which the day begins.
  public let start: Timestamp

  /// Reads `YYYY-MM-DD`; nil for anything else.
  public init?(_ text: String) {
    guard text.utf8.count == 10, let start = Timestamp(text + "T00:00:00Z") else { return nil }
    self.start = start
  }

  /// The last microsecond of the day.
  public var end: Timestamp { Timestamp(microseconds: start.microseconds + 86_400_000_000 - 1) }

  public static func < (left: CalendarDate, right: CalendarDate) -> Bool { left.start < right.start }
}

extension CalendarDate: CustomStringConvertible {
  public var description: String { String(start.description.prefix(10)) }
}
