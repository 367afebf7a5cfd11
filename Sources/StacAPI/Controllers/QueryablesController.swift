import Hummingbird
import StacModel
import StacSearch
import StacStore

/// What searches may filter and sort by, as JSON schemas: of all items, of a collection's items, and of collections.
///
/// Source: OGC API - Features - Part 3 (19-079r2) and Part 5 (23-058r2), STAC API filter and sort extensions.
struct QueryablesController {
  let store: any CatalogStore

  func answer(_ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    let base = request.base
    let document =
      switch request.route {
      case .queryables(let id):
        QueryablesDocument(url: base.url(below: id, "queryables"), title: "Queryables\(Self.of(id))")
          .queryables(try await store.queryables(collection: id))
      case .sortables(let id):
        QueryablesDocument(url: base.url(below: id, "sortables"), title: "Sortables\(Self.of(id))")
          .sortables(try await store.queryables(collection: id))
      case .collectionSortables:
        QueryablesDocument(url: base.url("collections-sortables"), title: "Sortables of collections")
          .sortables(try await store.collectionQueryables())
      default:
        QueryablesDocument(url: base.url("collections-queryables"), title: "Queryables of collections")
          .queryables(try await store.collectionQueryables())
      }
    return .json(document, type: .schema)
  }

  private static func of(_ collection: String?) -> String { collection.map { " of \($0)" } ?? "" }
}

/// The JSON schema of queryables or sortables.
struct QueryablesDocument {
  /// The resource's own URL.
  let url: String
  let title: String

  func queryables(_ queryables: Queryables) -> JSONObject {
    schema(
      queryables.allowsOthers ? queryables.definitions : queryables.definitions + queryables.declaredOnly,
      allowsOthers: queryables.allowsOthers,
      description: queryables.allowsOthers
        ? "What filters may name; a property that is not listed may be named too, and is null where a document lacks it."
        : "What filters may name, and nothing else.")
  }

  func sortables(_ queryables: Queryables) -> JSONObject {
    schema(
      queryables.sortables.map(\.scalar), allowsOthers: false,
      description: "What results may be sorted by, and nothing else.")
  }

  private func schema(_ definitions: [PropertyDefinition], allowsOthers: Bool, description: String) -> JSONObject {
    [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": .string(url), "type": "object",
      "title": .string(title), "description": .string(description),
      "properties": .object(JSONObject(definitions.map { .init(name: $0.name, value: .object($0.schema)) })),
      "additionalProperties": .bool(allowsOthers),
    ]
  }
}

extension PropertyDefinition {
  /// The property as an order sees it: with values of plain types only (Part 5, sortables, response C).
  fileprivate var scalar: PropertyDefinition {
    guard let types = schema["type"]?.array else { return self }
    let plain = types.filter { !["array", "object"].contains($0.string) }
    var schema = schema
    schema["type"] = plain.count == 1 ? plain[0] : .array(plain)
    return PropertyDefinition(name: name, type: type, schema: schema, isSortable: isSortable)
  }
}

extension Queryables {
  /// What specifications declare and no document has yet: filters may name it, strict or not.
  fileprivate var declaredOnly: [PropertyDefinition] {
    let names = Set(definitions.map(\.name))
    return WellKnownProperties.allOfItems.filter { !names.contains($0.name) }
  }
}

extension BaseURL {
  /// The URL of a resource that the whole catalog and each collection has.
  func url(below collection: String?, _ name: String) -> String {
    guard let collection else { return url(name) }
    return url("collections", collection, name)
  }
}
