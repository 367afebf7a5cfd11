import Geo

/// Polygons of classes that become one feature each.
struct GatheredPolygons {
  private let values: Set<Int>
  private var features: [Int: ClassPolygon] = [:]

  /// - Parameter values: the classes whose polygons are gathered.
  init(values: Set<Int>) { self.values = values }

  /// Whether the polygon is one of those, and was taken.
  mutating func take(_ polygon: ClassPolygon) -> Bool {
    guard values.contains(polygon.value) else { return false }
    if features[polygon.value] == nil {
      features[polygon.value] = polygon
    } else {
      features[polygon.value]?.join(polygon)
    }
    return true
  }

  /// One feature for each class that has any, in the order of their values.
  var all: [ClassPolygon] { features.sorted { $0.key < $1.key }.map(\.value) }
}

extension ClassPolygon {
  /// Adds another polygon of the class, which does not overlap this one.
  fileprivate mutating func join(_ other: ClassPolygon) {
    let total = Double(pixelCount + other.pixelCount)
    if let mean = meanConfidence, let otherMean = other.meanConfidence {
      meanConfidence = (mean * Double(pixelCount) + otherMean * Double(other.pixelCount)) / total
    } else {
      meanConfidence = meanConfidence ?? other.meanConfidence
    }
    pixelCount += other.pixelCount
    areaSquareMetres += other.areaSquareMetres
    geometry += other.geometry
    box = box.joined(other.box)
  }
}

extension GeographicBox {
  /// A box around both; all longitudes where one of them crosses the antimeridian.
  fileprivate func joined(_ other: GeographicBox) -> GeographicBox {
    let crosses = west > east || other.west > other.east
    return GeographicBox(
      west: crosses ? -180 : min(west, other.west), south: min(south, other.south),
      east: crosses ? 180 : max(east, other.east), north: max(north, other.north))
  }
}
