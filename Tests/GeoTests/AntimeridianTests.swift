import Foundation
import Geo
import SeededRandom
import Testing
import Vectors

/// Random maps across the antimeridian, on grids that lie on the Earth as on a plane.
@Suite struct AntimeridianTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var epsg: Int
    /// Where the middle of the grid lies.
    var latitude: Double
    /// Size of a pixel in units of the grid, and in metres.
    var pixel: Double
    var metres: Double
    /// Pixels that the antimeridian lies off the middle.
    var shift = 0.0
    var seed: UInt64 = 1

    var testDescription: String { "EPSG:\(epsg), \(pixel), off by \(shift), seed \(seed)" }
  }

  static let examples: [Example] = (UInt64(1)...2).flatMap { seed in
    [
      Example(epsg: 32660, latitude: 16, pixel: 10, metres: 10, seed: seed),
      Example(epsg: 32660, latitude: 16, pixel: 0.3, metres: 0.3, seed: seed),
      Example(epsg: 32601, latitude: 64, pixel: 10, metres: 10, shift: 3.3, seed: seed),
      Example(epsg: 32701, latitude: -17, pixel: 500, metres: 500, shift: -7, seed: seed),
      Example(epsg: 3857, latitude: -16, pixel: 10, metres: 10, shift: 0.5, seed: seed),
      Example(epsg: 3832, latitude: 40, pixel: 100, metres: 80, seed: seed),
      // The antimeridian along edges of pixels, and through their middles.
      Example(epsg: 4326, latitude: 50, pixel: 0.0001, metres: 10, seed: seed),
      Example(epsg: 4326, latitude: 50, pixel: 0.0001, metres: 10, shift: 0.5, seed: seed),
    ]
  }

  @Test(arguments: examples)
  func `polygons on both sides share all positions, without overlap and gap`(example: Example) throws {
    let (width, height) = (24, 16)
    let grid = try Self.grid(example, width, height)
    var generator = SeededGenerator(seed: example.seed)
    let values = (0..<(width * height)).map { _ in UInt8.random(in: 1...2, using: &generator) }
    let map = try PixelBlock(width: width, height: height, values: values, noData: 0)
    let simplification = ArcSimplification(metres: example.metres * 1.5)
    let shapers: [(any ArcShaper)?] = [
      nil, simplification, ArcSmoothing(iterations: 2),
      OutlineShaper(
        simplification: simplification, squaring: nil, smoothing: ArcSmoothing(iterations: 2)),
    ]
    for shaper in shapers {
      let outcome = try Fixtures.outcome(map, on: grid, options: .init(shaper: shaper))
      let polygons = outcome.polygons
      #expect(outcome.summary.unsettled == 0 && outcome.summary.collapsed == 0)
      #expect(polygons.contains { $0.box.west > $0.box.east } && polygons.contains { $0.box.east < 0 })
      // One border around everything: a gap would have one of its own.
      let sheet = EdgeSheet(polygons)
      let perDegree = Int(try #require(polygons.first).unit.perDegree)
      #expect(sheet.repeated == 0 && sheet.crossings == 0)
      #expect(sheet.borders(180 * perDegree) == 1)
      try Self.checkParts(polygons)
    }
  }

  /// Parts are valid, on the Earth, in their boxes, and there are two where a box crosses the antimeridian.
  private static func checkParts(_ polygons: [ClassPolygon]) throws {
    let context = GEOSContext()
    for polygon in polygons {
      let fault = try context.validityFault(of: polygon.geometry)
      #expect(fault == nil)
      let box = polygon.box
      #expect((polygon.geometry.count > 1) == (box.west > box.east))
      let places = polygon.geometry.flatMap(\.exterior)
      #expect(places.allSatisfy { abs($0.longitude) <= 180 })
      #expect(places.map(\.latitude).min() == box.south && places.map(\.latitude).max() == box.north)
      let western = places.filter { $0.longitude > 0 }.map(\.longitude)
      let eastern = places.filter { $0.longitude < 0 }.map(\.longitude)
      #expect((western.min() ?? eastern.min()) == box.west && (eastern.max() ?? western.max()) == box.east)
    }
  }

  private static func grid(_ example: Example, _ width: Int, _ height: Int) throws -> RasterGrid {
    let system = try CoordinateReferenceSystem(epsg: example.epsg)
    let transform = try CoordinateTransform(from: .longitudeLatitude(), to: system)
    let place = transform.transform(Point(x: 180, y: example.latitude))
    let middle = try #require(place)
    return try Fixtures.grid(
      epsg: example.epsg, west: middle.x - (Double(width / 2) + example.shift) * example.pixel,
      north: middle.y + Double(height / 2) * example.pixel, pixel: example.pixel, width: width, height: height)
  }
}
