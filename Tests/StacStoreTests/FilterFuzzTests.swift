import CQL2
import Postgres
import SeededRandom
import StacModel
import StacStore
import TestSupport
import Testing

/// Filters made at random, on items that are as bad as JSON lets them be.
@Suite(.ownDatabases) struct FilterFuzzTests {
  @Test
  func
    `No filter makes the database fail, is more than true, false or unknown, met without what it requires, or another on a walk`()
    async throws
  {
    let catalog = try await Self.catalog()
    let all = try await catalog.find("true")
    var maker = FilterMaker()
    var (checked, requiring) = (0, 0)
    for number in 0..<4_000 {
      let expression = maker.condition(depth: 4)
      guard (try? expression.check(properties: catalog.properties)) != nil else { continue }
      let (sql, walked): (SQL, SQL)
      do throws(FilterTypeError) {
        sql = try FilterCompiler.condition(expression, columns: .items, properties: catalog.properties)
        walked = try FilterCompiler.condition(expression, columns: .itemsWithoutPlace, properties: catalog.properties)
      } catch {
        // Only the data could tell that an undeclared property is no geometry.
        #expect(error.message.contains("geometry"), "\(number): \(expression.text): \(error.message)")
        continue
      }
      checked += 1
      let lacking = expression.requiredProperties.map {
        "(i.properties ->> \(String(decoding: $0, as: UTF8.self))) IS NULL" as SQL
      }
      if !lacking.isEmpty { requiring += 1 }
      let lacks: SQL = lacking.isEmpty ? "false" : lacking.joined(separator: " OR ")
      do throws(PostgresError) {
        let counts = try await catalog.pool.withSession { session throws(PostgresError) in
          try session.query(
            """
            SELECT count(*) FILTER (WHERE result) + count(*) FILTER (WHERE NOT result)
            + count(*) FILTER (WHERE result IS NULL), count(*) FILTER (WHERE result AND lacks),
            count(*) FILTER (WHERE (result IS TRUE) <> (walked IS TRUE))
            FROM (SELECT \(sql) AS result, \(walked) AS walked, \(lacks) AS lacks FROM gnomon.items i) AS results
            """
          ).map { row throws(PostgresError) in [try row.integer(0), try row.integer(1), try row.integer(2)] }
        }
        #expect(counts == [[Int64(all.count), 0, 0]], "\(expression.text)")
      } catch {
        Issue.record("\(number): \(error.message): \(expression.text)")
      }
      if number % 40 == 0 { try await Self.checkThirds(expression, catalog, all) }
    }
    #expect(checked > 1_500 && requiring > 200)
  }

  /// What a filter, its negation and its being unknown find, is everything once.
  private static func checkThirds(_ expression: Expression, _ catalog: FilterFixture, _ all: [String]) async throws {
    var found: [String] = []
    for one in [
      expression, .operation(.not, [expression]), .operation(.isNull, [expression]),
    ] { found += try await catalog.find(Filter(json: one.json)) }
    #expect(found.sorted() == all, "\(expression.text)")
  }

  private static func catalog() async throws -> FilterFixture {
    let catalog = try await FilterFixture(declared: ["n": .number, "s": .string, "t": .timestamp, "l": .array])
    for (index, value) in FilterMaker.values.enumerated() {
      let geometry = FilterMaker.geometries[index % FilterMaker.geometries.count]
      let other = FilterMaker.values[(index * 7 + 3) % FilterMaker.values.count]
      try await catalog.add(
        "\(index)", #"{"a":\#(value),"b":\#(other),"n":\#(value),"s":\#(value),"t":\#(value),"l":\#(value)}"#,
        geometry: geometry)
    }
    try await catalog.add("bare")
    return catalog
  }
}

/// Makes filters at random, the same in every run.
private struct FilterMaker {
  private var generator = SeededGenerator(seed: 20_260)

  /// Values of every JSON type.
  static let values = [
    "0", "-1", "1.5", "1e308", "-1e308", "1e-308", "5e-324", "9007199254740993", "true", "false", "null", #""""#,
    #""a""#,
    #""%_\\""#, #""É\u0301ßİı""#, #""2020-01-01T00:00:00Z""#, #""2020-02-30""#, #""2020-01-01""#,
    #""9999-12-31T23:59:59Z""#,
    #""0000-01-01""#, "[]", #"["a","b"]"#, #"[["a"],{"x":1},null]"#, #"["2020-01-01T00:00:00Z",1]"#, "{}",
    #"{"x":[1]}"#,
    #""\#(String(repeating: "x", count: 3_000))""#, "\"\u{10FFFF}\"", "0.\(String(repeating: "3", count: 390))",
  ]
  static let geometries = [
    "null", #"{"type":"Point","coordinates":[0,0]}"#, #"{"type":"LineString","coordinates":[[0,0],[0,0]]}"#,
    #"{"type":"Polygon","coordinates":[[[0,0],[4,4],[4,0],[0,4],[0,0]]]}"#,
    #"{"type":"GeometryCollection","geometries":[]}"#,
    #"{"type":"MultiPoint","coordinates":[[1,1],[1,1],[180,90]]}"#, #"{"type":"Point","coordinates":[1,1,9e99]}"#,
    """
    {"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[[[0,0],[5,2],[3,5],[0,0]]]},
    {"type":"Polygon","coordinates":[[[1,0],[6,1],[0,4],[1,0]]]},{"type":"LineString","coordinates":[[5,2],[0,0],[5,2]]}]}
    """,
    """
    {"type":"GeometryCollection","geometries":[{"type":"LineString","coordinates":[[0,0],[9,9]]},
    {"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]]]},{"type":"Point","coordinates":[9,9]}]}
    """,
  ]
  private static let texts = ["", "a", "%", "a%_\\", "É", "ß", "2020-01-01", "2020-01-01T00:00:00Z"]
  private static let numbers = ["0", "1", "-1", "2.5", "1e308", "1e-308", "64", "0.1"]

  mutating func condition(depth: Int) -> Expression {
    let symbol = pick(Operator.allCases)
    switch symbol.family {
    case .logical where depth > 0:
      let count = symbol == .not ? 1 : 2
      return .operation(symbol, (0..<count).map { _ in condition(depth: depth - 1) })
    case .comparison: return .operation(symbol, [scalar(depth), scalar(depth)])
    case .between: return .operation(symbol, [scalar(depth), scalar(depth), scalar(depth)])
    case .membership: return .operation(symbol, [scalar(depth), .array((0..<3).map { _ in scalar(depth) })])
    case .like: return .operation(symbol, [text(depth), .operation(.casei, [.string(pick(Self.texts))])])
    case .spatial: return .operation(symbol, [geometry(), geometry()])
    case .temporal: return .operation(symbol, [time(depth), time(depth)])
    case .array: return .operation(symbol, [array(depth), array(depth)])
    default: return .operation(.isNull, [scalar(depth)])
    }
  }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: values.indices, using: &generator)]
  }

  private mutating func property() -> Expression {
    .property(pick(["a", "b", "n", "s", "t", "l", "absent", "id", "collection", "datetime", "start_datetime"]))
  }

  private mutating func scalar(_ depth: Int) -> Expression {
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: text(depth)
    case 1, 2: number(depth)
    case 3: .boolean(true)
    case 4: instant()
    default: property()
    }
  }

  private mutating func number(_ depth: Int) -> Expression {
    let literal = (try? JSONParser.parse(pick(Self.numbers))).flatMap { json in
      if case .number(let number) = json { Expression.number(number) } else { nil }
    }
    guard depth > 0 else { return literal ?? property() }
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: return literal ?? property()
    case 1: return property()
    case 2: return call(depth, returning: .number)
    default:
      let symbols = Operator.allCases.filter { $0.family == .arithmetic }
      return .operation(pick(symbols), [number(depth - 1), number(depth - 1)])
    }
  }

  private mutating func text(_ depth: Int) -> Expression {
    guard depth > 0 else { return .string(pick(Self.texts)) }
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: return .string(pick(Self.texts))
    case 1: return property()
    case 2: return call(depth, returning: .string)
    default: return .operation(pick([.casei, .accenti]), [text(depth - 1)])
    }
  }

  private mutating func call(_ depth: Int, returning type: ValueType) -> Expression {
    let function = pick(FilterFunction.all.filter { $0.returns == type })
    return .function(
      function.name,
      function.arguments.map { argument in
        switch argument.type {
        case .number: number(depth - 1)
        case .string: text(depth - 1)
        case .array: array(depth - 1)
        case .geometry: geometry()
        default: instant()
        }
      })
  }

  private mutating func instant() -> Expression {
    let instants: [Expression?] = [
      CalendarDate("2020-01-01").map { .date($0) }, Timestamp("2020-01-01T00:00:00Z").map { .timestamp($0) },
      property(),
    ]
    return pick(instants.compactMap { $0 })
  }

  private mutating func time(_ depth: Int) -> Expression {
    guard Bool.random(using: &generator) else { return instant() }
    return .interval(start: pick([.unbounded, instant()]), end: pick([.unbounded, instant()]))
  }

  private mutating func array(_ depth: Int) -> Expression {
    guard depth > 0, Bool.random(using: &generator) else { return property() }
    return .array(
      (0..<Int.random(in: 0..<4, using: &generator)).map { _ in
        Int.random(in: 0..<5, using: &generator) == 0 ? array(depth - 1) : scalar(depth - 1)
      })
  }

  private mutating func geometry() -> Expression {
    let literal = pick(Self.geometries)
    guard literal != "null", Bool.random(using: &generator), let json = try? JSONParser.parse(literal),
      let geometry = try? Geometry(json: json)
    else { return .property("geometry") }
    return .geometry(geometry)
  }
}
