extension Geometry {
  /// Reads a GeoJSON geometry object.
  ///
  /// - Parameters:
  ///   - json: the geometry.
  ///   - pointer: where it stands in its document, for the faults.
  ///   - depth: how many collections may still be nested.
  /// - Throws: ``DocumentRefusal`` with the first fault.
  public init(json: JSONValue, at pointer: JSONPointer = .root, depth: Int = 4) throws(DocumentRefusal) {
    guard let object = json.object else { throw .init(pointer, "a GeoJSON geometry object was expected") }
    guard let type = object["type"]?.string else { throw .init(pointer.appending("type"), "a geometry needs a type") }
    if type == "GeometryCollection" {
      self = .collection(try Self.members(of: object, at: pointer.appending("geometries"), depth: depth))
      return
    }
    let place = pointer.appending("coordinates")
    guard let coordinates = object["coordinates"] else { throw .init(place, "a geometry needs coordinates") }
    switch type {
    case "Point": self = .point(try Self.position(coordinates, at: place))
    case "MultiPoint": self = .multiPoint(try Self.list(coordinates, at: place, of: Self.position))
    case "LineString": self = .lineString(try Self.line(coordinates, at: place))
    case "MultiLineString": self = .multiLineString(try Self.list(coordinates, at: place, of: Self.line))
    case "Polygon": self = .polygon(try Self.list(coordinates, at: place, of: Self.ring))
    case "MultiPolygon": self = .multiPolygon(try Self.list(coordinates, at: place, of: Self.polygonRings))
    default: throw .init(pointer.appending("type"), "'\(type.prefix(64))' is not a GeoJSON geometry type")
    }
  }

  private static func members(
    of object: JSONObject, at pointer: JSONPointer, depth: Int
  ) throws(DocumentRefusal) -> [Geometry] {
    guard depth > 0 else { throw .init(pointer, "geometry collections are nested too deeply") }
    return try list(object["geometries"] ?? .null, at: pointer) { (value, place) throws(DocumentRefusal) in
      try Geometry(json: value, at: place, depth: depth - 1)
    }
  }

  private static func list<Element>(
    _ json: JSONValue, at pointer: JSONPointer,
    of element: (JSONValue, JSONPointer) throws(DocumentRefusal) -> Element
  ) throws(DocumentRefusal) -> [Element] {
    guard let values = json.array, !values.isEmpty else { throw .init(pointer, "a non-empty array was expected") }
    var elements: [Element] = []
    elements.reserveCapacity(values.count)
    for (index, value) in values.enumerated() { elements.append(try element(value, pointer.appending(index))) }
    return elements
  }

  private static func position(_ json: JSONValue, at pointer: JSONPointer) throws(DocumentRefusal) -> Position {
    guard let values = json.array, values.count >= 2 else {
      throw .init(pointer, "a position is an array of longitude, latitude and an optional height")
    }
    let numbers = values.prefix(3).compactMap(\.double)
    guard numbers.count == min(values.count, 3) else { throw .init(pointer, "a position holds numbers only") }
    guard let longitude = DegreeRange.longitude.clamped(numbers[0]) else {
      throw .init(pointer, "a longitude must lie between -180 and 180")
    }
    guard let latitude = DegreeRange.latitude.clamped(numbers[1]) else {
      throw .init(pointer, "a latitude must lie between -90 and 90")
    }
    return Position(longitude: longitude, latitude: latitude, height: numbers.count > 2 ? numbers[2] : nil)
  }

  private static func line(_ json: JSONValue, at pointer: JSONPointer) throws(DocumentRefusal) -> [Position] {
    let positions = try list(json, at: pointer, of: position)
    guard positions.count >= 2 else { throw .init(pointer, "a line has two positions at least") }
    return positions
  }

  private static func ring(_ json: JSONValue, at pointer: JSONPointer) throws(DocumentRefusal) -> [Position] {
    let positions = try list(json, at: pointer, of: position)
    guard positions.count >= 4 else { throw .init(pointer, "a ring has four positions at least") }
    guard positions.first == positions.last else { throw .init(pointer, "a ring ends where it starts") }
    return positions
  }

  private static func polygonRings(
    _ json: JSONValue, at pointer: JSONPointer
  ) throws(DocumentRefusal) -> [[Position]] {
    try list(json, at: pointer, of: ring)
  }

  /// The GeoJSON geometry object.
  public var json: JSONValue {
    switch self {
    case .point(let position): Self.json("Point", Self.coordinates(position))
    case .multiPoint(let positions): Self.json("MultiPoint", Self.coordinates(positions))
    case .lineString(let positions): Self.json("LineString", Self.coordinates(positions))
    case .multiLineString(let lines): Self.json("MultiLineString", .array(lines.map(Self.coordinates)))
    case .polygon(let rings): Self.json("Polygon", .array(rings.map(Self.coordinates)))
    case .multiPolygon(let polygons):
      Self.json("MultiPolygon", .array(polygons.map { .array($0.map(Self.coordinates)) }))
    case .collection(let members):
      .object(["type": "GeometryCollection", "geometries": .array(members.map(\.json))])
    }
  }

  private static func json(_ type: String, _ coordinates: JSONValue) -> JSONValue {
    .object(["type": .string(type), "coordinates": coordinates])
  }

  private static func coordinates(_ position: Position) -> JSONValue {
    .array(
      [position.longitude, position.latitude].map { JSONValue($0) } + (position.height.map { [JSONValue($0)] } ?? []))
  }

  private static func coordinates(_ positions: [Position]) -> JSONValue { .array(positions.map { coordinates($0) }) }
}

extension DocumentRefusal {
  /// A refusal with one fault.
  init(_ pointer: JSONPointer, _ message: String) { self.init([Fault(pointer, message)]) }
}
