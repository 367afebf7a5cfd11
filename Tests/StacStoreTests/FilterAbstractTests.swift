import CQL2
import StacModel
import StacStore
import Testing

/// The abstract tests of CQL2 that say how many items a predicate finds in the standard's own data.
@Suite struct FilterAbstractTests {
  @Test func `Every predicate of the standard is there`() {
    #expect(AbstractTests.shared.tests.count == 351)
    #expect(AbstractTests.shared.queryables.count == 3)
  }

  @Test(arguments: Set(AbstractTests.shared.tests.map(\.class)).sorted())
  func `Every predicate finds the number of items that the standard expects, from text and from JSON`(
    requirementsClass: String
  ) async throws {
    let data = try await FilterFixture.naturalEarth()
    for test in AbstractTests.shared.tests where test.class == requirementsClass {
      let filter = try Filter(text: test.filter)
      let found = try await data.find(filter, in: test.collection)
      #expect(found.count == test.count, "\(test)")
      let again = try Filter(json: filter.expression.json)
      #expect(try await data.find(again, in: test.collection) == found, "\(test) from JSON")
    }
  }
}
