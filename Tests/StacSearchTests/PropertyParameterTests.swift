import CQL2
import StacModel
import StacSearch
import Testing

@Suite("A queryable as a parameter")
struct PropertyParameterTests {
  private struct Types: PropertyTypes {
    func type(ofProperty name: String) -> ValueType? { name == "unknown" ? nil : ValueType(rawValue: name) ?? .any }
  }

  @Test("is kept where the caller knows it and refused elsewhere")
  func kept() throws {
    let query = [(name: "eo:cloud_cover", value: "5"), (name: "limit", value: "3")]
    let search = try SearchRequest(query: query) { $0 == "eo:cloud_cover" }
    #expect(search.propertyParameters == [PropertyParameter(name: "eo:cloud_cover", value: "5")])
    #expect(search.limit == 3)
    #expect { try SearchRequest(query: query) } throws: { ($0 as? ParameterError)?.parameter == "eo:cloud_cover" }
    // A parameter of the search stays one, whatever the data name so.
    #expect(try SearchRequest(query: query) { _ in true }.limit == 3)
  }

  @Test(
    "is read by the property's type",
    arguments: [
      ("number", "5.0", [.number(JSONNumber(5))]), ("boolean", "true", [.boolean(true)]),
      ("string", "5", [.string("5")]),
      ("timestamp", "1970-01-01T00:00:01Z", [.timestamp(Timestamp(microseconds: 1_000_000))]),
      ("other", "x", [.string("x")]), ("other", "5", [.string("5"), .number(JSONNumber(5))]),
      ("other", "true", [.string("true"), .boolean(true)]),
    ] as [(String, String, [Expression])])
  func values(name: String, value: String, expected: [Expression]) throws {
    let expression = try PropertyParameter(name: name, value: value).expression(properties: Types())
    let comparisons =
      if case .operation(.or, let parts) = expression { parts } else { [expression] }
    #expect(comparisons.count == expected.count)
    for (comparison, value) in zip(comparisons, expected) {
      guard case .operation(.equal, let sides) = comparison, sides.count == 2 else {
        Issue.record("no equality: \(comparison)")
        continue
      }
      #expect(sides[0] == .property(name))
      if case .number(let found) = sides[1], case .number(let number) = value {
        #expect(found.double == number.double)
      } else {
        #expect(sides[1] == value)
      }
    }
  }

  @Test(
    "is refused where the value is none of the property's",
    arguments: [
      ("number", "five"), ("number", ""), ("number", " 5"), ("number", "1e400"), ("boolean", "1"),
      ("timestamp", "2020"),
      ("date", "2020-13-01"), ("geometry", "POINT(1 1)"), ("array", "1"), ("unknown", "1"),
    ])
  func refusals(name: String, value: String) {
    #expect {
      try PropertyParameter(name: name, value: value).expression(properties: Types())
    } throws: { ($0 as? ParameterError)?.parameter == name }
  }
}
