/// Collects the faults of one item or collection against the core rules of STAC.
struct DocumentCheck {
  let object: JSONMembers
  private(set) var faults: [Fault] = []

  init(_ object: JSONMembers) { self.object = object }

  /// The most faults that are told of one document.
  private static let mostFaults = 100

  mutating func fault(_ pointer: JSONPointer, _ message: String) { add([Fault(core: pointer, message)]) }

  private mutating func add(_ more: [Fault]) { faults += more.prefix(Self.mostFaults - faults.count) }

  mutating func type(_ expected: StaticString) {
    if object["type"]?.equals(expected) != true { fault("/type", "the type must be \"\(expected)\"") }
  }

  mutating func version() {
    if !STACVersion.accepted.contains(object["stac_version"]?.string ?? "") {
      fault("/stac_version", "stac_version must be one of \(STACVersion.accepted.joined(separator: ", "))")
    }
  }

  mutating func text(_ name: StaticString) {
    if object[name]?.isFilledString != true {
      fault(JSONPointer.root.appending("\(name)"), "\(name) must be a non-empty string")
    }
  }

  mutating func identifier() -> String? {
    guard let id = object["id"]?.string else {
      fault("/id", "id must be a string")
      return nil
    }
    if let problem = Self.identifierProblem(id) { fault("/id", problem) }
    return id
  }

  /// Why a text cannot be an identifier, nil where it can.
  static func identifierProblem(_ id: String) -> String? {
    if id.isEmpty { return "the identifier must not be empty" }
    if id == "." || id == ".." { return "'.' and '..' are steps in the path of a URL, and no identifiers" }
    if id.utf8.count > 512 { return "the identifier has more than 512 bytes" }
    if id.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      return "the identifier must not hold control characters"
    }
    return nil
  }

  mutating func collectionMember() -> String? {
    guard let json = object["collection"] else { return nil }
    guard let id = json.string else {
      fault("/collection", "collection must be a string")
      return nil
    }
    if let problem = Self.identifierProblem(id) { fault("/collection", problem) }
    return id
  }

  mutating func geometry() -> Geometry? {
    guard let json = object["geometry"] else {
      fault("/geometry", "geometry must be present: a GeoJSON geometry, or null")
      return nil
    }
    if json.isNull { return nil }
    do {
      let geometry = try Self.geometry(json)
      if geometry.isTangled(countingOnlyAreas: true) {
        fault("/geometry", "the geometry crosses itself about a thousand times or more")
      }
      return geometry
    } catch {
      add(error.faults)
      return nil
    }
  }

  private static func geometry(_ json: JSONView) throws(DocumentRefusal) -> Geometry {
    do throws(DocumentRefusal) {
      return try Geometry(json, at: "/geometry")
    } catch {
      guard let shifted = EasternLongitudes.shifted(geometry: json.value) else { throw error }
      let geometry = try Geometry(json: shifted, at: "/geometry")
      guard geometry.boundingBox.east > EasternLongitudes.slips else { throw error }
      return geometry
    }
  }

  mutating func boundingBox(requiredBy geometry: Geometry?) -> BoundingBox? {
    guard let json = object["bbox"], !json.isNull else {
      if geometry != nil { fault("/bbox", "bbox must be present where the geometry is not null") }
      return nil
    }
    if object["geometry"]?.isNull == true { fault("/bbox", "bbox must be absent where the geometry is null") }
    let box = boundingBox(json, at: "/bbox", mayCountEast: true)
    if let box, let geometry, !box.meets(geometry.boundingBox) {
      fault("/bbox", "the box lies apart from the geometry")
    }
    return box
  }

  private mutating func boundingBox(
    _ json: JSONView, at pointer: JSONPointer, mayCountEast: Bool = false
  ) -> BoundingBox? {
    let numbers = json.array?.compactMap(\.double) ?? []
    guard numbers.count == json.array?.count, !numbers.isEmpty else {
      fault(pointer, "bbox must be an array of four or six numbers")
      return nil
    }
    do {
      return try BoundingBox(numbers: numbers)
    } catch {
      if mayCountEast, let shifted = EasternLongitudes.shifted(box: numbers),
        let box = try? BoundingBox(numbers: shifted)
      {
        return box
      }
      fault(pointer, error.message)
      return nil
    }
  }

  mutating func time() -> ItemTime? {
    guard let properties = object["properties"]?.object else {
      fault("/properties", "properties must be an object")
      return nil
    }
    let found = faults.count
    let datetime = timestamp("datetime", in: properties)
    let start = timestamp("start_datetime", in: properties)
    let end = timestamp("end_datetime", in: properties)
    if properties["datetime"] == nil {
      fault("/properties/datetime", "datetime must be present: an RFC 3339 date-time, or null with start and end")
    } else if faults.count == found, datetime == nil, start == nil || end == nil {
      fault("/properties/datetime", "a null datetime needs start_datetime and end_datetime")
    }
    demand("end_datetime", beside: "start_datetime", in: properties)
    demand("start_datetime", beside: "end_datetime", in: properties)
    if let start, let end, end < start { fault("/properties/end_datetime", "end_datetime lies before start_datetime") }
    guard faults.count == found, let anchor = datetime ?? start else { return nil }
    return ItemTime(datetime: datetime, start: start ?? anchor, end: end ?? max(anchor, start ?? anchor))
  }

  private mutating func demand(_ other: StaticString, beside name: StaticString, in properties: JSONMembers) {
    guard properties[name]?.isString == true, properties[other]?.isNull ?? true else { return }
    fault(JSONPointer("/properties").appending("\(other)"), "\(name) needs \(other) beside it")
  }

  private mutating func timestamp(_ name: StaticString, in properties: JSONMembers) -> Timestamp? {
    guard let json = properties[name], !json.isNull else { return nil }
    if let text = json.string, let timestamp = Timestamp(text) { return timestamp }
    fault(
      JSONPointer("/properties").appending("\(name)"),
      "\(name) must be an RFC 3339 date-time with an offset, such as 2020-01-01T00:00:00Z")
    return nil
  }

  mutating func spatialExtent() -> BoundingBox? {
    let pointer: JSONPointer = "/extent/spatial/bbox"
    guard let boxes = object["extent"]?.object?["spatial"]?.object?["bbox"]?.array, let first = boxes.first else {
      fault(pointer, "extent.spatial.bbox must hold one box at least")
      return nil
    }
    let parsed = boxes.enumerated().map { boundingBox($1, at: pointer.appending($0)) }
    return first.isNull ? nil : parsed[0]
  }

  mutating func temporalExtent() -> DatetimeInterval? {
    let pointer: JSONPointer = "/extent/temporal/interval"
    guard let intervals = object["extent"]?.object?["temporal"]?.object?["interval"]?.array, !intervals.isEmpty else {
      fault(pointer, "extent.temporal.interval must hold one interval at least")
      return nil
    }
    let parsed = intervals.enumerated().map { interval($1, at: pointer.appending($0)) }
    return parsed[0]
  }

  private mutating func interval(_ json: JSONView, at pointer: JSONPointer) -> DatetimeInterval? {
    guard let ends = json.array, ends.count == 2 else {
      fault(pointer, "an interval is an array of two date-times, null where an end is open")
      return nil
    }
    var timestamps: [Timestamp?] = []
    for (index, end) in ends.enumerated() {
      let timestamp = end.string.flatMap { Timestamp($0) }
      if timestamp == nil, !end.isNull { fault(pointer.appending(index), "an end is an RFC 3339 date-time or null") }
      timestamps.append(timestamp)
    }
    if let start = timestamps[0], let end = timestamps[1], end < start {
      fault(pointer, "the interval ends before it starts")
    }
    return DatetimeInterval(start: timestamps[0], end: timestamps[1])
  }
}
