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
    meanConfidence = jointConfidence(other)
    confidencePixelCount += other.confidencePixelCount
    pixelCount += other.pixelCount
    areaSquareMetres += other.areaSquareMetres
    geometry += other.geometry
    box = box.joined(other.box)
  }

  /// The mean over the pixels of both that have a confidence: filled ones have none and do not weigh.
  private func jointConfidence(_ other: ClassPolygon) -> Double? {
    guard let mean = meanConfidence, let otherMean = other.meanConfidence else {
      return meanConfidence ?? other.meanConfidence
    }
    let (count, otherCount) = (Double(confidencePixelCount), Double(other.confidencePixelCount))
    return (mean * count + otherMean * otherCount) / (count + otherCount)
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
