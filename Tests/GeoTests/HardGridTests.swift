import Foundation
import Geo
import Testing
import Vectors

/// Grids that bend the rules: tiny pixels, the antimeridian, poles, rotation, south up.
@Suite struct HardGridTests {
  @Test(arguments: [0, 1500.0])
  func `noise over the antimeridian is valid, keeps its area and is cut where its neighbours are`(
    tolerance: Double
  ) throws {
    let map = try Fixtures.noise(width: 60, height: 20, classes: 2, seed: 4)
    let grid = try Fixtures.grid(epsg: 32760, west: 790_000, north: 8_117_000, pixel: 1000, width: 60, height: 20)
    let outcome = try Self.check(map, grid, tolerance: tolerance)
    #expect(outcome.summary.pixelCount == map.validCount)
    #expect(outcome.polygons.contains { $0.geometry.count > 1 })
    #expect(outcome.polygons.allSatisfy { $0.box.west > 179 || $0.box.east < -179 })
    let mean = outcome.summary.areaSquareMetres / Double(map.validCount)
    // 1,197,914,573.99 square metres over 1,200 pixels, see PolygonizerTests.
    #expect(abs(mean - 1_197_914_573.99 / 1200) < 50)
  }

  @Test(arguments: [(3413, 0.0, 0.0), (3413, 0.5, 0), (3031, 0, 40_000), (3031, 0.5, 0), (3413, 0.3, 40_000)])
  func `noise over a pole is valid and its areas sum to the whole`(
    epsg: Int, shift: Double, tolerance: Double
  ) throws {
    let size = 20
    let west = -25_000 * (10 + shift)
    let grid = try Fixtures.grid(epsg: epsg, west: west, north: -west, pixel: 25_000, width: size, height: size)
    let one = try PixelBlock<UInt8>(
      width: size, height: size, values: [UInt8](repeating: 1, count: 400), noData: 0)
    let whole = try Self.check(one, grid)
    var values = try Fixtures.noise(width: size, height: size, classes: 2, seed: 5).values
    for index in values.indices where values[index] == 0 { values[index] = 3 }
    let noise = try Self.check(
      PixelBlock(width: size, height: size, values: values, noData: 0), grid, tolerance: tolerance)
    #expect(whole.summary.componentCount == 1)
    #expect(noise.summary.pixelCount == 400 && noise.summary.collapsed == 0)
    #expect(EdgeSheet(noise.polygons).borders(1_800_000_000) == 1)
    let difference = noise.summary.areaSquareMetres / whole.summary.areaSquareMetres - 1
    #expect(abs(difference) < 1e-9)
  }

  /// Projections upon a cylinder, with half of their width in metres and how far north their maps reach.
  static let cylinders: [(epsg: Int, half: Double, north: Double)] = [
    (3857, 20_037_508.342789244, 15_000_000), (3395, 20_037_508.342789244, 15_000_000),
    (3832, 20_037_508.342789244, 12_000_000), (6933, 17_367_530.445161372, 7_200_000),
    (4087, 20_037_508.342789244, 10_018_754.171394622),
  ]

  @Test(arguments: cylinders, [0, 20_000.0])
  func `noise around the Earth is settled up to the antimeridian`(
    cylinder: (epsg: Int, half: Double, north: Double), tolerance: Double
  ) throws {
    let (width, height) = (72, 40)
    let grid = RasterGrid(
      width: width, height: height,
      geoTransform: GeoTransform(
        west: -cylinder.half, north: cylinder.north, pixelWidth: 2 * cylinder.half / Double(width),
        pixelHeight: 2 * cylinder.north / Double(height)),
      referenceSystem: try CoordinateReferenceSystem(epsg: cylinder.epsg))
    let map = try Fixtures.noise(width: width, height: height, classes: 3, seed: 8)
    let outcome = try Self.check(map, grid, tolerance: tolerance)
    #expect(outcome.summary.pixelCount == map.validCount)
    #expect(outcome.summary.collapsed == 0)
  }

  @Test func `a ring of pixels around the pole has the pole outside`() throws {
    let map = try Fixtures.map(["11111", "1...1", "1...1", "1...1", "11111"])
    let grid = try Fixtures.grid(epsg: 3413, west: -62_500, north: 62_500, pixel: 25_000, width: 5, height: 5)
    let outcome = try Self.check(map, grid)
    let polygon = try #require(outcome.polygons.first)
    #expect(polygon.pixelCount == 16)
    #expect(polygon.box.north < 90 && polygon.box.west == -180 && polygon.box.east == 180)
  }

  @Test func `a rotated and a south up grid give valid polygons with the area of their pixels`() throws {
    let map = try Fixtures.noise(width: 30, height: 30, classes: 2, seed: 6)
    let utm = try CoordinateReferenceSystem(epsg: 32633)
    let transforms = [
      GeoTransform(originX: 359_130, columnX: 8, rowX: 6, originY: 5_352_340, columnY: 6, rowY: -8),
      GeoTransform(originX: 359_130, columnX: 10, originY: 5_352_340, rowY: 10),
    ]
    for transform in transforms {
      let grid = RasterGrid(width: 30, height: 30, geoTransform: transform, referenceSystem: utm)
      let outcome = try Self.check(map, grid)
      #expect(outcome.summary.pixelCount == map.validCount)
      #expect(abs(outcome.summary.areaSquareMetres / Double(map.validCount) - 100) < 0.1)
    }
  }

  @Test func `pixels of a global sinusoidal map whose corners lie off the Earth are refused, and others kept`() throws {
    let sinusoidal = try CoordinateReferenceSystem(
      wkt: """
        PROJCS["Sinusoidal",GEOGCS["Sphere",DATUM["Sphere",SPHEROID["Sphere",6371007.181,0]],PRIMEM["Greenwich",0],\
        UNIT["degree",0.0174532925199433]],PROJECTION["Sinusoidal"],PARAMETER["longitude_of_center",0],\
        PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1]]
        """)
    let grid = RasterGrid(
      width: 36, height: 18,
      geoTransform: GeoTransform(
        west: -20_015_109.354, north: 10_007_554.677, pixelWidth: 1_111_950.519667, pixelHeight: 1_111_950.519667),
      referenceSystem: sinusoidal)
    let all = try PixelBlock<UInt8>(
      width: 36, height: 18, values: (0..<648).map { UInt8(1 + $0 % 2) }, noData: 0)
    let error = try #require(throws: GeoError.self) { try Fixtures.outcome(all, on: grid) }
    #expect(error.reason == .referenceSystem && error.summary.contains("off the Earth"))
    // Which corner, and what to do.
    #expect(error.summary.contains(", row 0 of the map)") && error.summary.contains("bbox"))
    // Pixels with all corners on the Earth: within 180 degrees of the middle at their nearest to a pole.
    let values = (0..<648).map { index -> UInt8 in
      let (column, row) = (index % 36, index / 36)
      let latitude = Double(max(abs(9 - row), abs(8 - row))) * 10 * .pi / 180
      let reach = Double(max(abs(column - 18), abs(column - 17)))
      return reach <= 18 * cos(latitude) ? UInt8(1 + (column * 7 + row * 3) % 3) : 0
    }
    let outcome = try Self.check(PixelBlock(width: 36, height: 18, values: values, noData: 0), grid)
    #expect(outcome.summary.pixelCount == values.count { $0 > 0 })
  }

  @Test func `coordinates beyond any Earth are an error, at once`() throws {
    let map = try Fixtures.map(["11", "12"])
    let transform = GeoTransform(west: 500_000, north: 5_000_000, pixelWidth: 10, pixelHeight: 1e43)
    let grid = RasterGrid(
      width: 2, height: 2, geoTransform: transform, referenceSystem: try CoordinateReferenceSystem(epsg: 32633))
    let error = try #require(throws: GeoError.self) { try Polygonizer(grid: grid).run(map, deliver: { _ in }) }
    #expect(error.reason == .referenceSystem)
  }

  @Test(arguments: [1e12, -1e15, 1e300])
  func `longitudes that no turn of the Earth reaches are an error or polygons on it`(west: Double) throws {
    let map = try Fixtures.map(["11", "12"])
    let grid = RasterGrid(
      width: 2, height: 2, geoTransform: GeoTransform(west: west, north: 10, pixelWidth: 0.01, pixelHeight: 0.01),
      referenceSystem: try CoordinateReferenceSystem(epsg: 4326))
    var polygons: [ClassPolygon] = []
    let outcome = Result { try Polygonizer(grid: grid).run(map, deliver: { polygons.append($0) }) }
    for point in polygons.flatMap(\.geometry).flatMap(\.rings).joined() { #expect(abs(point.longitude) <= 180) }
    if case .failure(let error) = outcome { #expect((error as? GeoError)?.reason == .referenceSystem) }
  }

  @Test func `one component of many pixels with many holes is one valid polygon`() throws {
    let size = 121
    let values = (0..<(size * size)).map { UInt8($0 % size % 2 == 1 && $0 / size % 2 == 1 ? 2 : 1) }
    let map = try PixelBlock(width: size, height: size, values: values, noData: 0)
    let grid = try Fixtures.grid(epsg: 32633, west: 359_130, north: 5_352_340, pixel: 10, width: size, height: size)
    let outcome = try Self.check(map, grid)
    #expect(outcome.polygons[0].geometry[0].holes.count == 3600)
    #expect(outcome.polygons[0].pixelCount == size * size - 3600)
  }

  /// Runs the polygonizer and checks what must hold for every polygon.
  private static func check(
    _ map: PixelBlock<UInt8>, _ grid: RasterGrid, tolerance: Double = 0
  ) throws -> Fixtures.Outcome {
    let shaper = tolerance > 0 ? ArcSimplification(metres: tolerance) : nil
    let outcome = try Fixtures.outcome(map, on: grid, options: .init(shaper: shaper))
    let context = GEOSContext()
    #expect(outcome.summary.unsettled == 0)
    let sheet = EdgeSheet(outcome.polygons)
    #expect(sheet.repeated == 0 && sheet.crossings == 0)
    for polygon in outcome.polygons {
      let fault = try context.validityFault(of: polygon.geometry)
      #expect(fault == nil)
      for point in polygon.geometry.flatMap(\.rings).joined() {
        #expect(abs(point.longitude) <= 180 && abs(point.latitude) <= 90)
        #expect(polygon.unit.rounded(point.longitude) == point.longitude)
      }
      #expect(polygon.areaSquareMetres > 0)
    }
    return outcome
  }
}
