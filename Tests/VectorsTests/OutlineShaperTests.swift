import Foundation
import SeededRandom
import Testing
import Vectors

@Suite struct OutlineShaperTests {
  private static let smoothings = [
    ArcSmoothing(iterations: 1), ArcSmoothing(iterations: 3), ArcSmoothing(iterations: 2, maximumDistance: 0.4),
    ArcSmoothing(iterations: 4, maximumDistance: 3),
  ]

  @Test(arguments: 0..<24)
  func neighboursStayNeighboursWhateverIsDoneToTheirOutlines(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed) + 77)
    let map = Map(
      random: Int.random(in: 10...90, using: &generator), Int.random(in: 10...60, using: &generator),
      classes: UInt8.random(in: 1...4, using: &generator), block: 1 + seed % 9, holes: 2 + seed * 2, seed: UInt64(seed))
    let squaring = RingSquaring(values: [1, 2], tolerance: [1, 2, 6][seed % 3], maximumAngle: 20)
    let shaper = try #require(
      OutlineShaper(
        simplification: seed % 2 == 0 ? ArcSimplification(metres: [1, 3][seed % 4 / 2]) : nil,
        squaring: seed % 3 > 0 ? squaring : nil, smoothing: Self.smoothings[seed % 4]))
    let coverage = try map.coverage(shaper: shaper, threads: 1 + seed % 2)
    #expect(try coverage.allRings() == map.coverage(shaper: shaper, threads: 2 - seed % 2).allRings())
    #expect(coverage.unsettled.isEmpty)
    try expectPartition(coverage)
  }

  private func pixels(_ places: [(Double, Double)]) -> [GridPoint] {
    places.map { GridPoint(x: Int32($0.0 * 256), y: Int32($0.1 * 256)) }
  }

  private func shaped(
    _ shaper: any ArcShaper, _ points: [GridPoint], free: Bool, isCancelled: () -> Bool = { false }
  ) throws(CancellationError) -> [GridPoint] {
    var shaped: [GridPoint] = []
    try shaper.shape(
      points, arc: ArcSituation(isClosed: points.first == points.last, isFree: free, rightValue: 1),
      metric: PixelPlacement().metric(at: points[0]), level: 0, into: &shaped, isCancelled: isCancelled)
    return shaped
  }

  /// The outline of a comb whose teeth grow from one end to the other, which simplification takes off one by one.
  private func comb(teeth: Int) -> [GridPoint] {
    let right = (0..<teeth).flatMap { tooth -> [(Double, Double)] in
      let (start, high) = (Double(tooth * 2), 10 + Double(tooth))
      return [(start, -high), (start + 1, -high), (start + 1, 0), (start + 2, 0)]
    }
    return pixels([(0, 0)] + right + [(Double(teeth * 2), 5), (0, 5), (0, 0)])
  }

  @Test(arguments: [false, true])
  func workOnOneLongOutlineIsBrokenOff(squares: Bool) throws {
    let outline = comb(teeth: 2_000)
    let squaring = squares ? RingSquaring(values: [1], tolerance: 1, maximumAngle: 20) : nil
    let shaper = try #require(
      OutlineShaper(
        simplification: squares ? nil : ArcSimplification(metres: 1), squaring: squaring, smoothing: nil))
    var questions = 0
    _ = try shaped(shaper, outline, free: true) {
      questions += 1
      return false
    }
    #expect(questions > 10)
    var left = 3
    #expect(throws: CancellationError.self) {
      try shaped(shaper, outline, free: true) {
        left -= 1
        return left == 0
      }
    }
    #expect(left == 0)
  }

  @Test func cornersAreCutAtAQuarterOfTheirEdgesOrNearer() throws {
    let corner = pixels([(0, 0), (4, 0), (4, 8)])
    let quarter = try shaped(ArcSmoothing(iterations: 1), corner, free: false)
    #expect(quarter == pixels([(0, 0), (3, 0), (4, 2), (4, 8)]))
    let near = try shaped(ArcSmoothing(iterations: 1, maximumDistance: 0.5), corner, free: false)
    #expect(near == pixels([(0, 0), (3.5, 0), (4, 0.5), (4, 8)]))
    let twice = try shaped(ArcSmoothing(iterations: 2), corner, free: false)
    #expect(twice.count == 6 && twice.first == corner.first && twice.last == corner.last)
  }

  @Test func aFreeRingIsCutAtItsFirstCornerToo() throws {
    let square = pixels([(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)])
    let free = try shaped(ArcSmoothing(iterations: 1), square, free: true)
    #expect(free.count == 9 && free.first == free.last && !free.contains(square[0]))
    let held = try shaped(ArcSmoothing(iterations: 1), square, free: false)
    #expect(held.count == 8 && held.first == square[0] && held.last == square[0])
  }

  /// The pixels whose centres lie in an outline of metres, as an arc.
  private func burnt(_ outline: [SIMD2<Double>], value: UInt8 = 1, size: Int = 60) -> Map {
    var map = Map([String(repeating: ".", count: size)])
    (map.width, map.height, map.pixels) = (size, size, [UInt8](repeating: 0, count: size * size))
    for row in 0..<size {
      for column in 0..<size {
        let (x, y) = (Double(column) + 0.5, Double(row) + 0.5)
        var inside = false
        for index in outline.indices {
          let (a, b) = (outline[index], outline[(index + 1) % outline.count])
          if (a.y > y) != (b.y > y), x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x { inside.toggle() }
        }
        if inside { map.pixels[row * size + column] = value }
      }
    }
    return map
  }

  /// An L of 24 by 16 metres, 9 metres wide, turned around its middle.
  private func building(turned degrees: Double) -> [SIMD2<Double>] {
    let (c, s) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    let corners: [SIMD2<Double>] = [[0, 0], [24, 0], [24, 9], [9, 9], [9, 16], [0, 16]]
    return corners.map { corner in
      let off = corner - SIMD2(12, 8)
      return SIMD2(30 + off.x * c - off.y * s, 30 + off.x * s + off.y * c)
    }
  }

  @Test(arguments: [0, 7, 17, 30, 45, 62, 88])
  func buildingsGetRightAngles(degrees: Int) throws {
    let map = burnt(building(turned: Double(degrees)))
    let squaring = RingSquaring(values: [1], tolerance: 2, maximumAngle: 25)
    let shaper = try #require(OutlineShaper(simplification: nil, squaring: squaring, smoothing: nil))
    let coverage = try map.coverage(shaper: shaper)
    var rings = PolygonRings()
    coverage.read(1, into: &rings)
    let ring = rings.ring(0).map { SIMD2(Double($0.x) / 256, Double($0.y) / 256) }
    #expect(ring.count == 7)
    for index in 0..<6 {
      let (one, other) = (ring[index + 1] - ring[index], ring[(index + 1) % 6 + 1] - ring[(index + 1) % 6])
      let lengths: Double = ((one * one).sum() * (other * other).sum()).squareRoot()
      let product: Double = (one * other).sum()
      #expect(abs(product) < 0.01 * lengths)
    }
    let area = Double(rings.area()) / 2 / 65_536
    #expect(abs(area - 279) < 20)
    try expectPartition(coverage)
  }

  @Test func whatWouldLeaveTheToleranceOrHasNoRightAnglesStays() throws {
    let circle = (0..<40).map { (step: Int) -> SIMD2<Double> in
      let angle = Double(step) * Double.pi / 20
      return SIMD2(cos(angle), sin(angle)) * 20 + SIMD2(30, 30)
    }
    let triangle: [SIMD2<Double>] = [[5, 5], [50, 25], [12, 55]]
    for outline in [circle, triangle] {
      let map = burnt(outline)
      let squaring = RingSquaring(values: [1], tolerance: 1.5, maximumAngle: 15)
      let shaper = try #require(OutlineShaper(simplification: nil, squaring: squaring, smoothing: nil))
      let coverage = try map.coverage(shaper: shaper)
      try expectPartition(coverage)
      var rings = PolygonRings()
      coverage.read(1, into: &rings)
      let off = Double(rings.area()) / 2 / 65_536 - Double(map.pixels.count { $0 == 1 })
      #expect(abs(off) < 25)
    }
  }

  @Test func onlyListedClassesAndFreeRingsAreSquared() throws {
    let map = burnt(building(turned: 20), value: 3)
    let squaring = RingSquaring(values: [1], tolerance: 2, maximumAngle: 25)
    let shaper = try #require(OutlineShaper(simplification: nil, squaring: squaring, smoothing: nil))
    #expect(try map.coverage(shaper: shaper).allRings() == map.coverage().allRings())
    // Two halves of a building touch: their outlines have nodes, and stay.
    var halves = burnt(building(turned: 20))
    for index in halves.pixels.indices where index % halves.width > 30 && halves.pixels[index] == 1 {
      halves.pixels[index] = 2
    }
    #expect(try halves.coverage(shaper: shaper).allRings() == halves.coverage().allRings())
  }

  @Test func noStepsAreNoShaper() {
    #expect(OutlineShaper(simplification: nil, squaring: nil, smoothing: nil) == nil)
  }
}
