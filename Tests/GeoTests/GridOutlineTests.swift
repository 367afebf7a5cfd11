import Foundation
import Geo
import Testing

/// Outlines of grids, held against the places of their pixels.
@Suite struct GridOutlineTests {
  private static let half = 20_037_508.342789244

  struct Example: Sendable, CustomTestStringConvertible {
    var name: String
    var epsg: Int
    var west: Double
    var north: Double
    var pixel: Double
    var width: Int
    var height: Int
    /// The box that is expected, where it is known; degrees.
    var box: [Double]?

    var testDescription: String { name }
    func grid() throws -> RasterGrid {
      try Fixtures.grid(epsg: epsg, west: west, north: north, pixel: pixel, width: width, height: height)
    }
  }

  static let examples: [Example] = [
    Example(name: "a small tile", epsg: 32721, west: 500_000, north: 9_000_000, pixel: 10, width: 100, height: 80),
    Example(
      name: "a tile at 74 north", epsg: 32633, west: 500_000, north: 8_300_040, pixel: 1000, width: 110, height: 110),
    Example(name: "400 km of UTM", epsg: 32633, west: 300_000, north: 6_000_000, pixel: 2000, width: 200, height: 200),
    Example(name: "UTM over 180", epsg: 32760, west: 790_000, north: 8_117_000, pixel: 1000, width: 60, height: 20),
    Example(
      name: "nearly the world", epsg: 3857, west: -half, north: 15_000_000, pixel: half / 270, width: 539, height: 400),
    Example(
      name: "the world", epsg: 3857, west: -half, north: half, pixel: half / 100, width: 200, height: 200,
      box: [-180, -85.0511288, 180, 85.0511288]),
    Example(
      name: "more than the world", epsg: 3857, west: 0, north: 10_000_000, pixel: half / 100, width: 201, height: 100),
    Example(
      name: "equal area", epsg: 6933, west: -17_200_000, north: 6_000_000, pixel: 86_000, width: 400, height: 139),
    Example(name: "the north", epsg: 3413, west: -1e6, north: 2e6, pixel: 50_000, width: 60, height: 70),
    Example(name: "beside the north pole", epsg: 3413, west: 0, north: 1e6, pixel: 25_000, width: 40, height: 40),
    Example(name: "the pole on an edge", epsg: 3413, west: 0, north: 1e6, pixel: 25_000, width: 40, height: 90),
    Example(name: "the south", epsg: 3031, west: -3e6, north: 3e6, pixel: 50_000, width: 120, height: 120),
    Example(name: "Europe in LAEA", epsg: 3035, west: 2e6, north: 6e6, pixel: 20_000, width: 250, height: 250),
    Example(name: "LAEA over the pole", epsg: 3035, west: 2e6, north: 11e6, pixel: 50_000, width: 100, height: 100),
    Example(
      name: "degrees", epsg: 4326, west: 10, north: 50, pixel: 0.1, width: 20, height: 10, box: [10, 49, 12, 50]),
    Example(
      name: "degrees from 0 to 360", epsg: 4326, west: 0, north: 90, pixel: 1, width: 360, height: 180,
      box: [-180, -90, 180, 90]),
    Example(
      name: "degrees from 170 to 190", epsg: 4326, west: 170, north: 10, pixel: 1, width: 20, height: 20,
      box: [170, -10, -170, 10]),
    Example(
      name: "degrees beyond the poles", epsg: 4326, west: -180.5, north: 90.5, pixel: 1, width: 360, height: 181,
      box: [-180, -90, 180, 90]),
  ]

  @Test(arguments: examples)
  func `an outline is valid and holds the places of all pixels and no others`(example: Example) throws {
    let grid = try example.grid()
    let outline = try GridOutline(of: grid)
    let fault = try GEOSContext().validityFault(of: outline.parts)
    #expect(fault == nil)
    for point in outline.parts.flatMap(\.rings).joined() {
      #expect(abs(point.longitude) <= 180 && abs(point.latitude) <= 90)
    }
    if let box = example.box { #expect(outline.box.numbers == box) }
    #expect(outline.parts.flatMap(\.exterior).count < 2500)
    try Self.checkPlaces(outline, grid)
    try Self.checkBox(outline)
  }

  /// Places half a pixel inside the border lie in the outline, places half a pixel outside do not.
  private static func checkPlaces(_ outline: GridOutline, _ grid: RasterGrid) throws {
    let transform = try CoordinateTransform(from: grid.referenceSystem, to: .longitudeLatitude())
    var missing = 0
    for column in 0..<grid.width {
      for row in 0..<grid.height {
        let isBorder = column == 0 || row == 0 || column == grid.width - 1 || row == grid.height - 1
        guard isBorder || (column % 5 == 0 && row % 5 == 0) else { continue }
        let place = grid.geoTransform.point(column: Double(column) + 0.5, row: Double(row) + 0.5)
        guard let point = transform.transform(place), abs(point.y) < 90 else { continue }
        if !holds(outline, point) { missing += 1 }
      }
    }
    #expect(missing == 0)
    var extra = 0
    let around =
      (-1...grid.width).flatMap { [($0, -1), ($0, grid.height)] }
      + (0..<grid.height).flatMap { [(-1, $0), (grid.width, $0)] }
    let back = try CoordinateTransform(from: .longitudeLatitude(), to: grid.referenceSystem)
    let inverse = try #require(grid.geoTransform.inverse)
    for (column, row) in around {
      let place = grid.geoTransform.point(column: Double(column) + 0.5, row: Double(row) + 0.5)
      guard let point = transform.transform(place), abs(point.y) < 90 else { continue }
      // A plane that repeats the Earth shows the place in the grid again: only places with one image count.
      guard let image = back.transform(point) else { continue }
      let there = inverse.point(column: image.x, row: image.y)
      guard abs(there.x - Double(column) - 0.5) < 0.01, abs(there.y - Double(row) - 0.5) < 0.01 else { continue }
      let isAround = outline.box.east - outline.box.west == 360 && (outline.box.north < 90 || back.isIdentity)
      if isAround, column < 0 || column >= grid.width { continue }
      if holds(outline, point) { extra += 1 }
    }
    #expect(extra == 0)
  }

  /// Every position lies in the box, and each side of it is met.
  private static func checkBox(_ outline: GridOutline) throws {
    let box = outline.box
    let points = outline.parts.flatMap(\.exterior)
    #expect(points.map(\.latitude).min() == box.south && points.map(\.latitude).max() == box.north)
    #expect(points.contains { $0.longitude == box.west } && points.contains { $0.longitude == box.east })
    let outside = points.filter { point in
      box.west <= box.east
        ? point.longitude < box.west || point.longitude > box.east
        : point.longitude < box.west && point.longitude > box.east
    }
    #expect(outside.isEmpty)
  }

  @Test func `the outline of a polar grid has the area of its pixels`() throws {
    // EPSG:6933 is an equal-area cylinder: square metres there are square metres on the Earth.
    let grid = try Fixtures.grid(epsg: 3413, west: -1e6, north: 2e6, pixel: 50_000, width: 60, height: 70)
    let outline = try GridOutline(of: grid)
    #expect(outline.box.west == -180 && outline.box.east == 180 && outline.box.north == 90)
    let map = try PixelBlock<UInt8>(width: 60, height: 70, values: [UInt8](repeating: 1, count: 4200), noData: 0)
    let whole = try #require(try Fixtures.polygons(map, on: grid).first)
    let flat = try CoordinateTransform(from: .longitudeLatitude(), to: CoordinateReferenceSystem(epsg: 6933))
    func area(_ polygons: [GeographicPolygon]) throws -> Double {
      var sum = 0.0
      for ring in polygons.flatMap(\.rings) {
        for (a, b) in zip(ring, ring.dropFirst()) {
          // Edges are straight in longitude and latitude: they are followed there.
          for piece in 0..<200 {
            let ends = [piece, piece + 1].map { Double($0) / 200 }.map { share in
              flat.transform(
                Point(
                  x: a.longitude + (b.longitude - a.longitude) * share,
                  y: a.latitude + (b.latitude - a.latitude) * share))
            }
            let (from, to) = (try #require(ends[0]), try #require(ends[1]))
            sum += (from.x * to.y - to.x * from.y) / 2
          }
        }
      }
      return sum
    }
    let measured = try area(outline.parts)
    #expect(abs(measured / whole.areaSquareMetres - 1) < 5e-3)
  }

  @Test func `a disk of the Earth is enclosed, and what lies nowhere is refused`() throws {
    // An orthographic view: the corners of the grid lie beside the Earth.
    let view = try CoordinateReferenceSystem(
      wkt: """
        PROJCRS["view",BASEGEOGCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563]]],\
        CONVERSION["view",METHOD["Orthographic",ID["EPSG",9840]],PARAMETER["Latitude of natural origin",0],\
        PARAMETER["Longitude of natural origin",20],PARAMETER["False easting",0],PARAMETER["False northing",0]],\
        CS[Cartesian,2],AXIS["easting",east],AXIS["northing",north],LENGTHUNIT["metre",1]]
        """)
    let disk = RasterGrid(
      width: 100, height: 86,
      geoTransform: GeoTransform(west: -6.4e6, north: 5.5e6, pixelWidth: 128_000, pixelHeight: 128_000),
      referenceSystem: view)
    let outline = try GridOutline(of: disk)
    #expect(try GEOSContext().validityFault(of: outline.parts) == nil)
    // Ninety degrees on both sides of 20 east, and 59.6 to the north: held, with up to ten degrees more.
    #expect((-90 ... -70).contains(outline.box.west) && (110...130).contains(outline.box.east))
    #expect((59.6...75).contains(outline.box.north) && (-75 ... -59.6).contains(outline.box.south))
    let beside = RasterGrid(
      width: 10, height: 10,
      geoTransform: GeoTransform(west: 7e6, north: 9e6, pixelWidth: 1000, pixelHeight: 1000), referenceSystem: view)
    let error = try #require(throws: GeoError.self) { try GridOutline(of: beside) }
    #expect(error.reason == .referenceSystem)
  }

  /// Even-odd over each polygon.
  private static func holds(_ outline: GridOutline, _ place: Point) -> Bool {
    let point = Point(x: place.x - 360 * ((place.x + 180) / 360).rounded(.down), y: place.y)
    return holdsWithinTurn(outline, point)
  }

  private static func holdsWithinTurn(_ outline: GridOutline, _ point: Point) -> Bool {
    outline.parts.contains { polygon in
      var inside = false
      for ring in polygon.rings {
        for (a, b) in zip(ring, ring.dropFirst()) where (a.latitude > point.y) != (b.latitude > point.y) {
          let part = (point.y - a.latitude) / (b.latitude - a.latitude)
          if point.x < a.longitude + part * (b.longitude - a.longitude) { inside.toggle() }
        }
      }
      return inside
    }
  }
}
