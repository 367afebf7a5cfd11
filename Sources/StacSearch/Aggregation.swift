/// One aggregation of the items that a search finds.
///
/// Source: STAC API aggregation extension 0.3.0.
public struct Aggregation: Sendable, Hashable {
  /// What is computed.
  public enum Kind: Sendable, Hashable {
    /// `total_count`: how many items there are.
    case totalCount
    /// `<property>_min`: the least value.
    case minimum(String)
    /// `<property>_max`: the greatest value.
    case maximum(String)
    /// `<property>_frequency`: how many items have which value, or which range of values.
    case frequency(String)
    /// `centroid_<grid>_grid_frequency`: how many items have their centroid in which cell.
    case centroids(GeographicGrid)
  }

  /// The name that was asked for, which the answer repeats.
  public let name: String
  public let kind: Kind
  /// The width of the buckets of a frequency over time (`<name>_interval`); nil leaves it to the catalog.
  public var interval: CalendarUnit?
  /// The fineness of a grid (`<name>_precision`): characters of a geohash, zoom of a tile; nil leaves it to the catalog.
  public var precision: Int?

  public init(name: String, kind: Kind, interval: CalendarUnit? = nil, precision: Int? = nil) {
    self.name = name
    self.kind = kind
    self.interval = interval
    self.precision = precision
  }

  /// Reads a name; nil where it has none of the forms. Whether the property exists is for the caller to see.
  public init?(name: String) {
    guard name.utf8.count <= 512 else { return nil }
    self.name = name
    if name == "total_count" {
      kind = .totalCount
    } else if let grid = GeographicGrid.allCases.first(where: { name == $0.aggregationName }) {
      kind = .centroids(grid)
    } else if let property = Self.property(name, before: "_frequency") {
      kind = .frequency(property)
    } else if let property = Self.property(name, before: "_min") {
      kind = .minimum(property)
    } else if let property = Self.property(name, before: "_max") {
      kind = .maximum(property)
    } else {
      return nil
    }
  }

  /// Names by which the extension and other catalogs call properties, without their prefixes.
  private static let propertiesByShortName = [
    "cloud_cover": "eo:cloud_cover", "snow_cover": "eo:snow_cover", "sun_elevation": "view:sun_elevation",
    "sun_azimuth": "view:sun_azimuth", "off_nadir": "view:off_nadir", "grid_code": "grid:code",
  ]

  private static func property(_ name: String, before suffix: String) -> String? {
    guard name.hasSuffix(suffix), name.utf8.count > suffix.utf8.count else { return nil }
    let property = String(name.dropLast(suffix.count))
    return propertiesByShortName[property] ?? property
  }
}

/// A stretch of the calendar in UTC, as the buckets of a frequency over time have it.
public enum CalendarUnit: String, Sendable, Hashable, CaseIterable {
  case year, month, week, day, hour, minute, second
}

/// A grid of cells over the whole earth.
public enum GeographicGrid: String, Sendable, Hashable, CaseIterable {
  /// Geohash cells; the precision is the number of characters.
  case geohash
  /// Tiles of Web Mercator, named zoom/column/row; the precision is the zoom.
  case geotile

  /// The name of the aggregation over this grid.
  public var aggregationName: String { "centroid_\(rawValue)_grid_frequency" }
  /// The precisions that can be asked for.
  public var precisions: ClosedRange<Int> {
    switch self {
    case .geohash: 1...12
    case .geotile: 0...29
    }
  }
}
