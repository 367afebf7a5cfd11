import CQL2
import StacModel
import Testing

@Suite struct ExamplesTests {
  @Test func theStandardHasAsManyExamplesAsWeRead() {
    #expect(Examples.texts.count == 120)
    #expect(Examples.json.count == 109)
    #expect(Examples.tests.count == 509)
  }

  @Test(arguments: Examples.texts) func anExampleInTextPrintsBack(_ example: Examples.Expression) throws {
    let filter = try Filter(text: #require(example.source.string))
    #expect(try Filter(text: filter.expression.text) == filter)
    #expect(try Filter(json: filter.expression.json) == filter)
  }

  @Test(arguments: Examples.json) func anExampleInJSONPrintsBack(_ example: Examples.Expression) throws {
    let filter = try Filter(json: example.source)
    #expect(try Filter(json: filter.expression.json) == filter)
    #expect(try Filter(text: filter.expression.text) == filter)
  }

  /// Texts named `…-alt01` are other ways to write the example without that ending.
  @Test(arguments: Examples.texts) func textAndJSONGiveTheSameTree(_ example: Examples.Expression) throws {
    let name = example.name.replacing("-alt01", with: "")
    let json = try Filter(json: #require(Examples.json(named: name)))
    #expect(try Filter(text: #require(example.source.string)).expression == json.expression)
  }

  @Test(arguments: Examples.tests) func anAbstractTestParsesAndPrintsBack(_ test: Examples.Expression) throws {
    let text = try #require(test.source.string)
    if Self.refused.contains(text) {
      let error = #expect(throws: CQL2SyntaxError.self) { try Filter(text: text) }
      #expect(error?.message == "a latitude must lie between -90 and 90, found 180")
    } else {
      let filter = try Filter(text: text)
      #expect(try Filter(text: filter.expression.text) == filter)
      #expect(try Filter(json: filter.expression.json) == filter)
    }
  }

  /// The expressions that must fail because of an invalid coordinate.
  private static let refused: Set<String> = [
    "S_INTERSECTS(queryable,POINT(90 180))", "S_INTERSECTS(queryable,MULTIPOINT(7.02 49.92, 90 180))",
    "S_DISJOINT(queryable,POINT(90 180))",
  ]
}
