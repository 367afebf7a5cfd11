import CQL2
import SeededRandom
import StacModel

extension SeededGenerator {
  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  mutating func pick<Choices: RandomAccessCollection<Element>, Element>(_ choices: Choices) -> Element {
    choices[choices.index(choices.startIndex, offsetBy: below(choices.count))]
  }
}

// Random trees such as a parser could make.
extension SeededGenerator {
  mutating func condition(depth: Int) -> Expression {
    guard depth > 0 else { return .property(name()) }
    switch below(12) {
    case 0: return .operation(.and, list(2...4) { $0.condition(depth: depth - 1) })
    case 1: return .operation(.or, list(2...4) { $0.condition(depth: depth - 1) })
    case 2: return .operation(.not, [condition(depth: depth - 1)])
    case 3: return .operation(.isNull, [scalar(depth: depth - 1)])
    case 4: return .operation(.like, [scalar(depth: depth - 1), .string(string())])
    case 5: return .operation(.between, list(3...3) { $0.scalar(depth: depth - 1) })
    case 6: return .operation(.in, [scalar(depth: depth - 1), .array(list(1...4) { $0.scalar(depth: depth - 1) })])
    case 7: return .operation(operation(of: .spatial), list(2...2) { $0.spatial() })
    case 8: return .operation(operation(of: .temporal), list(2...2) { $0.temporal(depth: depth - 1) })
    case 9:
      return .operation(operation(of: .array), list(2...2) { .array($0.list(0...3) { $0.element(depth: depth - 1) }) })
    case 10: return pick([.boolean(true), .boolean(false), function(depth: depth - 1)])
    default: return .operation(operation(of: .comparison), list(2...2) { $0.scalar(depth: depth - 1) })
    }
  }

  private mutating func scalar(depth: Int) -> Expression {
    switch below(depth > 0 ? 10 : 5) {
    case 0: return .string(string())
    case 1: return number()
    case 2: return pick([.boolean(true), .boolean(false), .property(name())])
    case 3: return pick([timestamp(), date()])
    case 4: return .property(name())
    case 5, 6: return .operation(operation(of: .arithmetic), list(2...2) { $0.arithmetic(depth: depth - 1) })
    case 7: return .operation(operation(of: .character), [scalar(depth: depth - 1)])
    case 8: return function(depth: depth - 1)
    default: return condition(depth: depth - 1)
    }
  }

  private mutating func arithmetic(depth: Int) -> Expression {
    guard depth > 0, below(3) > 0 else { return pick([number(), .property(name())]) }
    return .operation(operation(of: .arithmetic), list(2...2) { $0.arithmetic(depth: depth - 1) })
  }

  private mutating func element(depth: Int) -> Expression {
    guard depth > 0, below(3) == 0 else { return scalar(depth: depth) }
    return pick([.array(list(0...3) { $0.element(depth: depth - 1) }), spatial(), temporal(depth: depth - 1)])
  }

  private mutating func function(depth: Int) -> Expression {
    .function(pick(["f", "Größe", "my:fn.2", "div2"]), list(0...3) { $0.element(depth: depth) })
  }

  private mutating func temporal(depth: Int) -> Expression {
    switch below(4) {
    case 0: timestamp()
    case 1: date()
    case 2: .property(name())
    default: .interval(start: intervalEnd(depth: depth), end: intervalEnd(depth: depth))
    }
  }

  private mutating func intervalEnd(depth: Int) -> Expression {
    pick([timestamp(), date(), .unbounded, .property(name()), function(depth: max(0, depth - 1))])
  }

  private mutating func spatial() -> Expression {
    switch below(3) {
    case 0: .property(name())
    case 1: .boundingBox(BoundingBox(west: longitude(), south: -1.5, east: longitude(), north: 2))
    default: .geometry(geometry(depth: 2))
    }
  }

  private mutating func geometry(depth: Int) -> Geometry {
    switch below(depth > 0 ? 7 : 6) {
    case 0: .point(position())
    case 1: .multiPoint(list(1...3) { $0.position() })
    case 2: .lineString(list(2...4) { $0.position() })
    case 3: .multiLineString(list(1...2) { $0.list(2...4) { $0.position() } })
    case 4: .polygon(list(1...2) { $0.ring() })
    case 5: .multiPolygon(list(1...2) { $0.list(1...2) { $0.ring() } })
    default: .collection(list(1...3) { $0.geometry(depth: depth - 1) })
    }
  }

  private mutating func ring() -> [Position] {
    let positions = list(3...5) { $0.position() }
    return positions + [positions[0]]
  }

  private mutating func position() -> Position {
    let height = below(4) == 0 ? Double.random(in: -1e6...1e17, using: &self) : nil
    return Position(longitude: longitude(), latitude: Double.random(in: -90...90, using: &self), height: height)
  }

  private mutating func longitude() -> Double {
    below(3) == 0 ? Double(below(361) - 180) : Double.random(in: -180...180, using: &self)
  }

  private mutating func timestamp() -> Expression {
    .timestamp(
      Timestamp(microseconds: Int64.random(in: -62_167_219_200_000_000...253_402_300_799_999_999, using: &self)))
  }

  private mutating func date() -> Expression {
    CalendarDate("20\(10 + below(90))-02-2\(below(9))").map { .date($0) } ?? .unbounded
  }

  private mutating func number() -> Expression {
    let values = [0, -1, 0.1, 1e300, -2.5e-8, Double(below(1000)), Double.random(in: -1e6...1e6, using: &self)]
    return .number(JSONNumber(pick(values)) ?? JSONNumber(below(1_000_000)))
  }

  private mutating func name() -> String {
    pick([
      "a", "eo:cloud_cover", "a.b", "and", "NOT", "div", "a b", "é\u{301}", "x\"y", "'", "date", "名前", "1a", "point",
    ])
  }

  private mutating func string() -> String {
    String(String.UnicodeScalarView(list(0...6) { $0.pick(Array("ab'\\\"%_n \n\r\u{7}é\u{301}漢🛰".unicodeScalars)) }))
  }

  private mutating func operation(of family: OperatorFamily) -> Operator {
    pick(Operator.allCases.filter { $0.family == family })
  }

  private mutating func list<Element>(
    _ count: ClosedRange<Int>, _ element: (inout SeededGenerator) -> Element
  ) -> [Element] {
    (0..<Int.random(in: count, using: &self)).map { _ in element(&self) }
  }
}
