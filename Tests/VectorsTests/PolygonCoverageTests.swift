import SeededRandom
import Testing
import Vectors

@Suite struct PolygonCoverageTests {
  @Test(arguments: 0..<40)
  func `every pixel of a random map lies in the one polygon of its own component`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let map = Map(
      random: Int.random(in: 1...150, using: &generator), Int.random(in: 1...70, using: &generator),
      classes: UInt8.random(in: 1...4, using: &generator), block: seed % 5, holes: 2 + seed % 20, seed: UInt64(seed))
    try expectCover(map, map.coverage(threads: 1 + seed % 3))
  }

  @Test(arguments: [
    ["1"], ["."], ["1111"], ["1", "1", "1"], ["12", "21"], ["111", "1.1", "111"], ["11111", "12111", "11211", "11111"],
    ["111.", "1.1.", "11.1", "...1"], ["1.1", ".1.", "1.1"], ["...", "...", "..."], ["121212"], ["1", "2", ".", "1"],
  ])
  func `small maps are covered`(rows: [String]) throws {
    let map = Map(rows)
    try expectCover(map, map.coverage())
    try expectCover(map, map.wideCoverage())
  }

  @Test func `a hole, diagonal contacts and a pocket have their rings`() throws {
    let holes = try Map(["11111", "12111", "11211", "11111", "3...3"]).coverage()
    #expect(holes.components.pixelCounts.dropFirst() == [18, 1, 1, 1, 1])
    var rings = PolygonRings()
    holes.read(1, into: &rings)
    #expect(rings.ends.count == 3)
    let pocket = try Map(["111.", "1.1.", "11.1", "...1"]).coverage()
    pocket.read(1, into: &rings)
    #expect(rings.ends.count == 2)
  }

  @Test func `a junction in the middle of a straight edge is a position of all its polygons`() throws {
    let coverage = try Map(["1111", "2233"]).coverage()
    var rings = PolygonRings()
    for component in 1...3 {
      coverage.read(component, into: &rings)
      #expect(rings.positions.contains(FixedPosition(x: 512, y: -256)))
    }
  }

  @Test func `statistics count pixels and the confidence they have`() throws {
    let map = Map(["1122", "1122", "3333"])
    let coverage = try map.coverage(confidence: [100, 100, 50, 50, 0, 0, 25, 75, 255, 255, 50, 25])
    #expect(coverage.components.values == [0, 1, 2, 3])
    #expect(coverage.components.pixelCounts == [0, 4, 4, 4])
    #expect(coverage.components.areas == [0, 4, 4, 4])
    #expect((1...3).map { coverage.components.meanConfidence($0) } == [0.5, 0.5, 0.375])
  }

  @Test func `a map with more areas or corners than allowed is refused before its lines are traced`() throws {
    let map = Map(["1212", "2121", "1111"])
    #expect(try map.coverage(limits: .init(areas: 7)).components.count == 7)
    expectRefusal(of: map, .init(areas: 6), saying: "more than 6 areas")
    // Both ends of the lines, which all have nodes here, and turns: of the map, and between its lower rows.
    let corners = try 2 * map.coverage().graph.count + 4 + 3
    #expect(try map.coverage(limits: .init(corners: corners)).components.count == 7)
    expectRefusal(of: map, .init(corners: corners - 1), saying: "more than \(corners - 1) corners")
  }

  private func expectRefusal(of map: Map, _ limits: PolygonCoverage.Limits, saying words: String) {
    let error = #expect(throws: VectorError.self) { try map.coverage(limits: limits) }
    #expect(error?.reason == .limitExceeded)
    #expect(error?.message.contains(words) == true)
  }

  @Test(arguments: 0..<30)
  func `simplified polygons cover the same ground without overlap or gap`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed) + 1000)
    let map = Map(
      random: Int.random(in: 20...120, using: &generator), Int.random(in: 20...90, using: &generator),
      classes: UInt8.random(in: 1...5, using: &generator), block: 1 + seed % 8, holes: 30, seed: UInt64(seed))
    let shaper = ArcSimplification(metres: [0.8, 1, 2, 4, 10][seed % 5])
    let isMirrored = seed % 3 == 0
    let coverage = try map.coverage(shaper: shaper, threads: 1 + seed % 2, isMirrored: isMirrored)
    let other = try map.coverage(shaper: shaper, threads: 2 - seed % 2, isMirrored: isMirrored)
    #expect(coverage.unsettled.isEmpty)
    #expect(coverage.allRings() == other.allRings())
    try expectPartition(coverage)
  }

  /// Every ring is read as pixels by the even-odd rule, row by row.
  private func expectCover(_ map: Map, _ coverage: PolygonCoverage) throws {
    var covered = [Int](repeating: 0, count: map.pixels.count)
    var rings = PolygonRings()
    for component in 1..<(coverage.components.count + 1) {
      coverage.read(component, into: &rings)
      #expect(rings.area() == Int(coverage.components.pixelCounts[component]) * 2 * 256 * 256)
      #expect(coverage.components.areas[component] == Double(coverage.components.pixelCounts[component]))
      var count = 0
      for row in 0..<map.height {
        for column in rings.columns(row: row, width: map.width) {
          let index = row * map.width + column
          #expect(covered[index] == 0)
          covered[index] = component
          count += 1
          let value = Int(map.pixels[index])
          #expect([value, value * 257].contains(Int(coverage.components.values[component])))
        }
      }
      #expect(count == Int(coverage.components.pixelCounts[component]))
    }
    for index in covered.indices { #expect((covered[index] != 0) == (map.pixels[index] != 0)) }
    // Neighbours of one class are one component.
    for index in covered.indices where index % map.width > 0 && map.pixels[index] == map.pixels[index - 1] {
      #expect(covered[index] == covered[index - 1])
    }
    for index in covered.indices.dropFirst(map.width) where map.pixels[index] == map.pixels[index - map.width] {
      #expect(covered[index] == covered[index - map.width])
    }
  }
}

/// No two edges cross, every edge is walked at most once each way, and areas add up to the outline's.
func expectPartition(_ coverage: PolygonCoverage) throws {
  var rings = PolygonRings()
  var edges: Set<Edge> = []
  var total = 0
  for component in 1..<(coverage.components.count + 1) {
    coverage.read(component, into: &rings)
    let area = rings.area()
    #expect(area > 0)
    total += area
    for index in rings.ends.indices {
      let ring = Array(rings.ring(index))
      #expect(ring.count >= 4 && ring.first == ring.last)
      for (start, end) in zip(ring, ring.dropFirst()) {
        #expect(edges.insert(Edge(start: start, end: end)).inserted)
      }
    }
  }
  let unpaired = edges.filter { !edges.contains(Edge(start: $0.end, end: $0.start)) }
  let outline = unpaired.reduce(0) { $0 + $1.moment }
  #expect(outline == total)
  let all = edges.filter { $0.isUpwards || !edges.contains(Edge(start: $0.end, end: $0.start)) }
    .sorted { $0.low < $1.low }
  for first in all.indices {
    for second in all.indices.dropFirst(first + 1) {
      if all[second].low > all[first].high { break }
      #expect(!all[first].crosses(all[second]))
    }
  }
}

private struct Edge: Hashable {
  var start: FixedPosition
  var end: FixedPosition
  var low: Int32 { min(start.x, end.x) }
  var high: Int32 { max(start.x, end.x) }
  var isUpwards: Bool { (start.y, start.x) < (end.y, end.x) }
  var moment: Int { Int(start.x) * Int(end.y) - Int(end.x) * Int(start.y) }

  private func side(_ point: FixedPosition) -> Int {
    ((Int(end.x) - Int(start.x)) * (Int(point.y) - Int(start.y))
      - (Int(end.y) - Int(start.y)) * (Int(point.x) - Int(start.x))).signum()
  }

  /// Whether the inner parts of two edges cross, or an end of one lies within the other.
  func crosses(_ other: Edge) -> Bool {
    if max(start.y, end.y) < min(other.start.y, other.end.y) { return false }
    if min(start.y, end.y) > max(other.start.y, other.end.y) { return false }
    if self == Edge(start: other.end, end: other.start) { return false }
    let sides = [side(other.start), side(other.end), other.side(start), other.side(end)]
    if sides[0] * sides[1] < 0 && sides[2] * sides[3] < 0 { return true }
    return [other.start, other.end].contains { isWithin($0) } || [start, end].contains { other.isWithin($0) }
  }

  private func isWithin(_ point: FixedPosition) -> Bool {
    point != start && point != end && side(point) == 0 && point.x >= low && point.x <= high
      && point.y >= min(start.y, end.y) && point.y <= max(start.y, end.y)
  }
}

extension PolygonRings {
  /// Twice the area, holes taken away.
  func area() -> Int {
    ends.indices.reduce(0) { sum, index in
      let ring = Array(ring(index))
      return sum + zip(ring, ring.dropFirst()).reduce(0) { $0 + Edge(start: $1.0, end: $1.1).moment }
    }
  }

  /// The columns whose centres lie inside, in a row of pixels.
  func columns(row: Int, width: Int) -> [Int] {
    let y = -(Int32(row) * 256 + 128)
    var crossings: [Int32] = []
    for index in ends.indices {
      let ring = Array(ring(index))
      for (start, end) in zip(ring, ring.dropFirst()) where (start.y < y) != (end.y < y) { crossings.append(start.x) }
    }
    crossings.sort()
    return stride(from: 0, to: crossings.count, by: 2).flatMap {
      Int(crossings[$0] / 256)..<Int(crossings[$0 + 1] / 256)
    }
  }
}

extension PolygonCoverage {
  func allRings() -> [[FixedPosition]] {
    var rings = PolygonRings()
    return (1..<(components.count + 1)).flatMap { component in
      read(component, into: &rings)
      return rings.ends.indices.map { Array(rings.ring($0)) }
    }
  }
}
