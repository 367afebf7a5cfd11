import Postgres

/// How the values of a property are spread, by some thousand items drawn at random.
public struct PropertySample: Sendable {
  /// A value, as a page's token writes it, and how many items of the sample have it.
  public struct Group: Sendable {
    public let value: String
    public let count: Int
    /// The value, where it is written as a number.
    let number: Double?

    public init(value: String, count: Int) {
      self.value = value
      self.count = count
      number = Double(value)
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

  /// The statement that reads it: rows of value, count, and how many of those last; among them, with whatever count, the
  /// least and the greatest value of all items.
  ///
  /// - Parameters:
  ///   - order: one by a property with an index.
  ///   - sampled: what draws rows of the table.
  ///   - hasEnds: whether an index leads to the least and the greatest value.
  static func statement(_ order: SearchOrder, sampled: SQL, hasEnds: Bool) -> SQL {
    let term = order.terms[0]
    let value: SQL =
      switch term.kind {
      case .timestamp: "(extract(epoch FROM v) * 1000000)::int8::text"
      case .number, .text, .boolean, .key: "v::text"
      }
    let ends = [false, true].map { isReversed -> SQL in
      """
       UNION ALL (SELECT \(term.expression), false, false FROM gnomon.items i WHERE \(term.expression) IS NOT NULL \
      ORDER BY \(order.orderBy(isReversed: isReversed, named: false, isPresent: true)) LIMIT 1)
      """
    }
    return """
      SELECT \(value), count(*) FILTER (WHERE is_sampled), count(*) FILTER (WHERE is_stretch) FROM \
      (SELECT \(term.expression) AS v, i.start_datetime <> i.datetime OR i.end_datetime <> i.datetime AS is_stretch, \
      true AS is_sampled FROM gnomon.items i \(sampled)\(hasEnds ? ends.joined(separator: "") : "")) items \
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

  /// Parts of the values, in the direction of an order.
  enum Division: Sendable, Equatable {
    /// Each up to its end, inclusive.
    case upTo([String])
    /// Each up to its end, then what lies before a value that many items have, then this value.
    case around([String], heavy: String)
  }

  /// What makes a value one that many items have.
  private static let heavy = 0.02

  /// How many items of the sample have a value.
  func count(of value: String) -> Int { groups.first { $0.value == value }?.count ?? 0 }

  /// Parts of the values beyond a place, each larger than the one before; what lies behind the last is the rest. No value
  /// lies between two of them, also of those that the sample does not know.
  ///
  /// - Parameters:
  ///   - first: how many items of the sample the first part holds; less than one where it ends between two of them.
  ///   - isAscending: the direction.
  ///   - place: a value that the parts lie beyond.
  func divisions(first: Double, isAscending: Bool, beyond place: String?, _ kind: SearchOrder.Kind) -> [Division] {
    var divisions: [Division] = []
    let number = place.flatMap { Double($0) }
    func isBeyond(_ group: Group) -> Bool {
      guard let place else { return true }
      if kind.isContinuous, let number, let other = group.number {
        return isAscending ? other > number : other < number
      }
      return isAscending ? kind.isLess(place, group.value) : kind.isLess(group.value, place)
    }
    var cut = Cut(kind: kind, wanted: first, last: number)
    for step in groups.indices where cut.count < PropertySteps.count {
      let group = groups[isAscending ? step : groups.count - 1 - step]
      guard isBeyond(group) else { continue }
      if Double(group.count) > Self.heavy * Double(present) {
        divisions.append(.around(cut.taken(), heavy: group.value))
        cut.last = group.number
        continue
      }
      cut.add(group)
      if !kind.isContinuous, !cut.ends.isEmpty { divisions.append(.upTo(cut.taken())) }
    }
    let rest = cut.taken()
    return rest.isEmpty ? divisions : divisions + [.upTo(rest)]
  }

  /// The ends of parts, as values come in.
  private struct Cut {
    let kind: SearchOrder.Kind
    /// How many items the next part is to hold.
    var wanted: Double
    /// The value before the next one, as a number.
    var last: Double?
    var ends: [String] = []
    /// How many ends there were in all.
    var count = 0
    private var held = 0.0

    init(kind: SearchOrder.Kind, wanted: Double, last: Double?) {
      (self.kind, self.wanted, self.last) = (kind, wanted, last)
    }

    mutating func taken() -> [String] {
      defer { (ends, held) = ([], 0) }
      return ends
    }

    mutating func add(_ group: Group) {
      let value = kind.isContinuous ? group.number : nil
      defer { last = value }
      var left = Double(group.count)
      // A lone item stands for those that lie between it and the one before.
      while group.count == 1, let value, let last, held + left > wanted, count < PropertySteps.count {
        let number = last + (value - last) * (wanted - held) / left
        guard number.isFinite, number != last, number != value else { break }
        left -= wanted - held
        self.last = number
        end(kind.value(measuring: number))
      }
      held += left
      if held >= wanted { end(value.map { kind.value(measuring: $0) } ?? group.value) }
    }

    private mutating func end(_ value: String) {
      wanted *= PropertySteps.growth(after: count)
      held = 0
      count += 1
      if ends.last != value { ends.append(value) }
    }
  }
}
