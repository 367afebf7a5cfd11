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

  @Test func `what an opinion throws ends the work, and traced lines are not asked about`() throws {
    let map = Map(["1122", "1222"])
    #expect(throws: VectorError(.limitExceeded, "No opinion.")) {
      try map.coverage(shaper: shaper, validity: Unable())
    }
    #expect(try map.coverage(validity: Unable()).components.count == 2)
  }
}

extension PolygonCoverage {
  fileprivate func rings(_ component: Int) -> [[FixedPosition]] {
    var rings = PolygonRings()
    read(component, into: &rings)
    return rings.ends.indices.map { Array(rings.ring($0)) }
  }
}
