import Geo
public import StacModel

/// Where a map lies in longitude and latitude, cut at the antimeridian.
public struct Footprint: Sendable, Hashable {
  /// A Polygon, or a MultiPolygon on both sides of the antimeridian.
  public let geometry: Geometry
  /// West is greater than east where the antimeridian is crossed.
  public let box: BoundingBox

  /// The outline of a grid, as one pixel of the grid's size is outlined.
  init(_ grid: RasterGrid) throws {
    var whole = grid
    whole.geoTransform.columnX *= Double(grid.width)
    whole.geoTransform.columnY *= Double(grid.width)
    whole.geoTransform.rowX *= Double(grid.height)
    whole.geoTransform.rowY *= Double(grid.height)
    (whole.width, whole.height) = (1, 1)
    let pixel = try PixelBlock<UInt8>(width: 1, height: 1, values: [1], validity: [true])
    var found: ClassPolygon?
    _ = try Polygonizer(grid: whole).run(pixel) { found = $0 }
    guard let outline = found else {
      throw InferenceError(.unreadableImage, "The outline of the image cannot be expressed in longitude and latitude.")
    }
    let parts = outline.geometry.map { polygon in polygon.rings.map { $0.map(Self.position) } }
    geometry = parts.count == 1 ? .polygon(parts[0]) : .multiPolygon(parts)
    box = BoundingBox(
      west: Self.rounded(outline.box.west), south: Self.rounded(outline.box.south),
      east: Self.rounded(outline.box.east), north: Self.rounded(outline.box.north))
  }

  private static func position(_ point: GeographicPoint) -> Position {
    Position(longitude: rounded(point.longitude), latitude: rounded(point.latitude))
  }

  private static func rounded(_ degrees: Double) -> Double { (degrees * 1e7).rounded() / 1e7 }
}
