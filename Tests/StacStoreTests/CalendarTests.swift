import CQL2
import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

@Suite("Queryables and the calendar of a collection", .ownDatabases)
struct CalendarTests {
  @Test("The names of all collections' items, and of collections, are those that were written, each once")
  func names() async throws {
    let catalog = try await CatalogFixture()
    let store = catalog.store
    try await store.insert(try Collection(Self.collection("a", ["own:one": 1])))
    try await store.insert(try Collection(Self.collection("b", ["own:one": "x", "own:two": true])))
    try await store.insert([try Item(Self.item("i", "2020-01-01T00:00:00Z", ["z": 1, "y": [1]]))], into: "a")
    try await store.insert([try Item(Self.item("i", "2020-01-01T00:00:00Z", ["z": "t", "x": nil]))], into: "b")
    let all = try await store.queryables(collection: nil)
    #expect(all.definitions.map(\.name).suffix(3) == ["x", "y", "z"])
    #expect(all["z"]?.schema["type"] == ["number", "string"])
    #expect(try await store.queryables(collection: "a").definitions.map(\.name).suffix(2) == ["y", "z"])
    let collections = try await store.collectionQueryables()
    #expect(collections["own:one"]?.schema["type"] == ["number", "string"])
    #expect(collections["own:two"]?.schema["type"] == "boolean")
    #expect(collections.definitions.map(\.name).filter { $0.hasPrefix("own:") } == ["own:one", "own:two"])
    try await store.replace(try Collection(Self.collection("a", ["own:three": [1]])), expecting: nil)
    #expect(try await store.collectionQueryables()["own:three"]?.type == .any)
    await catalog.pool.shutdown()
  }

  @Test("Years, months and days are those that have items, whatever the time zone of the database")
  func calendar() async throws {
    let catalog = try await CatalogFixture()
    let store = catalog.store
    try await store.insert(try Collection(Self.collection("a", [:])))
    let times = [
      "0000-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z", "2020-02-29T23:59:59+00:00",
      "2020-03-01T00:30:00+01:00", "2021-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    ]
    let items = try times.enumerated().map { try Item(Self.item("i\($0)", $1, [:])) }
    try await store.insert(items, into: "a")
    #expect(try await store.years(ofCollection: "a") == [0, 1969, 1970, 2020, 2021, 9999])
    #expect(try await store.months(ofCollection: "a", year: 2020).map(\.month) == [2])
    #expect(try await store.months(ofCollection: "a", year: 9999).map(\.month) == [12])
    #expect(try await store.months(ofCollection: "a", year: 2000).isEmpty)
    let february = try #require(CalendarMonth(year: 2020, month: 2))
    #expect(try await store.days(ofCollection: "a", month: february).map(\.day) == [29])
    #expect(CalendarDay(february, day: 30) == nil)
    let day = try #require(CalendarDay(february, day: 29))
    let first = try await store.items(ofCollection: "a", from: day.start, before: day.end, after: nil, limit: 1)
    #expect(first.map(\.id) == ["i4"])
    let rest = try await store.items(
      ofCollection: "a", from: day.start, before: day.end, after: first.first?.place, limit: 10)
    #expect(rest.map(\.id) == ["i3"])
    await #expect(throws: StoreError.notFound("collection 'x'")) { try await store.years(ofCollection: "x") }
    await catalog.pool.shutdown()
  }

  private static func collection(_ id: String, _ members: JSONObject) -> JSONValue {
    let core: JSONObject = [
      "type": "Collection", "stac_version": "1.1.0", "id": .string(id), "description": "For tests", "license": "other",
      "extent": ["spatial": ["bbox": [[-180, -90, 180, 90]]], "temporal": ["interval": [[nil, nil]]]],
    ]
    return .object(JSONObject(core.members + members.members))
  }

  private static func item(_ id: String, _ time: String, _ properties: JSONObject) -> JSONValue {
    [
      "type": "Feature", "stac_version": "1.1.0", "id": .string(id), "geometry": nil, "assets": [:], "links": [],
      "properties": .object(JSONObject([.init(name: "datetime", value: .string(time))] + properties.members)),
    ]
  }
}
