import Foundation
import Geo
import SeededRandom
import Synchronization
import Testing
import Vectors

/// What is proven by looking at each position once is what comparing all lines, and GEOS, find too.
@Suite struct PlacementProofTests {
  private static let cells = 4

  private final class Verdict: Sendable {
    let isProven = Mutex(true)
  }

  /// Puts corners of pixels near to where a lattice has them.
  private struct Placement: ArcPlacement {
    let corners: [SIMD2<Double>]
    let size: SIMD2<Double>
    /// How far positions lie off, in units.
    let noise: Double
    let isMirrored: Bool
    var proof: PlacementProof?
    /// Whether all arcs were proven, as far as they were asked about.
    let verdict = Verdict()
    /// What is said instead; nil where it is the proof that counts.
    var isProvenByName: Bool?

    func metric(at point: GridPoint) -> GridMetric { GridMetric(eastX: 1, eastY: 0, northX: 0, northY: -1) }

    func place(_ arcs: ArcPoints<GridPoint>, into placed: inout ArcPoints<FixedPosition>) throws {
      for arc in 0..<arcs.count {
        for point in arcs.points[arcs.range(arc)] { placed.points.append(position(point)) }
        try placed.endArc()
      }
    }

    func isProven(_ arcs: ArcPoints<GridPoint>, at placed: ArcPoints<FixedPosition>) -> Bool {
      let holds = arcs.points.indices.allSatisfy { index in
        let point = arcs.points[index]
        return proof?.holds(column: point.inPixels.x, row: point.inPixels.y, placed.points[index]) == true
      }
      let follows = (0..<arcs.count).allSatisfy { arc in
        arcs.range(arc).dropLast().allSatisfy { index in
          let step = arcs.points[index + 1].inPixels - arcs.points[index].inPixels
          return proof?.follows(pixels: abs(step.x) + abs(step.y)) == true
        }
      }
      if !holds || !follows { verdict.isProven.withLock { $0 = false } }
      return isProvenByName ?? (holds && follows)
    }

    func position(_ point: GridPoint) -> FixedPosition {
      let (cells, cell) = (PlacementProofTests.cells, size / Double(PlacementProofTests.cells))
      let place = point.inPixels / cell
      let (left, top) = (min(Int(place.x), cells - 1), min(Int(place.y), cells - 1))
      let (across, down) = (place.x - Double(left), place.y - Double(top))
      let index = top * (cells + 1) + left
      let above = corners[index] + (corners[index + 1] - corners[index]) * across
      let below = corners[index + cells + 1] + (corners[index + cells + 2] - corners[index + cells + 1]) * across
      // The same for each corner, whatever arc it is of.
      var random = SeededGenerator(seed: UInt64(point.x) << 32 | UInt64(point.y))
      let angle = Double.random(in: 0..<(2 * .pi), using: &random)
      let off = SIMD2(cos(angle), sin(angle)) * noise
      let found = above + (below - above) * down + off
      return FixedPosition(x: Int32(found.x.rounded()), y: Int32(found.y.rounded()))
    }
  }

  /// A lattice of pixels of 200 units, turned, sheared and bent.
  private static func placement(_ seed: UInt64, noise: Double, bent: Double) -> Placement {
    var random = SeededGenerator(seed: seed)
    let size = SIMD2(Double(Int.random(in: 30...60, using: &random)), Double(Int.random(in: 30...60, using: &random)))
    let turn = Double.random(in: 0..<(2 * .pi), using: &random)
    let (shear, isMirrored) = (Double.random(in: -0.5...0.5, using: &random), Bool.random(using: &random))
    let amplitude = Double.random(in: 0...bent, using: &random) * size.min() / Double(cells)
    let corners = (0...cells).flatMap { row in
      (0...cells).map { column in
        let bend = SIMD2(Double.random(in: -1...1, using: &random), Double.random(in: -1...1, using: &random))
        var place = (SIMD2(Double(column), Double(row)) / Double(cells) - 0.5) * size + bend * amplitude
        place.x += shear * place.y
        if !isMirrored { place.y = -place.y }
        return 200 * SIMD2(place.x * cos(turn) - place.y * sin(turn), place.x * sin(turn) + place.y * cos(turn))
      }
    }
    return Placement(
      corners: corners, size: size, noise: noise, isMirrored: isMirrored,
      proof: PlacementProof(corners: corners, cells: cells, size: size))
  }

  private static func coverage(_ placement: Placement, seed: UInt64) throws -> PolygonCoverage {
    let (width, height) = (Int(placement.size.x), Int(placement.size.y))
    let map = try Fixtures.noise(width: width, height: height, classes: 2 + seed % 3, seed: seed + 1)
    return try map.values.withUnsafeBufferPointer {
      try PolygonCoverage(
        ClassRaster($0, width: width, height: height, noData: 0), placement: placement,
        options: .init(validity: GEOSValidity(PositionFrame(unit: .coarsest))))
    }
  }

  @Test func `what is proven has no lines that meet and only valid polygons`() throws {
    var (proven, others) = (0, 0)
    for seed in UInt64(0)..<120 {
      var placement = Self.placement(seed, noise: seed % 3 == 0 ? 60 : 11, bent: seed % 2 == 0 ? 0.01 : 0.05)
      placement.isProvenByName = false
      let coverage = try Self.coverage(placement, seed: seed)
      let isProven = placement.verdict.isProven.withLock { $0 }
      if isProven { #expect(coverage.unsettled.isEmpty, "\(seed)") }
      if isProven { proven += 1 } else { others += 1 }
    }
    #expect(proven > 20 && others > 20, "\(proven) \(others)")
  }

  @Test func `positions far off, steps that differ and lines that stray are not proven`() {
    let even = Self.placement(1, noise: 0, bent: 0)
    #expect(even.proof?.follows(pixels: 60) == true && even.proof?.follows(pixels: 0.5) == false)
    let corner = even.position(GridPoint(x: 512, y: 768))
    #expect(even.proof?.holds(column: 2, row: 3, corner) == true)
    #expect(even.proof?.holds(column: 2, row: 3, FixedPosition(x: corner.x + 40, y: corner.y)) == false)
    let bent = Self.placement(5, noise: 0, bent: 0.05)
    #expect(bent.proof?.follows(pixels: 1) == true && bent.proof?.follows(pixels: 60) == false)
    // A corner that folds its cells over.
    var folded = even.corners
    folded[6] = folded[8]
    #expect(PlacementProof(corners: folded, cells: Self.cells, size: even.size) == nil)
    let flat = even.corners.map { SIMD2($0.x, 0) }
    #expect(PlacementProof(corners: flat, cells: Self.cells, size: even.size) == nil)
  }

  /// Finds fault with everything.
  private struct Refusing: CoverageValidity {
    func faulty(_ components: Range<Int>, of coverage: PolygonCoverage) -> [Int] { Array(components) }
  }

  @Test func `who is asked for an opinion is asked where nothing is proven`() throws {
    let pixels: [UInt8] = [1, 2, 2, 1]
    for isProven in [false, true] {
      var placement = Self.placement(2, noise: 0, bent: 0)
      placement.isProvenByName = isProven
      let coverage = try pixels.withUnsafeBufferPointer {
        try PolygonCoverage(
          ClassRaster($0, width: 2, height: 2, noData: 0), placement: placement, options: .init(validity: Refusing()))
      }
      #expect(coverage.unsettled == (isProven ? [] : [1, 2, 3, 4]))
    }
  }
}

extension GridPoint {
  fileprivate var inPixels: SIMD2<Double> { SIMD2(Double(x), Double(y)) / 256 }
}
