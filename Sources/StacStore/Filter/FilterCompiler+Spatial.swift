import CQL2
import Postgres
import StacModel

extension FilterCompiler {
  /// A part that must be a geometry.
  func geometry(_ expression: Expression, at path: [Int]) throws(FilterTypeError) -> SQL {
    switch try value(expression, at: path) {
    case .geometry(let sql): return sql
    case .untyped: throw FilterTypeError(path: path, message: "only the property 'geometry' can be compared in space")
    case let other: throw FilterTypeError(path: path, message: "expected a geometry, found \(other.kind)")
    }
  }

  /// The eight relations, in the plane of longitude and latitude.
  ///
  /// The boxes are compared first, which an index serves; geometries that cross themselves are made valid.
  func spatial(_ symbol: Operator, _ arguments: [Expression], at path: [Int]) throws(FilterTypeError) -> SQL {
    let left = try geometry(arguments[0], at: path + [0])
    let right = try geometry(arguments[1], at: path + [1])
    switch symbol {
    case .sIntersects:
      if case .property("geometry") = arguments[0], let box = arguments[1].rectangle {
        return .intersects(left, box: box)
      }
      return .intersects(left, right)
    case .sDisjoint: return "(NOT \(SQL.intersects(left, right)))"
    case .sEquals: return "(\(left) && \(right) AND gnomon.s_equals(\(left), \(right)))"
    case .sTouches: return "(\(left) && \(right) AND gnomon.s_touches(\(left), \(right)))"
    case .sWithin: return "(\(left) && \(right) AND gnomon.s_within(\(left), \(right)))"
    case .sContains: return "(\(left) && \(right) AND gnomon.s_within(\(right), \(left)))"
    case .sOverlaps: return "(\(left) && \(right) AND gnomon.s_overlaps(\(left), \(right)))"
    default: return "(\(left) && \(right) AND gnomon.s_crosses(\(left), \(right)))"
    }
  }

  /// A box as a geometry; one that crosses the antimeridian has two parts. Heights do not count.
  static func geometry(of box: BoundingBox) -> SQL {
    let parts = box.parts.map(\.area)
    var polygons: [[[Position]]] = []
    for case .polygon(let rings) in parts { polygons.append(rings) }
    if parts.count == 1 { return "\(ewkb: parts[0].extendedWKB)" }
    let isPlain = polygons.count == parts.count
    return "\(ewkb: (isPlain ? Geometry.multiPolygon(polygons) : .collection(parts)).extendedWKB)"
  }
}

extension Expression {
  /// The box that a literal is: a polygon of four sides along the axes, of some size.
  fileprivate var rectangle: BoundingBox? {
    guard case .geometry(let shape) = self, case .polygon(let rings) = shape, rings.count == 1, rings[0].count == 5
    else { return nil }
    let box = shape.boundingBox
    let corners = rings[0].map { [$0.longitude, $0.latitude] }
    let isAlongAxes = zip(corners, corners.dropFirst()).allSatisfy { $0[0] == $1[0] || $0[1] == $1[1] }
    let all = [[box.west, box.south], [box.east, box.south], [box.east, box.north], [box.west, box.north]]
    return isAlongAxes && Set(corners) == Set(all) && Set(all).count == 4 && shape.isSurelyValid ? box : nil
  }
}

extension SQL {
  /// The condition that a geometry and a box with west <= east have a point in common.
  ///
  /// What lies well inside the box meets it, and is told by its own box at a tenth of the cost. The boxes that PostGIS keeps
  /// are of single precision: to be well inside means by a ten-thousandth of a degree.
  static func intersects(_ geometry: SQL, box: BoundingBox) -> SQL {
    let margin = 1e-4
    let area: SQL = "\(validated: box.area)"
    guard box.east - box.west > 4 * margin, box.north - box.south > 4 * margin else {
      return .intersects(geometry, area)
    }
    let inner = BoundingBox(
      west: box.west + margin, south: box.south + margin, east: box.east - margin, north: box.north - margin)
    return """
      (\(geometry) && \(area) AND nullif(coalesce(\(geometry) @ \(validated: inner.area) \
      OR gnomon.s_intersects(\(geometry), \(area)), true), false) IS NOT NULL)
      """
  }

  /// The condition that two geometries have a point in common; an index on either of them finds those whose boxes do.
  ///
  /// The planner takes half of the rows to pass a condition that it does not know, but nearly all to be not null: written
  /// like this, its estimate is that of the boxes.
  static func intersects(_ one: SQL, _ other: SQL) -> SQL {
    """
    (\(one) && \(other) \
    AND nullif(coalesce(gnomon.s_intersects(\(one), \(other)), true), false) IS NOT NULL)
    """
  }
}
