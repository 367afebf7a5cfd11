import StacModel

/// Where the items of a sample are, so that those about a box are found without looking at each: small items are filed in a
/// grid under the cell of their western, southern corner.
struct SampledPlaces: Sendable {
  /// The size of a cell and of the largest item in one, in degrees.
  private static let cell = 10.0
  private static let columns = 36
  private static let rows = 18

  private var cells = [[CatalogSample.Place]](repeating: [], count: columns * rows)
  /// What is larger than a cell, or lies on both sides of the antimeridian.
  private var large: [CatalogSample.Place] = []

  init(_ places: [CatalogSample.Place]) {
    for place in places where place.south <= place.north {
      let (width, height) = (Double(place.east - place.west), Double(place.north - place.south))
      if width >= 0, width <= Self.cell, height <= Self.cell {
        cells[Self.row(Double(place.south)) * Self.columns + Self.column(Double(place.west))].append(place)
      } else {
        large.append(place)
      }
    }
  }

  private static func column(_ longitude: Double) -> Int { Int(max(0, min(35, (longitude + 180) / cell))) }

  private static func row(_ latitude: Double) -> Int { Int(max(0, min(17, (latitude + 90) / cell))) }

  /// The items that lie within some degrees of one of the boxes.
  func near(_ boxes: [BoundingBox], within degrees: Double) -> [CatalogSample.Place] {
    func isNear(_ place: CatalogSample.Place) -> Bool { boxes.contains { $0.isNear(place, within: degrees) } }
    var found = large.filter(isNear)
    var seen: Set<Int> = []
    for box in boxes {
      let columns = Self.column(box.west - degrees - Self.cell)...Self.column(box.east + degrees)
      for row in Self.row(box.south - degrees - Self.cell)...Self.row(box.north + degrees) {
        for column in columns where seen.insert(row * Self.columns + column).inserted {
          found += cells[row * Self.columns + column].lazy.filter(isNear)
        }
      }
    }
    return found
  }
}
