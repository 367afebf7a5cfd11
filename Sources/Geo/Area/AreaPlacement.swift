import Foundation

/// An area of interest on a raster's grid: the window it covers and the pixels in it.
public struct AreaPlacement: Sendable {
  /// The pixels of the raster that the area's box covers, within the raster.
  public let window: RasterWindow
  /// Rings in columns and rows of the raster; even-odd within each polygon.
  private let polygons: [[[Point]]]

  /// Places an area on a raster; throws `outsideImage` when no pixel centre of the raster lies in it.
  ///
  /// Edges are straight in longitude and latitude; on a projected grid they are followed to a twentieth of a pixel. The
  /// antimeridian is no border: an area east of it meets a raster that reaches over it from the west. Where a projection
  /// tears the Earth (Web Mercator at 180 degrees) areas are cut, and a raster wider than the Earth meets them twice.
  public init(_ area: AreaOfInterest, on grid: RasterGrid) throws(GeoError) {
    let placer = try AreaPlacer(grid)
    var placed: [[[Point]]] = []
    for polygon in area.polygons {
      for turn in [-360.0, 0, 360] { try placed += placer.copies(of: placer.place(polygon, turn)) }
    }
    let windows = placed.map { Self.window(around: $0, grid) }
    polygons = placed.indices.compactMap { windows[$0] == nil ? nil : placed[$0] }
    let covered = windows.compactMap(\.self)
    guard let first = covered.first else { throw Self.outside }
    window = covered.dropFirst().reduce(first) { $0.union($1) }
    guard hasPixel else { throw Self.outside }
  }

  /// Whether any pixel's centre lies in the area; looks at some rows at a time.
  private var hasPixel: Bool {
    let step = max(1, (1 << 20) / window.width)
    return stride(from: 0, to: window.height, by: step).contains { row in
      let height = min(step, window.height - row)
      let part = RasterWindow(column: window.column, row: window.row + row, width: window.width, height: height)
      return mask(of: part).contains(true)
    }
  }

  private static let outside = GeoError(
    .outsideImage, "AreaPlacement", "The area of interest lies outside the image, or holds no pixel's centre.")

  /// Whether each pixel's centre lies in the area, for the pixels of ``window``, row-major.
  public func mask() -> [Bool] { mask(of: window) }

  /// Whether each pixel's centre lies in the area, for the pixels of any window of the raster, row-major.
  public func mask(of window: RasterWindow) -> [Bool] {
    var mask = [Bool](repeating: false, count: window.pixelCount)
    for polygon in polygons {
      for (row, crossings) in Self.crossings(polygon, window).enumerated() {
        let sorted = crossings.sorted()
        for pair in stride(from: 0, to: sorted.count - 1, by: 2) {
          // Centres at column + 0.5 with from <= centre < to.
          let from = max(Self.index((sorted[pair] - 0.5).rounded(.up)), window.column)
          let to = min(Self.index((sorted[pair + 1] - 0.5).rounded(.up)), window.column + window.width)
          for column in stride(from: from, to: to, by: 1) {
            mask[row * window.width + column - window.column] = true
          }
        }
      }
    }
    return mask
  }

  /// Where the edges of a polygon cross the middle of each row of the window.
  private static func crossings(_ polygon: [[Point]], _ window: RasterWindow) -> [[Double]] {
    var crossings = [[Double]](repeating: [], count: window.height)
    for ring in polygon {
      for index in ring.indices {
        let a = ring[index]
        let b = ring[index + 1 == ring.count ? 0 : index + 1]
        let (low, high) = a.y < b.y ? (a, b) : (b, a)
        let first = max(Self.index((low.y - 0.5).rounded(.up)), window.row)
        let end = min(Self.index((high.y - 0.5).rounded(.up)), window.row + window.height)
        for row in stride(from: first, to: end, by: 1) {
          let part = (Double(row) + 0.5 - low.y) / (high.y - low.y)
          crossings[row - window.row].append(low.x + part * (high.x - low.x))
        }
      }
    }
    return crossings
  }

  /// A column or row as an integer; far outside every raster, and NaN, it is just far outside.
  private static func index(_ value: Double) -> Int { value.isNaN ? -4_000_000_000 : Int(min(max(value, -4e9), 4e9)) }

  private static func window(around rings: [[Point]], _ grid: RasterGrid) -> RasterWindow? {
    let points = rings.joined()
    guard let left = points.map(\.x).min(), let right = points.map(\.x).max(), let top = points.map(\.y).min(),
      let bottom = points.map(\.y).max()
    else { return nil }
    // An edge that is meant to lie on a pixel's edge must not take in the next pixel for a rounding error.
    let column = index((left + 1e-6).rounded(.down))
    let row = index((top + 1e-6).rounded(.down))
    let reach = RasterWindow(
      column: column, row: row, width: index((right - 1e-6).rounded(.up)) - column,
      height: index((bottom - 1e-6).rounded(.up)) - row)
    return grid.window.intersection(reach)
  }
}
