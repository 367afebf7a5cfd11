import StacModel

/// One key of the order that a search asks for.
///
/// Source: STAC API sort extension 1.1.0. Values that an item lacks come last in both directions.
public struct SortKey: Sendable, Hashable {
  public enum Direction: String, Sendable, Hashable {
    case ascending = "asc"
    case descending = "desc"
  }

  /// The name as queryables have it, without `properties.` before it.
  public let property: String
  public let direction: Direction

  public init(property: String, direction: Direction) {
    self.property = property
    self.direction = direction
  }
}

extension RequestParameters {
  private static let mostSortKeys = 16

  /// The sort keys: `+a,-b` in a query string, `[{"field": "a", "direction": "asc"}]` in a body.
  func sortBy() throws(ParameterError) -> [SortKey] {
    var keys: [SortKey] = []
    switch value("sortby") {
    case nil: return []
    case .text(let text):
      for part in text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false) {
        keys.append(try Self.sortKey(part))
      }
    case .json(let json):
      guard let values = json.array else {
        throw ParameterError("sortby", "an array of objects with field and direction was expected")
      }
      for value in values { keys.append(try Self.sortKey(value)) }
    }
    guard keys.count <= Self.mostSortKeys else {
      throw ParameterError("sortby", "more than \(Self.mostSortKeys) fields are given")
    }
    var seen: Set<String> = []
    for key in keys where !seen.insert(key.property).inserted {
      throw ParameterError("sortby", "the field '\(key.property.prefix(64))' is given twice")
    }
    return keys
  }

  /// A field name behind an optional sign; a plus may have arrived as the space that it also stands for.
  private static func sortKey(_ text: Substring) throws(ParameterError) -> SortKey {
    let trimmed = text.drop { $0 == " " }
    let isDescending = trimmed.hasPrefix("-")
    let name = isDescending || trimmed.hasPrefix("+") ? trimmed.dropFirst() : trimmed
    return SortKey(property: try propertyName(name, in: "sortby"), direction: isDescending ? .descending : .ascending)
  }

  private static func sortKey(_ json: JSONValue) throws(ParameterError) -> SortKey {
    guard let object = json.object, let field = object["field"]?.string else {
      throw ParameterError("sortby", "every element must be an object with the string 'field'")
    }
    for name in object.names where name != "field" && name != "direction" {
      throw ParameterError("sortby", "'\(name.prefix(64))' is neither field nor direction")
    }
    let direction: SortKey.Direction
    switch object["direction"] {
    case nil, .null: direction = .ascending
    case .string("asc"): direction = .ascending
    case .string("desc"): direction = .descending
    default: throw ParameterError("sortby", "the direction must be \"asc\" or \"desc\"")
    }
    return SortKey(property: try propertyName(field[...], in: "sortby"), direction: direction)
  }

  /// A property's name without `properties.` before it.
  static func propertyName(_ text: Substring, in parameter: String) throws(ParameterError) -> String {
    let name = text.hasPrefix("properties.") ? text.dropFirst("properties.".count) : text
    guard !name.isEmpty else { throw ParameterError(parameter, "a field name is empty") }
    guard name.utf8.count <= 512 else { throw ParameterError(parameter, "a field name has more than 512 bytes") }
    return String(name)
  }
}
