import Foundation
import Geo
import Testing

/// Areas on grids that reach to where their projection tears the Earth, and over it.
@Suite struct SeamTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var epsg: Int
    var west: Double
    var north: Double
    var pixel: Double
    var width: Int
    var height: Int
    var box: [Double]

    var testDescription: String { "EPSG:\(epsg) from \(west), \(box)" }
  }

  private static let half = 20_037_508.342789244

  /// Grids whose map edge is the antimeridian, or lies inside the grid, with boxes on both its sides.
  static let examples: [Example] = {
    let fiji = Example(
      epsg: 3857, west: half - 400 * 1113, north: -1_680_000, pixel: 1113, width: 400, height: 400, box: [])
    let world = Example(epsg: 3857, west: -half, north: 12_000_000, pixel: half / 100, width: 200, height: 120, box: [])
    let east = Example(epsg: 3857, west: 0, north: 12_000_000, pixel: half / 100, width: 201, height: 120, box: [])
    let equal = Example(
      epsg: 6933, west: -17_200_000, north: 6_000_000, pixel: 86_000, width: 400, height: 140, box: [])
    let pacific = Example(epsg: 3832, west: -half, north: 9_000_000, pixel: half / 90, width: 180, height: 80, box: [])
    let north = Example(epsg: 3413, west: -4e6, north: 4e6, pixel: 50_000, width: 160, height: 160, box: [])
    let boxes: [(Example, [[Double]])] = [
      (fiji, [[178, -18, -178, -16], [178, -18, 179, -16], [178, -18, 180, -16], [-180, -90, 180, 90]]),
      (
        world,
        [[-180, -10, 0, 10], [0, -10, 180, 10], [170, -10, -170, 10], [-170, -10, -160, 10], [-180, -90, 180, 90]]
      ),
      (
        east,
        [[-180, -10, 0, 10], [0, -10, 180, 10], [170, -10, -170, 10], [-3, -10, 3, 10], [-180, -80, 180, 80]]
      ),
      (equal, [[-180, -10, 0, 10], [170, -10, -170, 10], [-170, -10, -100, 10]]),
      (pacific, [[-40, -10, -20, 10], [150, -10, -40, 10], [170, -60, -170, 60], [-180, -50, 180, 50]]),
      (north, [[170, 60, -170, 85], [-179.3, 60, 0.7, 90], [0.7, 70, 179.3, 80]]),
    ]
    return boxes.flatMap { grid, boxes in
      boxes.map { box in
        var example = grid
        example.box = box
        return example
      }
    }
  }()

  @Test(arguments: examples)
  func `the pixels of a box are those whose centres lie in it`(example: Example) throws {
    let grid = try Fixtures.grid(
      epsg: example.epsg, west: example.west, north: example.north, pixel: example.pixel, width: example.width,
      height: example.height)
    let placement = try AreaPlacement(AreaOfInterest(boundingBox: example.box), on: grid)
    let expected = try Self.mask(of: example.box, grid)
    #expect(expected.contains(true))
    // Bent edges are followed to a twentieth of a pixel: centres nearer to one may fall on either side.
    let shifts = [(-0.06, -0.06), (-0.06, 0.06), (0.06, -0.06), (0.06, 0.06)]
    let moved = try shifts.map { try Self.mask(of: example.box, grid, shift: $0) }
    let mask = placement.mask(of: grid.window)
    let differing = mask.indices.filter { index in
      mask[index] != expected[index] && moved.allSatisfy { $0[index] == expected[index] }
    }
    #expect(differing.isEmpty)
    #expect(placement.mask().filter(\.self).count == mask.filter(\.self).count)
  }

  @Test func `a polygon cut at the antimeridian is placed as the box is`() throws {
    let grid = try Fixtures.grid(
      epsg: 3857, west: Self.half - 400 * 1113, north: -1_680_000, pixel: 1113, width: 400, height: 400)
    let json = """
      {"type":"MultiPolygon","coordinates":[[[[178,-18],[180,-18],[180,-16],[178,-16],[178,-18]]],
      [[[-180,-18],[-178,-18],[-178,-16],[-180,-16],[-180,-18]]]]}
      """
    let placement = try AreaPlacement(AreaOfInterest(geoJSON: Data(json.utf8)), on: grid)
    let box = try AreaPlacement(AreaOfInterest(boundingBox: [178, -18, -178, -16]), on: grid)
    #expect(placement.window == box.window && placement.mask() == box.mask())
  }

  @Test func `what lies on the other side of the map's edge is outside the image`() throws {
    let grid = try Fixtures.grid(
      epsg: 3857, west: Self.half - 400 * 1113, north: -1_680_000, pixel: 1113, width: 400, height: 400)
    let error = try #require(throws: GeoError.self) {
      _ = try AreaPlacement(AreaOfInterest(boundingBox: [-180, -18, -178, -16]), on: grid)
    }
    #expect(error.reason == .outsideImage)
  }

  /// The centres of all pixels, brought to longitude and latitude one by one.
  private static func mask(
    of box: [Double], _ grid: RasterGrid, shift: (column: Double, row: Double) = (0, 0)
  ) throws -> [Bool] {
    let transform = try CoordinateTransform(from: grid.referenceSystem, to: .longitudeLatitude())
    let width = box[0] < box[2] ? box[2] - box[0] : box[2] - box[0] + 360
    return (0..<(grid.width * grid.height)).map { index in
      let place = grid.geoTransform.point(
        column: Double(index % grid.width) + 0.5 + shift.column, row: Double(index / grid.width) + 0.5 + shift.row)
      guard let point = transform.transform(place) else { return false }
      var east = (point.x - box[0]).truncatingRemainder(dividingBy: 360)
      if east < 0 { east += 360 }
      return east < width && point.y > box[1] && point.y < box[3]
    }
  }
}
