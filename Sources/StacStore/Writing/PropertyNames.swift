import Postgres
import StacModel

/// The names of the properties that items have, with their JSON types (`jsonb_typeof`), by collection, each once.
struct PropertyNames: Sendable {
  private struct Name: Hashable {
    let name: [UInt8]
    let type: TypeName
  }

  /// What `jsonb_typeof` says.
  private enum TypeName: String {
    case null, boolean, number, string, array, object
  }

  /// The longest name that is registered.
  private static let mostBytes = 1_000

  private var collections: [(id: String, names: Set<Name>)] = []

  /// The names in a set; items whose properties have the same shape are looked at but once.
  init(of set: ItemSet) {
    var shapes: Set<Int> = []
    for row in set.rows {
      if collections.last?.id.utf8.elementsEqual(row.collectionID.utf8) != true {
        collections.append((row.collectionID, []))
        shapes = []
      }
      if shapes.insert(row.propertyShape).inserted { add(row.properties) }
    }
  }

  private mutating func add(_ properties: [UInt8]) {
    guard let members = try? JSONText(properties).root.object else { return }
    for member in members {
      let name = Array(member.name.utf8)
      if name.count <= Self.mostBytes {
        collections[collections.count - 1].names.insert(Name(name: name, type: Self.type(of: member.value)))
      }
    }
  }

  private static func type(of value: JSONView) -> TypeName {
    if value.isString { return .string }
    if value.isNull { return .null }
    if value.bool != nil { return .boolean }
    return value.object != nil ? .object : value.array != nil ? .array : .number
  }

  /// Registers the names that are not registered yet.
  ///
  /// - Parameter keys: the collections' keys, by the bytes of their identifiers.
  func registration(keys: [[UInt8]: Int32]) -> SQL {
    let all = collections.flatMap { collection in
      collection.names.map { (key: keys[Array(collection.id.utf8)] ?? 0, name: $0) }
    }
    var key = BinaryArray(of: .int4, count: all.count, capacity: 4 * all.count)
    var property = BinaryArray(of: .text, count: all.count, capacity: 40 * all.count)
    for entry in all {
      key.append(entry.key)
      property.append(Array("\(entry.name.type.rawValue) ".utf8) + entry.name.name)
    }
    return "SELECT gnomon.register_properties(\(.binary(key.bytes))::int4[], \(.binary(property.bytes))::text[])::text"
  }
}
