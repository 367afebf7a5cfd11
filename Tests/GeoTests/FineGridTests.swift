import Foundation
import Geo
import Testing
import Vectors

/// Pixels of drones: of some centimetres and less, on every kind of grid.
@Suite struct FineGridTests {
  enum Kind: CaseIterable { case geographic, rotatedGeographic, projected, rotated }

  static let cases = Kind.allCases.flatMap { kind in [0.10, 0.03, 0.01, 0.002].map { (kind, $0) } }

  /// A grid in the middle of Europe; `pixel` in metres.
  private static func grid(_ kind: Kind, _ pixel: Double, _ size: Int) throws -> RasterGrid {
    let (cosine, sine) = (cos(0.6) * pixel, sin(0.6) * pixel)
    let degree = 111_195.0
    let transform =
      switch kind {
      case .geographic:
        GeoTransform(west: 13.1234567, north: 48.2, pixelWidth: pixel / degree * 1.5, pixelHeight: pixel / degree)
      case .rotatedGeographic:
        GeoTransform(
          originX: 13.1234567, columnX: cosine / degree, rowX: sine / degree, originY: 48.2, columnY: sine / degree,
          rowY: -cosine / degree)
      case .projected: GeoTransform(west: 359_130.123, north: 5_352_340.456, pixelWidth: pixel, pixelHeight: pixel)
      case .rotated:
        GeoTransform(
          originX: 359_130.123, columnX: cosine, rowX: sine, originY: 5_352_340.456, columnY: sine, rowY: -cosine)
      }
    let isProjected = kind == .projected || kind == .rotated
    return RasterGrid(
      width: size, height: size, geoTransform: transform,
      referenceSystem: try CoordinateReferenceSystem(epsg: isProjected ? 32633 : 4326))
  }

  /// Classes without a hole of no data, so that the map has one border.
  private static func map(_ size: Int, seed: UInt64) throws -> PixelBlock<UInt8> {
    let noise = try Fixtures.noise(width: size, height: size, classes: 3, seed: seed)
    return try PixelBlock(width: size, height: size, values: noise.values.map { max($0, 1) }, noData: 0)
  }

  @Test(arguments: cases)
  func `every area keeps its polygon, without overlap and without gap`(kind: Kind, pixel: Double) throws {
    let size = 40
    let grid = try Self.grid(kind, pixel, size)
    let map = try Self.map(size, seed: 7)
    let one = try PixelBlock<UInt8>(
      width: size, height: size, values: [UInt8](repeating: 1, count: size * size), noData: 0)
    let whole = try #require(try Fixtures.polygons(one, on: grid).first)
    for tolerance in [0, 1.5 * pixel] {
      let shaper = tolerance > 0 ? ArcSimplification(metres: tolerance) : nil
      let outcome = try Fixtures.outcome(map, on: grid, options: .init(shaper: shaper))
      let (polygons, summary) = (outcome.polygons, outcome.summary)
      #expect(summary.collapsed == 0 && summary.unsettled == 0)
      #expect(polygons.count == summary.componentCount && polygons.count > 500)
      #expect(summary.pixelCount == size * size)
      let sheet = EdgeSheet(polygons)
      #expect(sheet.repeated == 0 && sheet.crossings == 0)
      #expect(sheet.borders(Int(180 * polygons[0].unit.perDegree)) == 1)
      let context = GEOSContext()
      for polygon in polygons { #expect(try context.validityFault(of: polygon.geometry) == nil) }
      #expect(abs(summary.areaSquareMetres / whole.areaSquareMetres - 1) < 1e-9)
      for polygon in polygons {
        let expected = whole.areaSquareMetres * Double(polygon.pixelCount) / Double(size * size)
        #expect(abs(polygon.areaSquareMetres / expected - 1) < 1e-6)
      }
    }
  }

  @Test(arguments: [(10.0, 7), (0.5, 7), (0.1, 8), (0.03, 9), (0.01, 9), (0.002, 10)])
  func `there are as many decimals as tell pixels apart`(pixel: Double, decimals: Int) throws {
    let polygons = try Fixtures.polygons(Fixtures.map(["12", "21"]), on: Self.grid(.projected, pixel, 2))
    #expect(polygons.map(\.unit.decimals) == [decimals, decimals, decimals, decimals])
    try Fixtures.withFolder { folder in
      let path = folder.appendingPathComponent("polygons.geojson").path
      let writer = try GeoJSONWriter(path: path, classes: [])
      for polygon in polygons { try writer.write(polygon) }
      try writer.finish()
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let numbers = text.matches(of: /(?:13|48)\.\d+/).map { $0.output.count - 3 }
      #expect(numbers.max() == decimals)
      // What is read back is what was written, to the bit.
      let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
      let features = try #require(parsed?["features"] as? [[String: Any]])
      for (feature, polygon) in zip(features, polygons) {
        let geometry = try #require(feature["geometry"] as? [String: Any])
        let ring = try #require((geometry["coordinates"] as? [[[Double]]])?.first)
        #expect(ring == polygon.geometry[0].exterior.map { [$0.longitude, $0.latitude] })
        let area = try #require((feature["properties"] as? [String: Any])?["area_m2"] as? Double)
        #expect(abs(area / polygon.areaSquareMetres - 1) < 1e-3)
      }
    }
  }

  @Test(arguments: Kind.allCases)
  func `areas do not depend on the size of pixels`(kind: Kind) throws {
    func area(_ pixel: Double, _ size: Int) throws -> Double {
      let map = try PixelBlock<UInt8>(
        width: size, height: size, values: [UInt8](repeating: 1, count: size * size), noData: 0)
      return try Fixtures.outcome(map, on: Self.grid(kind, pixel, size)).summary.areaSquareMetres
    }
    let expected = try area(0.4, 3)
    for (pixel, size) in [(0.1, 12), (0.01, 120), (0.004, 300)] {
      #expect(abs(try area(pixel, size) / expected - 1) < 1e-9)
    }
  }

  @Test func `pixels of a centimetre at the antimeridian have the area of those elsewhere`() throws {
    let map = try Self.map(30, seed: 8)
    let pixel = 9e-8
    let near = try Fixtures.grid(epsg: 4326, west: 180 - 15 * pixel, north: 1e-6, pixel: pixel, width: 30, height: 30)
    let far = try Fixtures.grid(epsg: 4326, west: 0, north: 1e-6, pixel: pixel, width: 30, height: 30)
    let (one, other) = (try Fixtures.outcome(map, on: near), try Fixtures.outcome(map, on: far))
    #expect(abs(one.summary.areaSquareMetres / other.summary.areaSquareMetres - 1) < 1e-9)
    #expect(one.polygons.count == other.polygons.count)
    #expect(one.polygons.contains { $0.geometry.count > 1 })
    let sheet = EdgeSheet(one.polygons)
    #expect(sheet.repeated == 0 && sheet.crossings == 0)
    #expect(sheet.borders(Int(180 * one.polygons[0].unit.perDegree)) == 1)
  }

  @Test func `pixels that no decimals tell apart are counted as collapsed or not settled`() throws {
    let grid = try Fixtures.grid(epsg: 4326, west: 13, north: 48, pixel: 2e-11, width: 30, height: 30)
    let outcome = try Fixtures.outcome(Self.map(30, seed: 9), on: grid)
    let summary = outcome.summary
    #expect(summary.collapsed > 0)
    #expect(summary.polygonCount == outcome.polygons.count)
    #expect(summary.polygonCount + summary.collapsed == summary.componentCount)
  }
}
