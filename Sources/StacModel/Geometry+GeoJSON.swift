/// What is wrong within an array, and the way to it: the indices from the outside in.
private struct ArrayFault: Error {
  private(set) var path: [Int] = []
  let message: String

  init(_ message: String) { self.message = message }

  func within(_ index: Int) -> ArrayFault {
    var fault = self
    fault.path.insert(index, at: 0)
    return fault
  }

  func refusal(at pointer: JSONPointer) -> DocumentRefusal {
    DocumentRefusal(path.reduce(pointer) { $0.appending($1) }, message)
  }
}

extension Geometry {
  /// Reads a GeoJSON geometry object.
  ///
  /// - Parameters:
  ///   - json: the geometry.
  ///   - pointer: where it stands in its document, for the faults.
  /// - Throws: ``DocumentRefusal`` with the first fault.
  public init(json: JSONValue, at pointer: JSONPointer = .root) throws(DocumentRefusal) {
    try self.init(JSONText(json).root, at: pointer)
  }

  /// Reads a GeoJSON geometry object where it stands.
  ///
  /// - Parameter depth: how many collections may still be nested.
  init(_ json: JSONView, at pointer: JSONPointer, depth: Int = 4) throws(DocumentRefusal) {
    guard let object = json.object else { throw .init(pointer, "a GeoJSON geometry object was expected") }
    guard let type = object["type"]?.string else { throw .init(pointer.appending("type"), "a geometry needs a type") }
    if type == "GeometryCollection" {
      self = .collection(try Self.members(of: object, at: pointer.appending("geometries"), depth: depth))
      return
    }
    guard let coordinates = object["coordinates"] else {
      throw .init(pointer.appending("coordinates"), "a geometry needs coordinates")
    }
    let geometry: Geometry?
    do throws(ArrayFault) {
      geometry = try Self.geometry(type, coordinates)
    } catch {
      throw error.refusal(at: pointer.appending("coordinates"))
    }
    guard let geometry else {
      throw .init(pointer.appending("type"), "'\(type.prefix(64))' is not a GeoJSON geometry type")
    }
    self = geometry
  }

  /// The geometry of a type with coordinates, nil for a type that there is not.
  private static func geometry(_ type: String, _ coordinates: JSONView) throws(ArrayFault) -> Geometry? {
    switch type {
    case "Point": .point(try position(coordinates))
    case "MultiPoint": .multiPoint(try list(coordinates, of: position))
    case "LineString": .lineString(try line(coordinates))
    case "MultiLineString": .multiLineString(try list(coordinates, of: line))
    case "Polygon": .polygon(try list(coordinates, of: ring))
    case "MultiPolygon": .multiPolygon(try list(coordinates, of: polygonRings))
    default: nil
    }
  }

  private static func members(
    of object: JSONMembers, at pointer: JSONPointer, depth: Int
  ) throws(DocumentRefusal) -> [Geometry] {
    guard depth > 0 else { throw .init(pointer, "geometry collections are nested too deeply") }
    guard let members = object["geometries"]?.array, !members.isEmpty else {
      throw .init(pointer, "a non-empty array was expected")
    }
    var geometries: [Geometry] = []
    for (index, member) in members.enumerated() {
      geometries.append(try Geometry(member, at: pointer.appending(index), depth: depth - 1))
    }
    return geometries
  }

  private static func list<Element>(
    _ json: JSONView, of element: (JSONView) throws(ArrayFault) -> Element
  ) throws(ArrayFault) -> [Element] {
    guard let values = json.array, !values.isEmpty else { throw ArrayFault("a non-empty array was expected") }
    var elements: [Element] = []
    elements.reserveCapacity(values.count)
    for value in values {
      do throws(ArrayFault) {
        elements.append(try element(value))
      } catch {
        throw error.within(elements.count)
      }
    }
    return elements
  }

  private static func position(_ json: JSONView) throws(ArrayFault) -> Position {
    guard let values = json.array, values.count >= 2 else {
      throw ArrayFault("a position is an array of longitude, latitude and an optional height")
    }
    var iterator = values.makeIterator()
    let numbers = (iterator.next()?.double, iterator.next()?.double, iterator.next().map(\.double))
    guard let first = numbers.0, let second = numbers.1, numbers.2 != .some(nil) else {
      throw ArrayFault("a position holds numbers only")
    }
    guard let longitude = DegreeRange.longitude.clamped(first) else {
      throw ArrayFault("a longitude must lie between -180 and 180")
    }
    guard let latitude = DegreeRange.latitude.clamped(second) else {
      throw ArrayFault("a latitude must lie between -90 and 90")
    }
    return Position(longitude: longitude, latitude: latitude, height: numbers.2 ?? nil)
  }

  private static func line(_ json: JSONView) throws(ArrayFault) -> [Position] {
    let positions = try list(json, of: position)
    guard positions.count >= 2 else { throw ArrayFault("a line has two positions at least") }
    return positions
  }

  private static func ring(_ json: JSONView) throws(ArrayFault) -> [Position] {
    let positions = try list(json, of: position)
    guard positions.count >= 4 else { throw ArrayFault("a ring has four positions at least") }
    guard positions.first == positions.last else { throw ArrayFault("a ring ends where it starts") }
    return positions
  }

  private static func polygonRings(_ json: JSONView) throws(ArrayFault) -> [[Position]] {
    try list(json, of: ring)
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
  init(_ pointer: JSONPointer, _ message: String) { self.init([Fault(core: pointer, message)]) }
}
