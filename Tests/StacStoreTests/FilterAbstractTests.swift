import CQL2
import Foundation
import StacModel
import StacStore
import TestSupport
import Testing

/// The abstract tests of CQL2 that say how many items a predicate finds in the standard's own data.
@Suite(.ownDatabases) struct FilterAbstractTests {
  /// Rows that contradict the standard's own data, with what the data say.
  ///
  /// Three names begin with "Ch" whatever accents count for (Chengdu, Chicago, Chișinău), and one of them with "Chis".
  private static let contradictions = [
    "test-data-predicates-accenti-operator 8: ACCENTI(name) LIKE accenti('Ch%')": 3,
    "test-data-predicates-accenti-operator 9: ACCENTI(CASEI(name)) LIKE accenti(casei('Chiș%'))": 1,
    "test-data-predicates-accenti-operator 10: ACCENTI(CASEI(name)) LIKE accenti(casei('cHis%'))": 1,
  ]

  @Test func `Every predicate of the standard is there`() {
    #expect(AbstractTests.shared.tests.count == 351)
    #expect(AbstractTests.shared.queryables.count == 3)
    #expect(Self.contradictions.keys.allSatisfy(AbstractTests.shared.tests.map(\.description).contains))
  }

  @Test func `The rows that contradict their data do so`() throws {
    let file = FilterFixture.fixtures.appending(path: "natural-earth/ne_110m_populated_places_simple/items.ndjson")
    let names = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
      try JSONParser.parse(String(line)).object?["properties"]?.object?["name"]?.string
    }
    let folded = names.map { $0.folding(options: .diacriticInsensitive, locale: nil) }
    #expect(names.count == 243)
    #expect(folded.count { $0.hasPrefix("Ch") } == 3)
    #expect(folded.count { $0.lowercased().hasPrefix("chis") } == 1)
  }

  @Test func `The data are STAC documents without faults`() throws {
    for id in AbstractTests.shared.queryables.keys {
      let folder = FilterFixture.fixtures.appending(path: "natural-earth/\(id)")
      _ = try StacModel.Collection(
        JSONParser.parse(String(contentsOf: folder.appending(path: "collection.json"), encoding: .utf8)))
      let lines = try String(contentsOf: folder.appending(path: "items.ndjson"), encoding: .utf8).split(separator: "\n")
      for line in lines { #expect(try Item(JSONParser.parse(String(line))).collectionID == id) }
    }
  }

  @Test(arguments: Set(AbstractTests.shared.tests.map(\.class)).sorted(), [true, false])
  func `Every predicate finds the number of items that the standard expects, from text and from JSON`(
    requirementsClass: String, isDeclared: Bool
  ) async throws {
    for collection in AbstractTests.shared.queryables.keys.sorted() {
      let data = try await FilterFixture.naturalEarth(declared: isDeclared ? collection : nil)
      for test in AbstractTests.shared.tests where test.class == requirementsClass && test.collection == collection {
        let filter = try Filter(text: test.filter)
        let found = try await data.find(filter, in: collection)
        #expect(found.count == Self.contradictions[test.description] ?? test.count, "\(test)")
        let again = try Filter(json: JSONParser.parse(JSONSerializer.text(filter.expression.json)))
        #expect(try await data.find(again, in: collection) == found, "\(test) from JSON")
      }
    }
  }
}
