import Foundation
import Geo
import Testing
import Vectors

@Suite struct PolygonizerTests {
  let utm = (west: 359130.0, north: 5_352_340.0)

  @Test func `noise gives valid polygons whose pixels sum to the whole`() throws {
    let map = try Fixtures.noise(width: 200, height: 200, classes: 3)
    let grid = try Fixtures.grid(epsg: 32633, west: utm.west, north: utm.north, pixel: 10, width: 200, height: 200)
    let polygons = try Fixtures.polygons(map, on: grid)
    #expect(polygons.count > 5000)
    #expect(polygons.reduce(0) { $0 + $1.pixelCount } == map.validCount)
    let context = GEOSContext()
    for polygon in polygons {
      let fault = try context.validityFault(of: polygon.geometry)
      #expect(fault == nil)
      #expect(polygon.geometry.count == 1)
      for part in polygon.geometry {
        #expect(signedArea(part.exterior) > 0)
        #expect(part.holes.allSatisfy { signedArea($0) < 0 })
      }
    }
  }

  @Test func `every valid pixel's centre lies in exactly one polygon of its class`() throws {
    let map = try Fixtures.noise(width: 40, height: 30, classes: 2, seed: 9)
    let grid = try Fixtures.grid(epsg: 32633, west: utm.west, north: utm.north, pixel: 10, width: 40, height: 30)
    var covered = [Int](repeating: 0, count: map.values.count)
    for polygon in try Fixtures.polygons(map, on: grid) {
      let placement = try AreaPlacement(AreaOfInterest(polygons: polygon.geometry), on: grid)
      let window = placement.window
      var count = 0
      for (index, inside) in placement.mask().enumerated() where inside {
        let pixel = (window.row + index / window.width) * 40 + window.column + index % window.width
        #expect(Int(map.values[pixel]) == polygon.value)
        covered[pixel] += 1
        count += 1
      }
      #expect(count == polygon.pixelCount)
    }
    for index in covered.indices { #expect(covered[index] == (map.validity[index] ? 1 : 0)) }
  }

  @Test func `a hole and diagonal contacts stay what they are`() throws {
    let map = try Fixtures.map(["11111", "12111", "11211", "11111", "3...3"])
    let grid = try Fixtures.grid(epsg: 32633, west: utm.west, north: utm.north, pixel: 10, width: 5, height: 5)
    let polygons = try Fixtures.polygons(map, on: grid)
    #expect(polygons.map(\.value) == [1, 2, 2, 3, 3])
    #expect(polygons.map(\.pixelCount) == [18, 1, 1, 1, 1])
    // The two pixels of class 2 touch in a corner: 4-connected, they are two; the hole is two holes touching.
    #expect(polygons[0].geometry[0].holes.count == 2)
  }

  @Test func `a pocket that touches the outside in a corner is a hole`() throws {
    let map = try Fixtures.map(["111.", "1.1.", "11.1", "...1"])
    let grid = try Fixtures.grid(epsg: 4326, west: 10, north: 50, pixel: 0.001, width: 4, height: 4)
    let polygons = try Fixtures.polygons(map, on: grid)
    #expect(polygons.map(\.pixelCount) == [7, 2])
    #expect(polygons[0].geometry[0].holes.count == 1)
    #expect(try GEOSContext().validityFault(of: polygons[0].geometry) == nil)
  }

  @Test func `areas agree with sums of geodesic pixel areas`() throws {
    // Sums of every pixel's geodesic quadrangle, made with GeographicLib through pyproj 3.7.
    var rows = [[Character]](repeating: [Character](repeating: "1", count: 50), count: 40)
    for row in 5..<15 { for column in 10..<20 { rows[row][column] = "." } }
    let holed = try Fixtures.map(rows.map { String($0) })
    let projected = try Fixtures.grid(epsg: 32633, west: utm.west, north: utm.north, pixel: 10, width: 50, height: 40)
    let first = try #require(try Fixtures.polygons(holed, on: projected).first)
    #expect(first.geometry[0].holes.count == 1)
    #expect(relative(first.areaSquareMetres, 190_059.6959540383) < 1e-6)

    let whole = try Fixtures.map([String](repeating: String(repeating: "1", count: 60), count: 50))
    let geographic = try Fixtures.grid(epsg: 4326, west: -56.37, north: -1.458, pixel: 0.0001, width: 60, height: 50)
    let second = try #require(try Fixtures.polygons(whole, on: geographic).first)
    #expect(second.geometry[0].exterior.count == 5)
    #expect(relative(second.areaSquareMetres, 369_155.4090651609) < 1e-6)

    let coarse = try Fixtures.grid(epsg: 4326, west: 10, north: 65, pixel: 1, width: 10, height: 10)
    let block = try Fixtures.map([String](repeating: "1111111111", count: 10))
    let third = try #require(try Fixtures.polygons(block, on: coarse).first)
    #expect(relative(third.areaSquareMetres, 620_830_216_588.1116) < 1e-4)
  }

  @Test func `a grid over the antimeridian gives a MultiPolygon on both sides`() throws {
    let grid = try Fixtures.grid(epsg: 32760, west: 790_000, north: 8_117_000, pixel: 1000, width: 60, height: 20)
    let map = try Fixtures.map([String](repeating: String(repeating: "1", count: 60), count: 20))
    let polygon = try #require(try Fixtures.polygons(map, on: grid).first)
    #expect(polygon.geometry.count == 2)
    #expect(relative(polygon.areaSquareMetres, 1_197_914_573.9941905) < 1e-6)
    #expect(polygon.box.west > 179 && polygon.box.east < -179)
    let longitudes = polygon.geometry.flatMap(\.exterior).map(\.longitude)
    #expect(longitudes.allSatisfy { abs($0) <= 180 && abs($0) > 179 })
    #expect(try GEOSContext().validityFault(of: polygon.geometry) == nil)
  }

  @Test func `a geographic grid over the antimeridian is cut, too`() throws {
    let grid = try Fixtures.grid(epsg: 4326, west: 170, north: 10, pixel: 1, width: 20, height: 5)
    let map = try Fixtures.map([String](repeating: String(repeating: "1", count: 20), count: 5))
    let polygon = try #require(try Fixtures.polygons(map, on: grid).first)
    #expect(polygon.box == GeographicBox(west: 170, south: 5, east: -170, north: 10))
    #expect(polygon.geometry.map(\.exterior.count) == [5, 5])
  }

  @Test func `a grid over the pole gives a polygon up to the pole`() throws {
    let grid = try Fixtures.grid(epsg: 3413, west: -237_500, north: 237_500, pixel: 25_000, width: 19, height: 19)
    let map = try Fixtures.map([String](repeating: String(repeating: "1", count: 19), count: 19))
    let polygon = try #require(try Fixtures.polygons(map, on: grid).first)
    #expect(relative(polygon.areaSquareMetres, 239_750_443_361.12256) < 1e-5)
    #expect(polygon.box.north == 90)
    #expect(try GEOSContext().validityFault(of: polygon.geometry) == nil)
  }

  @Test func `mean confidence, minimum area and the limit work on components`() throws {
    let map = try Fixtures.map(["1122", "1122", "3333"])
    let grid = try Fixtures.grid(epsg: 32633, west: utm.west, north: utm.north, pixel: 10, width: 4, height: 3)
    let confidence: [Float] = [1, 1, 0.5, 0.5, 0, 0, 0.25, 0.75, -1, .nan, 0.5, 0.25]
    let polygons = try Fixtures.polygons(map, on: grid, confidence: confidence)
    #expect(polygons.map(\.meanConfidence) == [0.5, 0.5, 0.375])
    #expect(polygons.map(\.confidencePixelCount) == [4, 4, 2])
    let one = try Fixtures.map(["1112", "1111", "3311"])
    let large = try Fixtures.polygons(one, on: grid, options: .init(minimumAreaSquareMetres: 150))
    #expect(large.map(\.pixelCount) == [9, 2])
    #expect(throws: GeoError.self) { try Fixtures.polygons(map, on: grid, options: .init(maximumPolygons: 2)) }
    #expect(throws: GeoError.self) { try Fixtures.polygons(map, on: grid, options: .init(maximumCorners: 9)) }
    // Areas below the minimum are no polygons, so they do not count.
    let few = Polygonizer.Options(minimumAreaSquareMetres: 150, maximumPolygons: 2)
    #expect(try Fixtures.polygons(one, on: grid, options: few).count == 2)
  }

  @Test func `simplified polygons are valid and have fewer positions`() throws {
    let map = try Fixtures.noise(width: 60, height: 60, classes: 1)
    let grid = try Fixtures.grid(epsg: 32633, west: utm.west, north: utm.north, pixel: 10, width: 60, height: 60)
    let plain = try Fixtures.polygons(map, on: grid)
    let simple = try Fixtures.polygons(map, on: grid, options: .init(shaper: ArcSimplification(metres: 20)))
    let context = GEOSContext()
    for polygon in simple { #expect(try context.validityFault(of: polygon.geometry) == nil) }
    #expect(simple.map(\.areaSquareMetres) == plain.map(\.areaSquareMetres))
    #expect(positions(simple) < positions(plain))
  }

  @Test func `cancelling stops the run`() throws {
    let map = try Fixtures.noise(width: 50, height: 50, classes: 3)
    let grid = try Fixtures.grid(epsg: 32633, west: utm.west, north: utm.north, pixel: 10, width: 50, height: 50)
    #expect(throws: CancellationError.self) {
      try Polygonizer(grid: grid).run(map, isCancelled: { true }, deliver: { _ in })
    }
  }

  @Test func `an all nodata map has no polygons`() throws {
    let map = try Fixtures.map(["..", ".."])
    let grid = try Fixtures.grid(epsg: 4326, west: 0, north: 0, pixel: 1, width: 2, height: 2)
    #expect(try Fixtures.polygons(map, on: grid).isEmpty)
  }

  private func relative(_ value: Double, _ expected: Double) -> Double { abs(value - expected) / expected }

  private func positions(_ polygons: [ClassPolygon]) -> Int {
    polygons.flatMap(\.geometry).flatMap(\.rings).reduce(0) { $0 + $1.count }
  }

  private func signedArea(_ ring: [GeographicPoint]) -> Double {
    zip(ring, ring.dropFirst()).reduce(0) {
      $0 + ($1.0.longitude - ring[0].longitude) * ($1.1.latitude - ring[0].latitude)
        - ($1.1.longitude - ring[0].longitude) * ($1.0.latitude - ring[0].latitude)
    }
  }
}
