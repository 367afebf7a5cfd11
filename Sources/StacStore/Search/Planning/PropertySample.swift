import Postgres

/// How the values of a property are spread, by some thousand items drawn at random.
public struct PropertySample: Sendable {
  /// A value, as a page's token writes it, and how many items of the sample have it.
  public struct Group: Sendable {
    public let value: String
    public let count: Int

    public init(value: String, count: Int) {
      self.value = value
      self.count = count
    }
  }

  /// In ascending order, as PostgreSQL has it.
  public let groups: [Group]
  /// How many items have the property.
  public let present: Int
  /// How many items have it not.
  public let absent: Int
  /// How many items have it and last, instead of being instants.
  public let stretches: Int

  public init(groups: [Group], absent: Int, stretches: Int = 0) {
    self.groups = groups
    self.absent = absent
    self.stretches = stretches
    present = groups.reduce(0) { $0 + $1.count }
  }

  /// The statement that reads it: rows of value, count, and how many of those last.
  ///
  /// - Parameters:
  ///   - term: the property, as an order has it.
  ///   - sampled: what draws rows of the table.
  static func statement(_ term: SearchOrder.Term, sampled: SQL) -> SQL {
    let value: SQL =
      switch term.kind {
      case .timestamp: "(extract(epoch FROM v) * 1000000)::int8::text"
      case .number, .text, .boolean, .key: "v::text"
      }
    return """
      SELECT \(value), count(*), count(*) FILTER (WHERE is_stretch) FROM (SELECT \(term.expression) AS v, \
      i.start_datetime <> i.datetime OR i.end_datetime <> i.datetime AS is_stretch FROM gnomon.items i \(sampled)) items \
      GROUP BY items.v ORDER BY items.v
      """
  }

  /// Reads the rows of ``statement(_:sampled:)``.
  init(_ rows: [Row]) throws(PostgresError) {
    var groups: [Group] = []
    var absent = 0
    var stretches = 0
    for row in rows {
      let count = Int(try row.integer(1))
      if row.isNull(0) {
        absent += count
      } else {
        groups.append(Group(value: try row.text(0), count: count))
        stretches += Int(try row.integer(2))
      }
    }
    self.init(groups: groups, absent: absent, stretches: stretches)
  }

  /// A part of the values, in the direction of an order.
  public enum Division: Sendable, Equatable {
    /// All up to a value, inclusive.
    case upTo(String)
    /// All before a value, whether the sample holds any or not.
    case before(String)
    /// One value that many items have.
    case equal(String)
  }

  /// What makes a value one that many items have.
  private static let heavy = 0.02
  private static let mostDivisions = 12

  /// What share of the items that have the property has a value.
  func share(of value: String) -> Double {
    groups.first { $0.value == value }.map { Double($0.count) / Double(max(present, 1)) } ?? 0
  }

  /// Parts of the values beyond a place, each four times as large as the one before; what lies behind the last is the rest.
  /// No value lies between two of them, also of those that the sample does not know.
  ///
  /// - Parameters:
  ///   - share: how large the first part is, of the items that have the property.
  ///   - isAscending: the direction.
  ///   - isBeyond: whether a value lies beyond the place.
  public func divisions(first share: Double, isAscending: Bool, isBeyond: (String) -> Bool) -> [Division] {
    var divisions: [Division] = []
    var wanted = share * Double(present)
    var count = 0
    let values = isAscending ? groups[...] : groups.reversed()[...]
    for group in values where isBeyond(group.value) {
      guard divisions.count < Self.mostDivisions else { break }
      if Double(group.count) > Self.heavy * Double(present) {
        divisions += [.before(group.value), .equal(group.value)]
        count = 0
        continue
      }
      count += group.count
      if Double(count) >= wanted {
        divisions.append(.upTo(group.value))
        wanted *= 4
        count = 0
      }
    }
    return divisions
  }
}
