/// A format that polygons are written in.
public enum VectorFormat: String, Hashable, Sendable, CaseIterable {
  /// GeoJSON (RFC 7946).
  case geoJSON = "geojson"
  /// FlatGeobuf, with a spatial index.
  case flatGeobuf = "flatgeobuf"
  /// GeoPackage (OGC 12-128), with a spatial index.
  case geoPackage = "geopackage"

  /// What the file of a result is called.
  public var fileName: String {
    switch self {
    case .geoJSON: "polygons.geojson"
    case .flatGeobuf: "polygons.fgb"
    case .geoPackage: "polygons.gpkg"
    }
  }

  /// The media type of its files.
  public var mediaType: String {
    switch self {
    case .geoJSON: "application/geo+json"
    case .flatGeobuf: "application/vnd.flatgeobuf"
    case .geoPackage: "application/geopackage+sqlite3"
    }
  }
}
