// Properties and literals that CQL2 JSON writes as objects.

import StacModel

extension CQL2JSONParser {
  /// An object without `op`.
  mutating func literal(_ object: JSONObject, at pointer: JSONPointer) throws(CQL2SyntaxError) -> PlacedExpression {
    if let type = object["type"] { return try geometry(object, type: type, at: pointer) }
    guard let member = object.members.first(where: { Self.literalNames.contains($0.name) }) else {
      let found =
        object.isEmpty ? "an empty object" : object.names.prefix(5).map { "'\($0.prefix(64))'" }.joined(separator: ", ")
      throw error(
        pointer,
        "expected an object with 'op', 'property', 'date', 'timestamp', 'interval', 'bbox' or 'type', found \(found)")
    }
    try refuseMembers(of: object, except: [member.name], at: pointer)
    let place = pointer.appending(member.name)
    switch member.name {
    case "property": return try property(member.value, place, at: pointer)
    case "date":
      return try node(
        .date(try instant(member.value, place, "a date such as 2020-02-09") { CalendarDate($0) }), at: pointer)
    case "timestamp":
      let timestamp = try instant(member.value, place, "a timestamp such as 2020-02-09T10:00:00Z") {
        Timestamp(filterText: $0)
      }
      return try node(.timestamp(timestamp), at: pointer)
    case "interval": return try interval(member.value, place, at: pointer)
    default: return try node(.boundingBox(try boundingBox(member.value, place)), at: pointer)
    }
  }

  private static let literalNames: Set<String> = ["property", "date", "timestamp", "interval", "bbox"]

  private mutating func property(
    _ json: JSONValue, _ place: JSONPointer, at pointer: JSONPointer
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    guard let name = json.string, !name.isEmpty else {
      throw error(place, "expected a property's name, found \(json == "" ? "an empty string" : json.kind)")
    }
    return try node(.property(try checked(name, at: place)), at: pointer)
  }

  private func instant<Instant>(
    _ json: JSONValue, _ place: JSONPointer, _ what: String, _ read: (String) -> Instant?
  ) throws(CQL2SyntaxError) -> Instant {
    guard let text = json.string else { throw error(place, "expected \(what), found \(json.kind)") }
    guard let instant = read(text) else { throw error(place, "expected \(what), found '\(text.prefix(64))'") }
    return instant
  }

  private mutating func interval(
    _ json: JSONValue, _ place: JSONPointer, at pointer: JSONPointer
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    guard let values = json.array, values.count == 2 else {
      let found = json.array.map { "\($0.count) of them" } ?? json.kind
      throw error(place, "expected an array of the interval's two ends, found \(found)")
    }
    let start = try intervalEnd(values[0], at: place.appending(0))
    let end = try intervalEnd(values[1], at: place.appending(1))
    return try node(.interval(start: start.expression, end: end.expression), at: pointer, children: [start, end])
  }

  private mutating func intervalEnd(
    _ json: JSONValue, at pointer: JSONPointer
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    if let text = json.string {
      guard let instant = Expression(intervalEnd: text) else {
        throw error(pointer, "\(Expression.intervalEndRule), found '\(text.prefix(64))'")
      }
      return try node(instant, at: pointer)
    }
    let end = try expression(json, at: pointer)
    switch end.expression {
    case .property, .function, .date, .timestamp: return end
    default: throw error(pointer, "\(Expression.intervalEndRule), found \(end.expression.summary)")
    }
  }

  private func boundingBox(_ json: JSONValue, _ place: JSONPointer) throws(CQL2SyntaxError) -> BoundingBox {
    guard let values = json.array else { throw error(place, "expected four or six numbers, found \(json.kind)") }
    var numbers: [Double] = []
    for (index, value) in values.enumerated() {
      guard let number = value.double else {
        throw error(place.appending(index), "expected a number, found \(value.kind)")
      }
      numbers.append(number)
    }
    do {
      return try BoundingBox(numbers: numbers)
    } catch {
      throw self.error(place, error.message)
    }
  }

  /// Reads a GeoJSON geometry; its own `bbox` says nothing new.
  private mutating func geometry(
    _ object: JSONObject, type: JSONValue, at pointer: JSONPointer
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    try refuseMembers(of: object, except: ["type", "coordinates", "geometries", "bbox"], at: pointer)
    let geometry: Geometry
    do {
      geometry = try Geometry(json: .object(object), at: pointer)
    } catch {
      throw self.error(error.faults.first?.pointer ?? pointer, error.faults.first?.message ?? "expected a geometry")
    }
    return try node(.geometry(geometry), at: pointer)
  }
}
