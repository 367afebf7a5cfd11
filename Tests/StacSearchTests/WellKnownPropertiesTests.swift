import CQL2
import StacModel
import StacSearch
import Testing

@Suite("Properties that specifications declare")
struct WellKnownPropertiesTests {
  @Test("Each name is declared once, with a title, a description and a type that its schema has too")
  func consistent() {
    let all = WellKnownProperties.allOfItems
    #expect(all.count > 150)
    #expect(Set(all.map(\.name)).count == all.count)
    for definition in all + WellKnownProperties.ofEveryCollection {
      let schema = definition.schema
      #expect(schema["title"]?.string?.isEmpty == false, "\(definition.name)")
      #expect(schema["description"]?.string?.isEmpty == false, "\(definition.name)")
      let type = schema["type"]?.string
      let isScalar = ["string", "number", "integer", "boolean"].contains(type)
      #expect(definition.isSortable == isScalar, "\(definition.name)")
      switch definition.type {
      case .string: #expect(type == "string" && schema["format"] == nil, "\(definition.name)")
      case .number: #expect(type == "number" || type == "integer", "\(definition.name)")
      case .boolean: #expect(type == "boolean", "\(definition.name)")
      case .timestamp: #expect(type == "string" && schema["format"] == "date-time", "\(definition.name)")
      case .array: #expect(type == "array" && schema["items"] != nil, "\(definition.name)")
      case .geometry: #expect(type == nil && schema["format"] == "geometry-any", "\(definition.name)")
      case .any: #expect(type == "object", "\(definition.name)")
      case .date, .interval: Issue.record("\(definition.name)")
      }
    }
  }

  @Test("Queryables hold what every item has first, then what occurs, declared where a specification does")
  func queryables() {
    let found: [String: Set<JSONType>] = [
      "own:z": [.string], "eo:cloud_cover": [.number, .null], "datetime": [.string], "own:a": [.number, .string],
      "gsd": [.string], "own:b": [.array], "own:c": [.null],
    ]
    let queryables = Queryables.ofItems(found: found, allowsOthers: false)
    let names = queryables.definitions.map(\.name)
    #expect(names.prefix(4) == ["id", "collection", "geometry", "datetime"])
    #expect(names.suffix(6) == ["eo:cloud_cover", "gsd", "own:a", "own:b", "own:c", "own:z"])
    #expect(queryables["eo:cloud_cover"]?.type == .number)
    #expect(queryables["own:z"]?.type == .any)
    #expect(queryables["own:z"]?.schema["type"] == "string")
    #expect(queryables["own:a"]?.schema["type"] == ["number", "string"])
    #expect(queryables["own:c"]?.schema["type"] == ["boolean", "number", "string", "array", "object"])
    #expect(queryables["own:a"]?.jsonTypes == [.number, .string] && queryables["own:b"]?.jsonTypes == [.array])
    #expect(queryables["geometry"]?.jsonTypes == [])
    #expect(WellKnownProperties.allOfItems.allSatisfy { $0.type != .number || $0.jsonTypes == [.number] })
    // No value is a number as declared: the data know better.
    #expect(queryables["gsd"]?.type == .any)
    #expect(queryables.sortables.map(\.name).filter { $0.hasPrefix("own:") } == ["own:a", "own:z"])
    // Declared, though no item has it yet; and what nothing knows.
    #expect(queryables.type(ofProperty: "eo:snow_cover") == .number)
    #expect(queryables.type(ofProperty: "own:unknown") == nil)
    #expect(Queryables.ofItems(found: [:], allowsOthers: true).type(ofProperty: "own:unknown") == .any)
  }
}
