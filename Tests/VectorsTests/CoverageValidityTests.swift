import Testing
import Vectors

@Suite struct CoverageValidityTests {
  /// Refuses polygons that do not have the area of their pixels.
  private struct AreaOfPixels: CoverageValidity {
    func faulty(_ components: Range<Int>, of coverage: PolygonCoverage) -> [Int] {
      var rings = PolygonRings()
      return components.filter { component in
        coverage.read(component, into: &rings)
        return rings.area() != Int(coverage.components.pixelCounts[component]) * 2 * 256 * 256
      }
    }
  }

  /// Refuses polygons of some classes, whatever they look like.
  private struct NoneOf: CoverageValidity {
    var values: ClosedRange<UInt16>
    func faulty(_ components: Range<Int>, of coverage: PolygonCoverage) -> [Int] {
      components.filter { values.contains(coverage.components.values[$0]) }
    }
  }

  private struct Unable: CoverageValidity {
    func faulty(_ components: Range<Int>, of coverage: PolygonCoverage) throws -> [Int] {
      throw VectorError(.limitExceeded, "No opinion.")
    }
  }

  private let shaper = ArcSimplification(metres: 2)

  @Test(arguments: 0..<6)
  func `lines around refused polygons are shaped again until none is refused`(seed: Int) throws {
    let map = Map(random: 70 + seed * 9, 60, classes: 3, block: 2 + seed, holes: 30, seed: UInt64(seed))
    let free = try map.coverage(shaper: shaper)
    let all = 1..<(free.components.count + 1)
    let refused = Set(AreaOfPixels().faulty(all, of: free))
    #expect(!refused.isEmpty)
    let coverage = try map.coverage(shaper: shaper, validity: AreaOfPixels(), threads: 1)
    #expect(AreaOfPixels().faulty(all, of: coverage).isEmpty)
    // Those refused at first, and neighbours that lost their form by it.
    #expect(coverage.reshaped.isSuperset(of: refused))
    #expect(free.reshaped.isEmpty)
    try expectPartition(coverage)
    let other = try map.coverage(shaper: shaper, validity: AreaOfPixels(), threads: 3)
    #expect(coverage.allRings() == other.allRings())
    #expect(coverage.reshaped == other.reshaped)
  }

  @Test func `where everything is refused polygons end as they were traced`() throws {
    let map = Map(random: 100, 90, classes: 4, holes: 20, seed: 5)
    let coverage = try map.coverage(shaper: shaper, validity: NoneOf(values: 0...9))
    let traced = try map.coverage()
    #expect(try coverage.allRings() != map.coverage(shaper: shaper).allRings())
    #expect(coverage.allRings() == traced.allRings())
    // More than are asked about at once.
    #expect(coverage.components.count > 512)
    #expect(coverage.reshaped.count == coverage.components.count)
    // Who is refused even so is told, and nobody else.
    #expect(coverage.unsettled == Set(1...coverage.components.count))
    #expect(traced.unsettled.isEmpty)
  }

  @Test func `a refused polygon changes with its neighbour, others keep their form`() throws {
    let map = Map(["3333333333", "3111333223", "3311133222", "3331113322", "3333111332", "3333333333"])
    let coverage = try map.coverage(shaper: shaper, validity: NoneOf(values: 1...1))
    let (traced, free) = (try map.coverage(), try map.coverage(shaper: shaper))
    let classes = (1...coverage.components.count).map { coverage.components.values[$0] }
    #expect(classes == [3, 1, 2])
    #expect(coverage.reshaped == [2])
    #expect(coverage.rings(2) == traced.rings(2))
    #expect(coverage.rings(2) != free.rings(2))
    #expect(coverage.rings(3) == free.rings(3))
    #expect(coverage.rings(3) != traced.rings(3))
    try expectPartition(coverage)
  }

  @Test(arguments: [nil, ArcSimplification(metres: 2)])
  func `what an opinion throws ends the work`(shaper: ArcSimplification?) throws {
    let map = Map(["1122", "1222"])
    #expect(throws: VectorError(.limitExceeded, "No opinion.")) {
      try map.coverage(shaper: shaper, validity: Unable())
    }
  }

  @Test func `polygons as traced are judged too`() throws {
    let map = Map(["1122", "1333"])
    let coverage = try map.coverage(validity: NoneOf(values: 2...2))
    #expect(coverage.unsettled == [2] && coverage.reshaped.isEmpty)
    #expect(try map.coverage(validity: AreaOfPixels()).unsettled.isEmpty)
  }

  /// Finds that all arcs meet while they differ from the traced ones, and then those of the first component.
  private struct Meeting: CoverageValidity {
    var traced: [[FixedPosition]]
    func faulty(_ components: Range<Int>, of coverage: PolygonCoverage) -> [Int] { [] }
    func meeting(
      in coverage: PolygonCoverage, threads: Int, isCancelled: @escaping @Sendable () -> Bool
    ) -> [Int] {
      coverage.allRings() == traced ? [0] : Array(0..<coverage.graph.count)
    }
  }

  @Test func `arcs that meet in the coordinates of the result are shaped again, and told where they still do`() throws {
    let map = Map(random: 40, 30, classes: 3, block: 4, seed: 8)
    let traced = try map.coverage()
    #expect(try map.coverage(shaper: shaper).allRings() != traced.allRings())
    let coverage = try map.coverage(shaper: shaper, validity: Meeting(traced: traced.allRings()))
    #expect(coverage.allRings() == traced.allRings())
    #expect([1, 2].contains(coverage.unsettled.count))
  }

  @Test func `pieces of arcs meet where they cross, not where both end`() throws {
    func piece(_ places: [(Int32, Int32)]) -> [FixedPosition] { places.map { FixedPosition(x: $0.0, y: $0.1) } }
    var pieces = ArcPieces()
    try pieces.append(piece([(0, 0), (10, 10), (10, 10), (20, 0)]), ofArc: 3)
    try pieces.append(piece([(20, 0), (30, 10)]), ofArc: 3)
    try pieces.append(piece([(20, 0), (20, -10)]), ofArc: 5)
    #expect(try pieces.meeting(threads: 2) { false }.isEmpty)
    var other = ArcPieces()
    try other.append(piece([(0, 5), (40, 5)]), ofArc: 9)
    try pieces.append(other)
    #expect(try pieces.meeting(threads: 2) { false } == [3, 9])
    #expect(throws: CancellationError.self) { try pieces.meeting(threads: 2) { true } }
  }
}

extension PolygonCoverage {
  fileprivate func rings(_ component: Int) -> [[FixedPosition]] {
    var rings = PolygonRings()
    read(component, into: &rings)
    return rings.ends.indices.map { Array(rings.ring($0)) }
  }
}
