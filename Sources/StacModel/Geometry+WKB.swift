extension Geometry {
  /// Extended well-known binary as PostGIS reads it: little endian, SRID 4326 on the outermost geometry, Z on every
  /// geometry where one position has a height (positions without one get height 0).
  public var extendedWKB: [UInt8] {
    var writer = WKBWriter(hasHeights: positions.contains { $0.height != nil })
    writer.append(self, withSRID: true)
    return writer.bytes
  }
}

/// Appends geometries in the EWKB layout (PostGIS documentation, ST_AsEWKB).
private struct WKBWriter {
  let hasHeights: Bool
  var bytes: [UInt8] = []

  init(hasHeights: Bool) { self.hasHeights = hasHeights }

  mutating func append(_ geometry: Geometry, withSRID: Bool = false) {
    bytes.append(1)
    append(geometry.wkbType | (hasHeights ? 0x8000_0000 : 0) | (withSRID ? 0x2000_0000 : 0))
    if withSRID { append(4326 as UInt32) }
    switch geometry {
    case .point(let position): append(position)
    case .multiPoint(let positions): appendMembers(positions.map { .point($0) })
    case .lineString(let positions): append(positions)
    case .multiLineString(let lines): appendMembers(lines.map { .lineString($0) })
    case .polygon(let rings):
      append(UInt32(rings.count))
      for ring in rings { append(ring) }
    case .multiPolygon(let polygons): appendMembers(polygons.map { .polygon($0) })
    case .collection(let members): appendMembers(members)
    }
  }

  private mutating func appendMembers(_ members: [Geometry]) {
    append(UInt32(members.count))
    for member in members { append(member) }
  }

  private mutating func append(_ positions: [Position]) {
    append(UInt32(positions.count))
    for position in positions { append(position) }
  }

  private mutating func append(_ position: Position) {
    append(position.longitude)
    append(position.latitude)
    if hasHeights { append(position.height ?? 0) }
  }

  private mutating func append(_ value: UInt32) {
    for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  private mutating func append(_ value: Double) {
    for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift)) }
  }
}

extension Geometry {
  fileprivate var wkbType: UInt32 {
    switch self {
    case .point: 1
    case .lineString: 2
    case .polygon: 3
    case .multiPoint: 4
    case .multiLineString: 5
    case .multiPolygon: 6
    case .collection: 7
    }
  }
}
