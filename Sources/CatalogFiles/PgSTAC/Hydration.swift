import StacModel

/// Makes whole items of what PgSTAC stores: an item without what its collection's base item says already.
///
/// As pgstac 0.10's `content_hydrate` and `merge_jsonb` do, with one difference: a null of the item itself stays where the
/// base item has nothing, as in PgSTAC's own loader; `content_hydrate` drops it, and with it the `datetime` that STAC
/// demands.
struct Hydration: Sendable {
  /// What PgSTAC writes where an item lacks a member that the base item has.
  static let doNotMerge: JSONValue = "𒍟※"

  private let base: JSONValue

  /// - Parameter base: the base item; its nulls count for nothing.
  init(base: JSONValue) { self.base = Self.withoutNulls(base) }

  /// An item of its stored parts.
  ///
  /// - Parameters:
  ///   - geometry: the geometry as GeoJSON, which PgSTAC keeps in a column of its own.
  func item(id: String, collection: String, geometry: JSONValue, content: JSONObject) -> JSONObject {
    var stored = content
    stored["pgstac:base_item"] = nil
    stored["id"] = .string(id)
    stored["geometry"] = geometry
    stored["collection"] = .string(collection)
    stored["type"] = "Feature"
    let merged = Self.merge(.object(stored), base)?.object ?? stored
    return Self.repaired(Self.ordered(merged))
  }

  /// Members of `jsonb` come in order of length; an item is easier to read in the order of the specification.
  private static let order = [
    "type", "stac_version", "stac_extensions", "id", "geometry", "bbox", "properties", "links", "assets", "collection",
  ]

  private static func ordered(_ item: JSONObject) -> JSONObject {
    let first = order.compactMap { name in item[name].map { JSONObject.Member(name: name, value: $0) } }
    return JSONObject(first + item.members.filter { !order.contains($0.name) })
  }

  /// Gives back the null `datetime` of an item with a start and an end, which PgSTAC's SQL functions drop.
  private static func repaired(_ item: JSONObject) -> JSONObject {
    guard let properties = item["properties"]?.object, properties["datetime"] == nil,
      properties["start_datetime"] != nil, properties["end_datetime"] != nil
    else { return item }
    var item = item
    item["properties"] = .object(JSONObject([.init(name: "datetime", value: .null)] + properties.members))
    return item
  }

  /// The value of an item with that of the base; nil where there is to be none.
  private static func merge(_ own: JSONValue?, _ base: JSONValue?) -> JSONValue? {
    if own == doNotMerge { return nil }
    guard let own, !own.isNull else { return base ?? own }
    switch (own, base) {
    case (.object(let object), .object(let base)?): return .object(merge(object, base))
    case (.array(let list), .array(let base)?) where list.count == base.count:
      return .array(zip(list, base).map { merge($0, $1) ?? .null })
    default: return own
    }
  }

  private static func merge(_ own: JSONObject, _ base: JSONObject) -> JSONObject {
    var members: [JSONObject.Member] = []
    for member in own.members {
      if let value = merge(member.value, base[member.name]) { members.append(.init(name: member.name, value: value)) }
    }
    members += base.members.filter { own[$0.name] == nil }
    return JSONObject(members)
  }

  private static func withoutNulls(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let object):
      .object(
        JSONObject(
          object.members.filter { !$0.value.isNull }.map { .init(name: $0.name, value: withoutNulls($0.value)) }))
    case .array(let list): .array(list.map(withoutNulls))
    default: value
    }
  }
}
