// Geometries as well-known text.

import StacModel

extension Geometry {
  /// The geometry as CQL2 text writes it; `Z` where one position has a height.
  var wellKnownText: String {
    let tag = positions.contains { $0.height != nil } ? " Z" : ""
    return switch self {
    case .point(let position): "POINT\(tag)(\(Self.text(position)))"
    case .multiPoint(let positions): "MULTIPOINT\(tag)\(Self.list(positions) { "(\(Self.text($0)))" })"
    case .lineString(let positions): "LINESTRING\(tag)\(Self.text(positions))"
    case .multiLineString(let lines): "MULTILINESTRING\(tag)\(Self.list(lines, Self.text))"
    case .polygon(let rings): "POLYGON\(tag)\(Self.list(rings, Self.text))"
    case .multiPolygon(let polygons): "MULTIPOLYGON\(tag)\(Self.list(polygons) { Self.list($0, Self.text) })"
    case .collection(let members): "GEOMETRYCOLLECTION\(tag)\(Self.list(members, \.wellKnownText))"
    }
  }

  private static func list<Element>(_ elements: [Element], _ text: (Element) -> String) -> String {
    "(\(elements.map(text).joined(separator: ", ")))"
  }

  private static func text(_ positions: [Position]) -> String { list(positions) { text($0) } }

  private static func text(_ position: Position) -> String {
    ([position.longitude, position.latitude] + (position.height.map { [$0] } ?? [])).map(decimal).joined(separator: " ")
  }
}

/// The shortest text of a finite number that reads back the same.
func decimal(_ value: Double) -> String { JSONNumber(value)?.text ?? "0" }
