import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct AggregationTests {
  private static func filled() async throws -> CatalogFixture {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    for (collection, count) in [("a", 6), ("b", 3)] {
      let items = try (0..<count).map { number in
        let cover = number == 0 ? "" : #","eo:cloud_cover":\#(number * 20 - 10)"#
        let time = #""datetime":"2020-0\#(number + 1)-01T00:00:00Z""#
        let words = #","platform":"p\#(number % 2)","flag":\#(number < 2),"keywords":["x","k\#(number)"]"#
        return try CatalogFixture.item("i\(number)", in: collection, properties: "{\(time)\(cover)\(words)}")
      }
      try await catalog.store.insert(items, into: collection)
    }
    return catalog
  }

  private static func result(
    _ catalog: CatalogFixture, _ name: String, _ more: [(name: String, value: String)] = []
  ) async throws -> AggregationResult {
    let request = try AggregationRequest(query: [("aggregations", name)] + more)
    return try #require(try await catalog.store.aggregate(request).first)
  }

  private static func buckets(_ result: AggregationResult) -> [String] {
    (result.buckets ?? []).map { "\($0.key): \($0.frequency)" }
  }

  @Test func `Values are counted where they are, and nowhere else`() async throws {
    let catalog = try await Self.filled()
    #expect(try await Self.result(catalog, "total_count").value == 9)
    for (collections, count) in [("a", 6), ("a,b", 9), ("b,none", 3), ("none", 0)] {
      #expect(try await Self.result(catalog, "total_count", [("collections", collections)]).value == .init(count))
    }
    let narrowed = [("collections", "b"), ("filter", "flag = true")]
    #expect(try await Self.result(catalog, "total_count", narrowed).value == 2)
    #expect(try await Self.buckets(Self.result(catalog, "collection_frequency")) == ["a: 6", "b: 3"])
    #expect(try await Self.buckets(Self.result(catalog, "platform_frequency")) == ["p0: 5", "p1: 4"])
    #expect(try await Self.buckets(Self.result(catalog, "flag_frequency")) == ["false: 5", "true: 4"])
    let keywords = try await Self.result(catalog, "keywords_frequency")
    #expect(Self.buckets(keywords) == ["x: 9", "k0: 2", "k1: 2", "k2: 2", "k3: 1", "k4: 1", "k5: 1"])
    let cover = try await Self.result(catalog, "cloud_cover_frequency")
    #expect(Self.buckets(cover) == ["10-20: 2", "30-40: 2", "50-60: 1", "70-80: 1", "90-100: 1"])
    #expect(cover.overflow == 0)
    #expect(cover.buckets?.first?.from == 10 && cover.buckets?.first?.to == 20)
  }

  @Test func `What further values than a thousand have is the overflow`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    // 1,007 values: the last five on three items each, every other on one.
    let values = (0..<1_007).flatMap { Array(repeating: $0, count: $0 < 1_002 ? 1 : 3) }
    let items = try values.enumerated().map { number, value in
      let date = Timestamp(microseconds: Int64(value) * 86_400_000_000).description
      let words = #""own:word":"w\#(value)","own:list":["w\#(value)","each","each"]"#
      return try CatalogFixture.item("i\(number)", properties: #"{"datetime":"\#(date)",\#(words)}"#)
    }
    try await catalog.store.insert(items, into: "a")
    let words = try await Self.result(catalog, "own:word_frequency")
    #expect(words.buckets?.count == 1_000)
    #expect(words.buckets?.prefix(6).map(\.frequency) == [3, 3, 3, 3, 3, 1])
    #expect(words.overflow == 7)
    // An element that stands in a list twice is on one item.
    let elements = try await Self.result(catalog, "own:list_frequency")
    #expect(elements.buckets?.count == 1_000)
    #expect(elements.buckets?.prefix(7).map(\.frequency) == [items.count, 3, 3, 3, 3, 3, 1])
    #expect(elements.overflow == 8)
    let days = try await Self.result(catalog, "datetime_frequency", [("datetime_frequency_interval", "day")])
    #expect(days.buckets?.count == 1_000)
    #expect(days.overflow == 2 + 5 * 3)
    let months = try await Self.result(catalog, "datetime_frequency")
    #expect(months.overflow == 0 && months.buckets?.reduce(0) { $0 + $1.frequency } == items.count)
  }

  @Test func `Values of several types are counted by their text`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let values = ["1", "1", #""1""#, #""x""#, "true", "null", "[1]"]
    let items = try values.enumerated().map { number, value in
      try CatalogFixture.item(
        "i\(number)", properties: #"{"datetime":"2020-01-01T00:00:00Z","own:mixed":\#(value)}"#)
    }
    try await catalog.store.insert(items, into: "a")
    let mixed = try await catalog.store.search(
      SearchRequest(sortBy: [SortKey(property: "own:mixed", direction: .ascending)])
    ).documents.map(\.id)
    #expect(mixed.prefix(5) == ["i1", "i0", "i2", "i3", "i4"])
    #expect(try await Self.result(catalog, "own:mixed_min").value == 1)
    #expect(try await Self.buckets(Self.result(catalog, "own:mixed_frequency")) == ["1: 4", "true: 1", "x: 1"])
  }

  @Test func `Least and greatest values are those of the items found, null where none has one`() async throws {
    let catalog = try await Self.filled()
    #expect(try await Self.result(catalog, "datetime_min").value == "2020-01-01T00:00:00Z")
    #expect(try await Self.result(catalog, "datetime_max", [("collections", "b")]).value == "2020-03-01T00:00:00Z")
    #expect(try await Self.result(catalog, "eo:cloud_cover_max").value == 90)
    #expect(try await Self.result(catalog, "eo:cloud_cover_min", [("filter", "platform = 'p0'")]).value == 30)
    #expect(try await Self.result(catalog, "platform_max").value == "p1")
    #expect(try await Self.result(catalog, "eo:cloud_cover_min", [("ids", "none")]).value == .null)
    #expect(try await Self.buckets(Self.result(catalog, "cloud_cover_frequency", [("ids", "none")])) == [])
  }

  @Test func `Time is counted by the unit that is asked for, or by one that fits`() async throws {
    let catalog = try await Self.filled()
    let months = try await Self.result(catalog, "datetime_frequency")
    #expect(months.dataType == "interval_month")
    #expect(Self.buckets(months).first == "2020-01-01T00:00:00Z: 2")
    #expect(Self.buckets(months).count == 6)
    let years = try await Self.result(catalog, "datetime_frequency", [("datetime_frequency_interval", "year")])
    #expect(Self.buckets(years) == ["2020-01-01T00:00:00Z: 9"])
  }

  @Test func `Centroids are counted in cells of the world's grids`() async throws {
    let catalog = try await Self.filled()
    let tiles = try await Self.result(catalog, "centroid_geotile_grid_frequency")
    #expect(tiles.buckets?.reduce(0) { $0 + $1.frequency } == 9)
    #expect(tiles.buckets?.allSatisfy { $0.key.hasPrefix("5/") } == true)
    let whole = try await Self.result(
      catalog, "centroid_geotile_grid_frequency", [("centroid_geotile_grid_frequency_precision", "0")])
    #expect(Self.buckets(whole) == ["0/0/0: 9"])
    let hashes = try await Self.result(catalog, "centroid_geohash_grid_frequency")
    #expect(hashes.buckets?.first?.key.count == 2)
  }

  @Test func `What no item has and no specification declares cannot be asked for`() async throws {
    let catalog = try await Self.filled()
    for name in ["own:unknown_frequency", "own:unknown_min"] {
      await #expect(throws: StoreError.self) { _ = try await Self.result(catalog, name) }
    }
    #expect(try await Self.buckets(Self.result(catalog, "view:off_nadir_frequency")) == [])
  }
}
