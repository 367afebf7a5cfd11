import Postgres
import StacModel

/// The expressions of the indexes `items_space_time` and `items_stretches_space_time` (migration 0007), over the table `i`.
///
/// Their nodes separate by month, then by place. Read in the order of the distance from an instant, they give the items of a
/// window in order of time and touch no other month until they must.
enum SpaceTimeIndex {
  /// The instant that items are ordered by; what lies beyond 1900 or 2100 counts as those.
  static let instant: SQL = clamped("i.datetime")
  static let month: SQL = month(of: "i.datetime")

  /// How far from an instant the index tells times apart, in microseconds: distances are doubles, of up to two centuries.
  static let resolution: Int64 = 2

  /// An instant as the index orders it, in microseconds since 1970: those beyond its years are all one.
  static func place(_ instant: Int64) -> Int64 { min(max(instant, -2_208_988_800_000_000), 4_102_444_800_000_000) }

  /// The condition that an item is not older, or not newer, than an instant, as the index takes it.
  static func bound(_ comparison: SQL, _ instant: Timestamp) -> SQL {
    let value: SQL = "\(timestamp: instant)"
    return "\(Self.instant) \(comparison) \(clamped(value)) AND \(month) \(comparison) \(month(of: value))"
  }

  /// What stands behind ORDER BY: the nearest to the newest instant first, or to the oldest.
  static func order(isAscending: Bool, from origin: Timestamp?) -> SQL {
    let end: SQL = isAscending ? earliest : latest
    return "\(instant) <-> \(origin.map { clamped("\(timestamp: $0)") } ?? end)"
  }

  private static let earliest: SQL = "'1900-01-01T00:00:00Z'::timestamptz"
  private static let latest: SQL = "'2100-01-01T00:00:00Z'::timestamptz"

  private static func clamped(_ value: SQL) -> SQL { "least(greatest(\(value), \(earliest)), \(latest))" }

  private static func month(of value: SQL) -> SQL {
    """
    ((extract(year FROM \(value) AT TIME ZONE 'UTC') * 12 + extract(month FROM \(value) AT TIME ZONE 'UTC'))::integer)
    """
  }
}
