import CQL2
import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

/// Searches in several collections, of which each is looked into by itself.
@Suite(.ownDatabases) struct SeveralCollectionsTests {
  private static func store(_ catalog: CatalogFixture) async throws -> (PostgresCatalogStore, RecordedStatements) {
    let statements = RecordedStatements()
    let pool = PostgresPool(connectionURL: catalog.url, observer: statements)
    return (try await PostgresCatalogStore(pool: pool), statements)
  }

  private static func names(_ page: SearchPage) -> [String] { page.documents.map { "\($0.collectionID)/\($0.id)" } }

  @Test func `Items are found that all lie behind those of another collection`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.store.upsert((0..<400).map { try CatalogFixture.collection("c\($0)") })
    try await catalog.add(collections: "new")
    try await catalog.store.upsert(
      (0..<800).map { try CatalogFixture.item("i\($0 % 2)", in: "c\($0 / 2)", properties: Self.properties(2020)) }
        + (0..<2_600).map { try CatalogFixture.item("i\($0)", in: "new", properties: Self.properties(2024)) })
    let (store, statements) = try await Self.store(catalog)
    let all = (0..<400).map { "c\($0)" }
    // Some of all are looked at first, where that is likely to be less than looking into each.
    for (limit, ways) in [(1, ["some", "each"]), (90, ["some", "each"]), (1_000, ["each"])] {
      _ = statements.takeAll()
      let page = try await store.search(SearchRequest(collections: all, limit: limit))
      #expect(page.documents.count == min(limit, 800) && page.numberMatched == .exact(800))
      #expect(statements.takeWays() == ways)
    }
    let page = try await store.search(SearchRequest(collections: all + ["new"], limit: 10))
    #expect(page.documents.allSatisfy { $0.collectionID == "new" } && page.numberMatched == .exact(3_400))
    #expect(statements.takeWays() == ["some"])
  }

  private static func properties(_ year: Int) -> String { #"{"datetime":"\#(year)-01-01T00:00:00Z"}"# }

  @Test func `A collection without a match is not read to its end beside one that has matches`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "radar", "optical")
    let items = try (0..<4_000).map { number in
      let time = Timestamp(microseconds: 1_600_000_000_000_000 + Int64(number) * 3_600_000_000)
      let isOptical = number % 4 == 0
      return try CatalogFixture.item(
        "i\(number)", in: isOptical ? "optical" : "radar",
        properties:
          #"{"datetime":"\#(time)","own:cover":\#(isOptical ? number % 8 : -1),"own:early":\#(isOptical && number < 400)}"#
      )
    }
    try await catalog.store.upsert(items)
    let (store, statements) = try await Self.store(catalog)
    var request = SearchRequest(
      collections: ["radar", "optical"], filter: try Filter(text: "own:cover = 4"), limit: 10)
    let page = try await store.search(request)
    #expect(page.documents.map(\.id) == (0..<10).map { "i\(3_996 - 8 * $0)" })
    let texts = statements.takeAll().filter { $0.contains("CROSS JOIN LATERAL") && $0.contains(" AS branch ") }
    #expect(texts.count == 1 && texts[0].contains("i.datetime >= $"))
    // Where the first stretch holds none, further ones are read.
    request.filter = try Filter(text: "own:early = true")
    let (found, backward) = try await Self.pages(store, request)
    #expect(found.flatMap(\.self) == (0..<100).map { "optical/i\(396 - 4 * $0)" })
    #expect(backward == found)
    #expect(statements.takeAll().contains { $0.contains("i.datetime < $") })
  }

  @Test func `Collections of equal names in other Unicode forms are two`() async throws {
    let catalog = try await CatalogFixture()
    let names = ["caf\u{E9}", "cafe\u{301}"]
    try await catalog.store.upsert(names.map { try CatalogFixture.collection($0) })
    try await catalog.store.upsert(names.map { try CatalogFixture.item("x", in: $0) })
    let found = try await catalog.store.search(SearchRequest(collections: names + names)).documents
    #expect(found.count == 2)
    #expect(Set(found.map { Array($0.collectionID.utf8) }) == Set(names.map { Array($0.utf8) }))
  }

  @Test func `In the order of identifiers few matches are fetched, and many met by a walk`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b", "other")
    let names = ["a", "b", "other", "other"]
    let items = try (0..<6_000).map { number in
      let time = Timestamp(microseconds: 1_600_000_000_000_000 + Int64(number) * 3_600_000_000)
      return try CatalogFixture.item(
        "i\(number % 1_000)-\(number)", in: names[number % 4],
        properties: #"{"datetime":"\#(time)","own:n":\#(number % 7)}"#)
    }
    try await catalog.store.upsert(items)
    let (store, statements) = try await Self.store(catalog)
    let day = "2020-10-01T00:00:00Z/2020-10-02T00:00:00Z"
    let ways = [
      (day, ["fetched", "fetched", "fetched"]), ("2020-10-01T00:00:00Z/..", ["planned", "each", "each"]),
    ]
    for (datetime, ways) in ways {
      let interval = try DatetimeInterval(parsing: datetime)
      for (collections, way) in zip([nil, ["a"], ["a", "b"]], ways) {
        _ = statements.takeAll()
        let request = SearchRequest(
          collections: collections, datetime: interval, sortBy: [SortKey(property: "id", direction: .ascending)])
        let page = try await store.search(request)
        #expect(statements.takeWaysByIdentifier() == [way], "\(request)")
        let matches = items.filter { item in
          (collections ?? names).contains(item.collectionID ?? "")
            && interval.start.map { item.time.end >= $0 } ?? true && interval.end.map { item.time.start <= $0 } ?? true
        }
        #expect(page.documents.map(\.id) == Array(matches.map(\.id).sorted().prefix(10)))
      }
    }
  }

  @Test(arguments: [1, 2, 7, 60]) func `Pages are those of the whole catalog without the other collections`(
    limit: Int
  ) async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b", "c", "d", "empty")
    // Few instants, so that pages end among items of one; in "c" most last; in "a" none has the property.
    let items = try (0..<160).map { number in
      let collection = ["a", "b", "c", "d"][number % 4]
      let (day, end) = ("2020-01-0\(number % 3 + 1)T00:00:00Z", "2020-01-0\(number % 5 + 4)T00:00:00Z")
      let time =
        collection == "c" && number % 8 != 2
        ? #""datetime":null,"start_datetime":"\#(day)","end_datetime":"\#(end)""# : #""datetime":"\#(day)""#
      return try CatalogFixture.item(
        "i\(number / 8)-\(number % 8)", in: collection,
        geometry: #"{"type":"Point","coordinates":[\#(number % 50),\#(number % 20)]}"#,
        properties: "{\(time)\(collection == "a" ? "" : #","own:p":\#(number % 3)"#)}")
    }
    try await catalog.store.upsert(items)
    let (store, _) = try await Self.store(catalog)
    var requests = [
      SearchRequest(),
      SearchRequest(datetime: try DatetimeInterval(parsing: "2020-01-02T00:00:00Z/2020-01-05T00:00:00Z")),
      SearchRequest(boundingBox: BoundingBox(west: 0, south: 0, east: 24, north: 15)),
      SearchRequest(filter: try Filter(text: "own:p = 1")),
      SearchRequest(
        boundingBox: BoundingBox(west: 0, south: 0, east: 40, north: 15),
        datetime: try DatetimeInterval(parsing: "../2020-01-02T00:00:00Z"), filter: try Filter(text: "own:p >= 1")),
    ]
    for key in ["datetime", "id", "collection"] {
      for direction in [SortKey.Direction.ascending, .descending] {
        requests.append(SearchRequest(sortBy: [SortKey(property: key, direction: direction)]))
      }
    }
    for key in ["id", "collection"] {
      requests += requests.prefix(5).map { request in
        var request = request
        request.sortBy = [SortKey(property: key, direction: .descending)]
        return request
      }
    }
    for request in requests {
      var whole = request
      whole.limit = 1_000
      let all = try await store.search(whole).documents
      for collections in [
        ["a", "b"], ["c", "b", "c", "nix"], ["d", "c", "b", "a"], ["a", "empty"], ["empty", "nix"], [],
      ] {
        var own = request
        (own.collections, own.limit) = (collections, limit)
        let expected = all.filter { collections.contains($0.collectionID) }.map { "\($0.collectionID)/\($0.id)" }
        #expect(try await Self.walk(store, own) == expected, "\(own)")
        let count = try await store.search(own).numberMatched
        #expect(expected.count > max(limit, 50) || count == .exact(expected.count), "\(own)")
      }
    }
  }

  /// What a search finds, page by page; the same backward as forward.
  private static func walk(_ store: PostgresCatalogStore, _ request: SearchRequest) async throws -> [String] {
    let (forward, backward) = try await pages(store, request)
    #expect(backward == forward, "\(request)")
    return forward.flatMap(\.self)
  }

  /// The pages of a search from the first to the last, as its links lead to them there and back.
  private static func pages(
    _ store: PostgresCatalogStore, _ request: SearchRequest
  ) async throws -> (forward: [[String]], backward: [[String]]) {
    var (request, forward) = (request, [[String]]())
    var page = try await store.search(request)
    while true {
      forward.append(names(page))
      guard let next = page.next, forward.count < 200 else { break }
      request.token = next
      page = try await store.search(request)
    }
    var backward = Array(forward.suffix(1))
    while let previous = page.previous, backward.count < 200 {
      request.token = previous
      page = try await store.search(request)
      backward.insert(names(page), at: 0)
    }
    return (forward, backward)
  }

  @Test func `Matches of conditions, words and times are counted`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b", "void")
    let items = try (0..<120).map { number in
      try CatalogFixture.item(
        "i\(number)", in: number % 3 == 0 ? "a" : "b",
        properties:
          #"{"datetime":"2020-01-01T00:00:\#(10 + number % 50)Z","n":\#(number % 10),"description":"word\#(number % 3)"}"#
      )
    }
    try await catalog.store.upsert(items)
    let (store, statements) = try await Self.store(catalog)
    for collections in [["a", "b"], ["a", "void"], ["void", "none"], ["b", "b"]] {
      let own = (0..<120).filter { collections.contains($0 % 3 == 0 ? "a" : "b") }
      for limit in [3, 100] {
        var request = SearchRequest(collections: collections, filter: try Filter(text: "n = 1"), limit: limit)
        #expect(try await store.search(request).numberMatched == .exact(own.count { $0 % 10 == 1 }))
        (request.filter, request.freeText) = (nil, .phrase("word1"))
        #expect(try await store.search(request).numberMatched == .exact(own.count { $0 % 3 == 1 }))
        (request.freeText, request.datetime) = (
          nil, try DatetimeInterval(parsing: "2020-01-01T00:00:15Z/2020-01-01T00:00:16Z")
        )
        #expect(try await store.search(request).numberMatched == .exact(own.count { [5, 6].contains($0 % 50) }))
      }
    }
    #expect(statements.takeAll().contains { $0.contains("SELECT count(*) FROM ((SELECT 1 FROM (SELECT c.key") })
  }
}

extension RecordedStatements {
  /// How pages in the order of identifiers were come by.
  fileprivate func takeWaysByIdentifier() -> [String] {
    takeAll().filter { $0.contains(" AS branch ") }.map {
      $0.contains("CROSS JOIN LATERAL") ? "each" : $0.contains("OFFSET 0) i") ? "fetched" : "planned"
    }
  }

  /// How the pages of several collections were come by.
  fileprivate func takeWays() -> [String] {
    takeAll().filter { $0.contains(" AS branch ") }.compactMap {
      $0.contains("CROSS JOIN LATERAL") ? "each" : $0.contains(") i WHERE nullif(i.collection_key") ? "some" : nil
    }
  }
}
