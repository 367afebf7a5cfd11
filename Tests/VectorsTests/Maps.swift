import SeededRandom
import Vectors

/// A class map that owns its pixels.
struct Map {
  var width: Int
  var height: Int
  var pixels: [UInt8]

  /// Rows of digits; `.` is no data (0).
  init(_ rows: [String]) {
    width = rows[0].count
    height = rows.count
    pixels = rows.joined().map { UInt8(String($0)) ?? 0 }
  }

  /// Random classes from 1 on and no data in one of `holes` pixels, in blocks of up to `block` pixels a side.
  init(random width: Int, _ height: Int, classes: UInt8, block: Int = 1, holes: Int = 12, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    self.width = width
    self.height = height
    pixels = (0..<(width * height)).map { _ in
      Int.random(in: 0..<holes, using: &generator) == 0 ? 0 : UInt8.random(in: 1...classes, using: &generator)
    }
    if block < 2 { return }
    for _ in 0..<(width * height / block) {
      let (left, top) = (Int.random(in: 0..<width, using: &generator), Int.random(in: 0..<height, using: &generator))
      let value = UInt8.random(in: 0...classes, using: &generator)
      for row in top..<min(top + Int.random(in: 1...block, using: &generator), height) {
        for column in left..<min(left + block, width) { pixels[row * width + column] = value }
      }
    }
  }

  func coverage(
    shaper: (any ArcShaper)? = nil, validity: (any CoverageValidity)? = nil, threads: Int = 2,
    limits: PolygonCoverage.Limits = .init(), confidence: [UInt8]? = nil, isMirrored: Bool = false
  ) throws -> PolygonCoverage {
    try pixels.withUnsafeBufferPointer { buffer in
      let raster = try ClassRaster(buffer, width: width, height: height, noData: 0)
      let options = PolygonCoverage.Options(shaper: shaper, validity: validity, threads: threads, limits: limits)
      guard let confidence else {
        return try PolygonCoverage(
          raster, areas: UnitAreas(), placement: PixelPlacement(isMirrored: isMirrored), options: options)
      }
      return try confidence.withUnsafeBufferPointer {
        try PolygonCoverage(
          raster, confidence: .percent($0), areas: UnitAreas(), placement: PixelPlacement(), options: options)
      }
    }
  }

  func wideCoverage() throws -> PolygonCoverage {
    try pixels.map { UInt16($0) * 257 }.withUnsafeBufferPointer { buffer in
      let raster = try ClassRaster(buffer, width: width, height: height, noData: 0)
      return try PolygonCoverage(raster, areas: UnitAreas(), placement: PixelPlacement())
    }
  }
}

/// Every pixel has one square metre.
struct UnitAreas: PixelAreas {
  func fill(_ sums: inout [Double], row: Int) {
    for index in sums.indices { sums[index] = Double(index) }
  }
}

/// A metre a pixel; positions are points of the grid, with y upwards where nothing is mirrored.
struct PixelPlacement: ArcPlacement {
  var isMirrored = false
  func metric(at point: GridPoint) -> GridMetric { GridMetric(eastX: 1, eastY: 0, northX: 0, northY: -1) }
  func place(_ arcs: ArcPoints<GridPoint>, into placed: inout ArcPoints<FixedPosition>) throws {
    for arc in 0..<arcs.count {
      for point in arcs.points[arcs.range(arc)] {
        placed.points.append(FixedPosition(x: point.x, y: isMirrored ? point.y : -point.y))
      }
      try placed.endArc()
    }
  }
}
