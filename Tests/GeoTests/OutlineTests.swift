import Geo
import Testing
import Vectors

/// Outlines that are simplified, squared up and smoothed on the Earth: valid by GEOS after rounding, the same ground.
@Suite struct OutlineTests {
  private static let grids: [(epsg: Int, west: Double, north: Double, pixel: Double)] = [
    (32633, 359_130, 5_352_340, 10), (4326, 14, 48, 0.0001), (32760, 799_000, 8_117_000, 100), (3413, -900, 900, 20),
  ]

  private static let shaper = OutlineShaper(
    simplification: nil, squaring: RingSquaring(values: [1, 2], tolerance: 30, maximumAngle: 30),
    smoothing: ArcSmoothing(iterations: 3))

  /// Blocks of 3 × 3 pixels with noise between them, so that there are outlines of every kind.
  private func map(seed: UInt64) throws -> PixelBlock<UInt8> {
    let (coarse, fine) = (
      try Fixtures.noise(width: 30, height: 30, classes: 3, seed: seed),
      try Fixtures.noise(width: 90, height: 90, classes: 3, seed: seed + 1)
    )
    let values = (0..<8100).map { index in
      let block = index / 90 / 3 * 30 + index % 90 / 3
      return index % 11 == 0 ? fine.values[index] : coarse.values[block]
    }
    return try PixelBlock(width: 90, height: 90, values: values, noData: 0)
  }

  @Test(arguments: grids.indices) func `shaped outlines are valid and lie side by side`(place: Int) throws {
    let (epsg, west, north, pixel) = Self.grids[place]
    let grid = try Fixtures.grid(epsg: epsg, west: west, north: north, pixel: pixel, width: 90, height: 90)
    for seed in [1, 5] as [UInt64] {
      let map = try map(seed: seed)
      let plain = try Fixtures.polygons(map, on: grid)
      let shaped = try Fixtures.polygons(map, on: grid, options: .init(shaper: Self.shaper))
      #expect(shaped.map(\.pixelCount) == plain.map(\.pixelCount))
      #expect(shaped.map(\.areaSquareMetres) == plain.map(\.areaSquareMetres))
      #expect(shaped.map(\.geometry) != plain.map(\.geometry))
      let context = GEOSContext()
      for polygon in shaped { #expect(try context.validityFault(of: polygon.geometry) == nil) }
    }
  }

  @Test func `areas of classes are those of their polygons`() throws {
    let grid = try Fixtures.grid(epsg: 32633, west: 359_130, north: 5_352_340, pixel: 10, width: 90, height: 90)
    let map = try map(seed: 9)
    var expected: [Int: Double] = [:]
    for polygon in try Fixtures.polygons(map, on: grid) {
      expected[polygon.value, default: 0] += polygon.areaSquareMetres
    }
    let sums = try map.values.withUnsafeBufferPointer { pixels in
      try ClassAreas.sums(
        ClassRaster(pixels, width: 90, height: 90, noData: 0), pixelAreas: grid.pixelAreas())
    }
    #expect(sums.keys.sorted() == expected.keys.sorted())
    for (value, area) in sums { #expect(abs(area / (expected[value] ?? 0) - 1) < 1e-9) }
  }
}
