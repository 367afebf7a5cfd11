import CQL2
import SeededRandom
import StacModel
import StacStore
import TestSupport
import Testing

/// The abstract tests of CQL2 that are made for every queryable of a data source, and compare what is found.
@Suite(.ownDatabases) struct FilterAbstractQueryableTests {
  private static let comparisons = ["=", "<>", ">", "<=", "<", ">="]
  private static let values = [
    "string": "'foo'", "boolean": "true", "number": "3.14", "integer": "1",
    "timestamp": "TIMESTAMP('2022-04-14T14:48:46Z')", "date": "DATE('2022-04-14')",
  ]
  private static let temporal = ["T_AFTER", "T_BEFORE", "T_DISJOINT", "T_EQUALS", "T_INTERSECTS"]
  private static let intervals = [
    "T_CONTAINS", "T_DURING", "T_FINISHEDBY", "T_FINISHES", "T_MEETS", "T_METBY", "T_OVERLAPPEDBY", "T_OVERLAPS",
    "T_STARTEDBY", "T_STARTS",
  ]

  /// A collection, its items, and its queryables of scalar types.
  private struct Source {
    let id: String
    let data: FilterFixture
    var queryables: [(name: String, type: String)] {
      (AbstractTests.shared.queryables[id] ?? [:]).sorted { $0.key < $1.key }.map { ("\"\($0.key)\"", $0.value) }
    }

    func find(_ filter: String) async throws -> Set<String> { Set(try await data.find(filter, in: id)) }

    func find(_ filters: [String]) async throws -> [Set<String>] {
      var found: [Set<String>] = []
      for filter in filters { found.append(try await find(filter)) }
      return found
    }
  }

  private static func sources() async throws -> [Source] {
    var sources: [Source] = []
    for id in AbstractTests.shared.queryables.keys.sorted() {
      sources.append(Source(id: id, data: try await .naturalEarth(declared: id)))
    }
    return sources
  }

  @Test func `Opposite comparisons have no item in common, whichever side the value is on`() async throws {
    for source in try await Self.sources() {
      for (queryable, type) in source.queryables {
        let value = try #require(Self.values[type])
        for (left, right) in [(queryable, value), (value, queryable)] {
          let found = try await source.find(Self.comparisons.map { "\(left) \($0) \(right)" })
          #expect(found[0].isDisjoint(with: found[1]), "\(left) = \(right)")
          #expect(found[2].isDisjoint(with: found[3]), "\(left) > \(right)")
          #expect(found[4].isDisjoint(with: found[5]), "\(left) < \(right)")
          #expect(found[0].union(found[1]) == found[2].union(found[3]), "\(left), \(right)")
        }
        let itself = try await source.find(Self.comparisons.map { "\(queryable) \($0) \(queryable)" })
        #expect(itself[1].isEmpty && itself[2].isEmpty && itself[4].isEmpty)
        #expect(itself[0] == itself[5] && itself[0] == itself[3])
        let nulls = try await source.find(["\(queryable) IS NULL", "\(queryable) is not null"])
        #expect(nulls[0].isDisjoint(with: nulls[1]))
        #expect(itself[0] == nulls[1])
      }
    }
  }

  @Test func `Values compare with themselves, and true and false are filters`() async throws {
    for source in try await Self.sources() {
      let all = try await source.find("true")
      #expect(try await source.find("false").isEmpty)
      for value in Self.values.values {
        let found = try await source.find(Self.comparisons.map { "\(value) \($0) \(value)" })
        #expect(found == [all, [], [], all, [], all], "\(value)")
      }
    }
  }

  @Test func `Patterns, ranges and lists are read for every queryable of their type`() async throws {
    for source in try await Self.sources() {
      for (queryable, type) in source.queryables {
        switch type {
        case "string":
          let found = try await source.find(
            ["'%'", "'_%'", "''", "'%%'", #"'\%\_'"#].map { "\(queryable) LIKE \($0)" })
          #expect(found[1].isDisjoint(with: found[2]))
          #expect(found[0] == found[3])
          #expect(found[4].isEmpty)
          #expect(try await source.find("\(queryable) in ('foo', 'bar')").isEmpty)
        case "integer", "number":
          #expect(try await source.find("\(queryable) between 100.0 and 1.0").isEmpty)
          _ = try await source.find(["\(queryable) BETWEEN 0 AND 100", "\(queryable) IN (1, 2, 3)"])
        case "boolean":
          #expect(try await source.find("\(queryable) in (true)") == source.find("\(queryable) = true"))
        case "timestamp":
          #expect(
            try await source.find("\(queryable) in ('2022-04-14T14:52:56Z', '2022-04-16T10:15:10Z')")
              == source.find("\(queryable) = TIMESTAMP('2022-04-16T10:15:10Z')"))
        default:
          #expect(
            try await source.find("\(queryable) in ('2022-04-16', '2022-04-15')")
              == source.find("\(queryable) = DATE('2022-04-16')"))
        }
      }
    }
  }

  @Test func `Case and accents count for nothing where they are folded`() async throws {
    for source in try await Self.sources() {
      for (queryable, type) in source.queryables where type == "string" {
        let found = try await source.find([
          "CASEI(\(queryable)) = casei('foo')", "CASEI(\(queryable)) <> casei('FOO')",
          "ACCENTI(\(queryable)) = accenti('äöüéáí')", "ACCENTI(\(queryable)) <> accenti('aoueai')",
        ])
        #expect(found[0].isDisjoint(with: found[1]) && found[2].isDisjoint(with: found[3]))
        for (one, other) in [
          ("CASEI(\(queryable)) LIKE casei('k%')", "CASEI(\(queryable)) LIKE casei('K%')"),
          ("ACCENTI(\(queryable)) LIKE accenti('Ä%')", "ACCENTI(\(queryable)) LIKE accenti('A%')"),
          (
            "ACCENTI(CASEI(\(queryable))) = accenti(casei('ÄÉ'))", "ACCENTI(CASEI(\(queryable))) = accenti(casei('ae'))"
          ),
          (
            "ACCENTI(CASEI(\(queryable))) LIKE accenti(casei('Ä%'))",
            "CASEI(ACCENTI(\(queryable))) LIKE accenti(casei('a%'))"
          ),
        ] { #expect(try await source.find(one) == source.find(other), "\(one)") }
      }
    }
  }

  @Test func `Temporal functions are read for every instant, and disjoint is the opposite of intersecting`()
    async throws
  {
    for source in try await Self.sources() {
      for (queryable, type) in source.queryables where type == "timestamp" || type == "date" {
        let isDate = type == "date"
        let period =
          isDate ? "INTERVAL('2021-01-01','2021-12-31')" : "INTERVAL('2021-01-01T00:00:00Z','2021-12-31T23:59:59Z')"
        let instant = isDate ? "DATE('2022-04-24')" : "TIMESTAMP('2022-04-24T07:59:57Z')"
        for other in [instant, period] {
          let found = try await source.find(Self.temporal.map { "\($0)(\(queryable),\(other))" })
          #expect(found[0].isDisjoint(with: found[1]))
          #expect(found[0].union(found[1]) == found[2])
          #expect(found[2].isDisjoint(with: found[4]))
          #expect(found[2].union(found[4]).count == 3)
        }
        for second in source.queryables where second.type == type {
          let own = "INTERVAL(\(queryable),\(second.name))"
          _ = try await source.find((Self.temporal + Self.intervals).map { "\($0)(\(own),\(period))" })
        }
      }
    }
  }

  @Test func `Spatial functions agree with each other on every geometry`() async throws {
    let world = ["BBOX(-180,-90,180,90)", "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))"]
    for source in try await Self.sources() {
      let all = try await source.find("true")
      for function in ["S_INTERSECTS", "S_DISJOINT", "S_EQUALS", "S_TOUCHES", "S_CROSSES", "S_WITHIN", "S_CONTAINS"] {
        let found = try await source.find(world.map { "\(function)(geometry,\($0))" })
        #expect(found[0] == found[1], "\(function)")
        if function == "S_INTERSECTS" { #expect(found[0] == all) }
        if function == "S_DISJOINT" || function == "S_CONTAINS" { #expect(found[0].isEmpty) }
      }
      for other in ["LINESTRING(7 50,10 51)", "POINT(7.02 49.92)", "MULTIPOINT(7 50,10 51)"] {
        let found = try await source.find(["S_INTERSECTS", "S_DISJOINT"].map { "\($0)(geometry,\(other))" })
        #expect(found[0].isDisjoint(with: found[1]))
        #expect(found[0].union(found[1]) == all)
        _ = try await source.find(
          ["S_EQUALS", "S_TOUCHES", "S_CROSSES", "S_WITHIN", "S_CONTAINS", "S_OVERLAPS"].map {
            "\($0)(geometry,\(other))"
          })
      }
      #expect(throws: CQL2SyntaxError.self) { try Filter(text: "S_INTERSECTS(geometry,POINT(90 180))") }
      #expect(throws: CQL2SyntaxError.self) {
        try Filter(text: "S_INTERSECTS(geometry,MULTIPOINT(7.02 49.92, 90 180))")
      }
    }
  }

  @Test func `Predicates combine as the truth tables say`() async throws {
    var generator = SeededGenerator(seed: 3)
    for source in try await Self.sources() {
      let predicates = AbstractTests.shared.tests.filter { $0.collection == source.id }.map(\.filter)
      for _ in 0..<40 {
        let parts = (0..<4).map { _ in predicates.randomElement(using: &generator) ?? "true" }
        let isTrue = try await source.find(parts)
        let isFalse = try await source.find(parts.map { "NOT (\($0))" })
        let found = try await source.find(
          "((NOT (\(parts[0])) AND (\(parts[1]))) OR ((\(parts[2])) and NOT (\(parts[3]))) or not ((\(parts[0])) AND (\(parts[3]))))"
        )
        let expected = isFalse[0].intersection(isTrue[1]).union(isTrue[2].intersection(isFalse[3]))
          .union(isFalse[0]).union(isFalse[3])
        #expect(found == expected, "\(parts)")
      }
    }
  }
}
