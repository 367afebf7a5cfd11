import Postgres
import StacModel

/// The conditions of a search on the table `items`, which a statement calls `i`, without paging.
struct SearchConditions {
  private(set) var conditions: [SQL] = []

  init(_ request: SearchRequest) {
    if let collections = request.collections { inCollections(collections) }
    if let ids = request.ids { conditions.append("i.id = ANY(\(texts: ids))") }
    if let box = request.boundingBox { meets(box) }
    if let geometry = request.intersects { conditions.append(Self.intersects(geometry)) }
    if let interval = request.datetime { meets(interval) }
  }

  /// The conditions as one, `true` where there is none.
  var sql: SQL { conditions.isEmpty ? "true" : conditions.joined(separator: " AND ") }

  private mutating func inCollections(_ ids: [String]) {
    conditions.append(
      "i.collection_key = ANY(ARRAY(SELECT key FROM gnomon.collections WHERE id = ANY(\(texts: ids))))")
  }

  /// The item's stretch of time and the interval have an instant in common.
  private mutating func meets(_ interval: DatetimeInterval) {
    if let end = interval.end { conditions.append("i.start_datetime <= \(timestamp: end)") }
    if let start = interval.start { conditions.append("i.end_datetime >= \(timestamp: start)") }
  }

  /// The item's geometry meets a part of the box; heights count where both have them.
  private mutating func meets(_ box: BoundingBox) {
    let parts = box.parts.map { Self.intersects($0.area) }
    conditions.append("(\(parts.joined(separator: " OR ")))")
    guard let heights = box.heights else { return }
    conditions.append(
      """
      (ST_Zmflag(i.geometry) < 2 OR ST_ZMax(i.geometry) >= \(heights.lowerBound) \
      AND ST_ZMin(i.geometry) <= \(heights.upperBound))
      """)
  }

  /// Two-dimensional intersection; a geometry that crosses itself is made valid first.
  private static func intersects(_ geometry: Geometry) -> SQL {
    "ST_Intersects(i.geometry, \(validated: geometry))"
  }
}

extension BoundingBox {
  /// The box as a geometry: a polygon, or the line or point that it has shrunk to.
  fileprivate var area: Geometry {
    let southWest = Position(longitude: west, latitude: south)
    let northEast = Position(longitude: east, latitude: north)
    if west == east, south == north { return .point(southWest) }
    if west == east || south == north { return .lineString([southWest, northEast]) }
    let southEast = Position(longitude: east, latitude: south)
    let northWest = Position(longitude: west, latitude: north)
    return .polygon([[southWest, southEast, northEast, northWest, southWest]])
  }
}

extension SQL.StringInterpolation {
  /// A bound array of texts.
  mutating func appendInterpolation(texts: [String]) { appendInterpolation(SQL.Bind.textArray(texts)) }

  /// A bound instant.
  mutating func appendInterpolation(timestamp: Timestamp) {
    appendInterpolation(SQL.Bind.timestamp(microseconds: timestamp.microseconds))
  }

  /// A bound geometry, made valid where it is not.
  mutating func appendInterpolation(validated geometry: Geometry) {
    appendInterpolation("ST_MakeValid(\(ewkb: geometry.extendedWKB))" as SQL)
  }
}
