import Postgres
import StacModel

/// A stretch of an order by a property.
struct PropertyStretch {
  enum Way {
    /// From the index of the order, from one end on.
    case walked
    /// From the index over the property and the place: all of the stretch or of its parts, sorted.
    case inCells(PlaceCells)
  }

  /// Beginning with AND.
  let condition: SQL
  let way: Way
  /// Its parts, nil where it is read at once.
  var steps: PropertySteps?
}

/// The parts of a stretch, each larger than the one before. One statement reads them one behind the other until a page is
/// full, so that little is read in vain where there are more items than was expected, and nothing is lost where there are
/// fewer.
struct PropertySteps {
  /// What the parts are cut by: the values, or the time of items that have one value.
  enum Measure {
    case value, time
  }

  /// How many times more items the first part should hold than a page shows.
  static let reserve = 1.5
  /// How many parts there are; where fewer do, the last ones hold nothing, so that searches have the same statement.
  static let count = 12

  /// How many times larger a part is than the one before, which so many others come before.
  static func growth(after number: Int) -> Double { number < 6 ? 2 : 4 }

  let measure: Measure
  private let isAscending: Bool
  /// What is compared: of all items, or of those that are no instants.
  private let expression: SQL
  /// The ends of the parts; the first part lies behind the first of them.
  private let bounds: [SQL]

  private init(_ measure: Measure, isAscending: Bool, expression: SQL, _ bounds: [SQL]) {
    self.measure = measure
    self.isAscending = isAscending
    self.expression = expression
    self.bounds =
      bounds + bounds.suffix(1).flatMap { [SQL](repeating: $0, count: max(0, Self.count + 1 - bounds.count)) }
  }

  /// Parts of values, in their order.
  ///
  /// - Parameter ends: none lies before the one before it.
  init(_ term: SearchOrder.Term, isAscending: Bool, ends: [String]) {
    let type: SQL = term.kind == .number ? "numeric" : "timestamptz"
    let bounds = ends.map { "\(SearchOrder.value(term, $0))::\(type)" as SQL }
    self.init(
      .value, isAscending: isAscending, expression: term.expression,
      [term.kind.infinity(isBelow: isAscending)] + bounds)
  }

  /// Parts of the time of items with one value.
  ///
  /// - Parameters:
  ///   - times: between which instants they are expected.
  ///   - share: how large the first part is.
  ///   - place: where the page begins, in microseconds; nil for the beginning of the order.
  init(_ times: ClosedRange<Int64>, first share: Double, isAscending: Bool, from place: Int64?) {
    let sign = isAscending ? 1.0 : -1.0
    let start = place ?? (isAscending ? times.lowerBound : times.upperBound)
    let length = isAscending ? Double(times.upperBound) - Double(start) : Double(start) - Double(times.lowerBound)
    let kind = SearchOrder.Kind.timestamp
    func instant(_ microseconds: Int64) -> SQL { "\(timestamp: Timestamp(microseconds: microseconds))::timestamptz" }
    // The instant of the place itself is not behind it.
    var bounds = [place.map { instant($0 - Int64(sign)) } ?? kind.infinity(isBelow: isAscending)]
    var width = share * (Double(times.upperBound) - Double(times.lowerBound))
    var reach = width
    while reach < length, bounds.count < Self.count {
      width *= Self.growth(after: bounds.count - 1)
      bounds.append(instant(start + Int64(sign * reach)))
      reach += width
    }
    self.init(
      .time, isAscending: isAscending, expression: "i.datetime", bounds + [kind.infinity(isBelow: !isAscending)])
  }

  /// The rows `steps (behind, up_to)`, in order.
  var rows: SQL {
    let rows = bounds.indices.dropLast().map { "(\(bounds[$0]), \(bounds[$0 + 1]))" as SQL }
    return "(VALUES \(rows.joined(separator: ", "))) steps (behind, up_to)"
  }

  /// The condition that an item is in a part, beginning with AND.
  ///
  /// - Parameter isInstants: whether the items are instants, which the index has the time of.
  func condition(ofInstants isInstants: Bool) -> SQL {
    let (behind, upTo): (SQL, SQL) = isAscending ? (">", "<=") : ("<", ">=")
    let instant = measure == .time && isInstants ? FilterColumns.itemsInCells.instant : nil
    let form: SQL = instant == nil ? "" : " AT TIME ZONE 'UTC'"
    let compared = instant ?? expression
    return
      " AND \(compared) \(behind) steps.behind\(form) AND \(compared) \(upTo) steps.up_to\(form)"
  }
}

extension SearchOrder {
  /// The stretches of an order by a property that lie beyond a place, in the order in which they come: the rest of the items
  /// with the place's value, those with others, those with none.
  func stretches(beyond token: PageToken?, _ ordering: PropertyOrdering?) -> [PropertyStretch] {
    let isReversed = token?.direction == .backward
    let absent = isReversed ? [] : [lone(nil, isReversed: false, ordering)]
    guard let token else {
      return present(beyond: "", from: nil, isReversed: false, ordering) + absent
    }
    let isBehind: SQL = rowComparison(from: 1, token, isReversed)
    let rest = lone(
      token.values[0], beyond: " AND \(isBehind)", from: token.values[1].flatMap { Int64($0) },
      isReversed: isReversed,
      ordering)
    guard let place = token.values[0] else {
      return [rest] + (isReversed ? present(beyond: "", from: nil, isReversed: true, ordering) : [])
    }
    let (value, limit) = (terms[0].expression, Self.value(terms[0], place))
    let (behind, from): (SQL, SQL) = terms[0].isAscending != isReversed ? (">", ">=") : ("<", "<=")
    // What few items have of the place's value is read with what follows, but where an index is walked.
    if let ordering, ordering.cells != nil, ordering.expected(of: place) <= ordering.many {
      let isBeyond: SQL =
        " AND \(value) \(from) \(limit) AND (\(value) \(behind) \(limit) OR \(isBehind))"
      return present(beyond: isBeyond, from: place, isReversed: isReversed, ordering) + absent
    }
    let isBeyond: SQL = " AND \(value) \(behind) \(limit)"
    return [rest] + present(beyond: isBeyond, from: place, isReversed: isReversed, ordering)
      + absent
  }

  /// The items of one value, or of none: where they are many, in parts of their time.
  ///
  /// - Parameters:
  ///   - isBeyond: the condition that they are beyond a place, beginning with AND.
  ///   - place: its time, in microseconds.
  private func lone(
    _ value: String?, beyond isBeyond: SQL = "", from place: Int64? = nil, isReversed: Bool,
    _ ordering: PropertyOrdering?
  ) -> PropertyStretch {
    let condition: SQL = " AND \(Self.equality(terms[0], value))\(isBeyond)"
    guard let ordering, let cells = ordering.cells else {
      return PropertyStretch(condition: condition, way: .walked)
    }
    let expected = ordering.expected(of: value)
    guard expected > ordering.many, let times = ordering.times, !ordering.hasManyStretches else {
      return PropertyStretch(
        condition: condition, way: expected > ordering.walked ? .walked : .inCells(cells))
    }
    let steps = PropertySteps(
      times, first: PropertySteps.reserve * ordering.wanted / expected,
      isAscending: terms[1].isAscending != isReversed,
      from: place)
    return PropertyStretch(condition: condition, way: .inCells(cells), steps: steps)
  }

  /// The items that have the property.
  ///
  /// - Parameters:
  ///   - isBeyond: the condition that they are beyond a place, beginning with AND.
  ///   - place: its value.
  private func present(
    beyond isBeyond: SQL, from place: String?, isReversed: Bool, _ ordering: PropertyOrdering?
  ) -> [PropertyStretch] {
    let term = terms[0]
    let isAscending = term.isAscending != isReversed
    let (behind, upTo, before): (SQL, SQL, SQL) = isAscending ? (">", "<=", "<") : ("<", ">=", ">")
    let way = ordering?.cells.map { PropertyStretch.Way.inCells($0) } ?? .walked
    var stretches: [PropertyStretch] = []
    var rest = isBeyond
    func add(_ comparison: SQL, _ ends: [String], last: String) {
      let steps = ends.count > 1 ? PropertySteps(term, isAscending: isAscending, ends: ends) : nil
      let end: SQL = " AND \(term.expression) \(comparison) \(Self.value(term, last))"
      stretches.append(PropertyStretch(condition: rest + end, way: way, steps: steps))
      rest = "\(isBeyond) AND \(term.expression) \(behind) \(Self.value(term, last))"
    }
    for division in ordering?.divisions(isAscending: isAscending, beyond: place, term.kind) ?? [] {
      switch division {
      case .upTo(let ends): if let last = ends.last { add(upTo, ends, last: last) }
      case .around(let ends, let heavy):
        add(before, ends + [heavy], last: heavy)
        stretches.append(lone(heavy, isReversed: isReversed, ordering))
      }
    }
    if rest.isEmpty { rest = " AND \(term.expression) IS NOT NULL" }
    return stretches + [PropertyStretch(condition: rest, way: way)]
  }
}

extension SearchOrder.Kind {
  /// Whether there are values between any two, and one below and above all: then a stretch of them is cut into parts.
  var isContinuous: Bool { self == .number || self == .timestamp }

  fileprivate func infinity(isBelow: Bool) -> SQL {
    let sign: SQL = isBelow ? "-" : ""
    return self == .number ? "'\(sign)Infinity'::numeric" : "'\(sign)infinity'::timestamptz"
  }

  /// The value of a number; of different numbers they differ, in the same order.
  func value(measuring number: Double) -> String {
    self == .timestamp ? String(Int64(number)) : "\(number)"
  }

  /// Whether one value comes before another; of numbers about so, for choosing stretches.
  func isLess(_ one: String, _ other: String) -> Bool {
    switch self {
    case .number: (Double(one) ?? 0) < (Double(other) ?? 0)
    case .timestamp, .key: (Int64(one) ?? 0) < (Int64(other) ?? 0)
    case .text, .boolean: one.utf8.lexicographicallyPrecedes(other.utf8)
    }
  }
}
