import SeededRandom
import Testing
import Vectors

@Suite struct MeridianCutTests {
  /// A polygon of rings that are not closed.
  private static func polygon(_ rings: [[(Int32, Int32)]]) -> PolygonRings {
    var polygon = PolygonRings()
    for ring in rings {
      polygon.positions += (ring + ring.prefix(1)).map { FixedPosition(x: $0.0, y: $0.1) }
      polygon.ends.append(polygon.positions.count)
    }
    return polygon
  }

  @Test func `a square is cut in two that have both its positions on the meridian`() throws {
    let square = Self.polygon([[(-2, 0), (0, 0), (2, 0), (2, 2), (0, 3), (-2, 2)]])
    let parts = try #require(square.parts(atMeridian: 0))
    #expect(parts.west.count == 1 && parts.east.count == 1)
    #expect(Self.doubleArea(parts.west[0]) == 10 && Self.doubleArea(parts.east[0]) == 10)
    let shared = Set(parts.west[0].positions).intersection(parts.east[0].positions)
    #expect(shared == [FixedPosition(x: 0, y: 0), FixedPosition(x: 0, y: 3)])
  }

  @Test func `what touches the meridian in one position stays whole on its side`() throws {
    // A hole that touches from the west, and one that touches from the east elsewhere.
    let square = Self.polygon([
      [(-9, 0), (0, 0), (9, 0), (9, 9), (0, 9), (-9, 9)], [(0, 3), (-4, 2), (-4, 4)], [(0, 6), (4, 7), (4, 5)],
    ])
    let parts = try #require(square.parts(atMeridian: 0))
    #expect(parts.west.map(\.ends.count) == [2] && parts.east.map(\.ends.count) == [2])
    #expect(Self.doubleArea(parts.west[0]) == 162 - 8 && Self.doubleArea(parts.east[0]) == 162 - 8)
  }

  @Test func `holes that touch one another from the border to the meridian part a side in two`() throws {
    let square = Self.polygon([
      [(-9, 0), (0, 0), (9, 0), (9, 9), (0, 9), (-9, 9), (-9, 4)], [(-9, 4), (-7, 5), (-5, 4), (-7, 3)],
      [(-5, 4), (-2, 5), (0, 4), (-2, 3)],
    ])
    let parts = try #require(square.parts(atMeridian: 0))
    #expect(parts.west.count == 2 && parts.west.allSatisfy { $0.ends.count == 1 })
    #expect(parts.east.count == 1)
    #expect(parts.west.map(Self.doubleArea).reduce(0, +) == 162 - 8 - 10)
  }

  @Test func `a line that crosses without a position is refused`() {
    #expect(Self.polygon([[(-2, 0), (2, 0), (2, 2), (-2, 2)]]).parts(atMeridian: 0) == nil)
  }

  @Test(arguments: UInt64(1)...20)
  func `parts of random areas have the pixels of their sides`(seed: UInt64) throws {
    let map = Map(random: 24, 24, classes: 2, seed: seed)
    let coverage = try map.coverage()
    var rings = PolygonRings()
    for component in 1...coverage.components.count {
      coverage.read(component, into: &rings)
      let columns = rings.positions.map(\.x)
      let (low, high) = (try #require(columns.min()), try #require(columns.max()))
      // Positions stand in corners alone: a meridian has one on every line only once they are all there.
      rings = Self.withAllCorners(rings)
      let meridian = low + (high - low) / 2 / 256 * 256
      let parts = try #require(rings.parts(atMeridian: meridian))
      let areas = (parts.west + parts.east).map(Self.doubleArea)
      #expect(areas.allSatisfy { $0 > 0 } && areas.reduce(0, +) == Self.doubleArea(rings))
      #expect(parts.west.flatMap(\.positions).allSatisfy { $0.x <= meridian })
      #expect(parts.east.flatMap(\.positions).allSatisfy { $0.x >= meridian })
      for part in parts.west + parts.east {
        for ring in part.ends.indices {
          let positions = part.ring(ring).dropLast()
          #expect(Set(positions).count == positions.count)
        }
      }
    }
  }

  /// The rings with a position wherever a corner of a pixel is.
  private static func withAllCorners(_ rings: PolygonRings) -> PolygonRings {
    polygon(
      rings.ends.indices.map { index in
        let ring = Array(rings.ring(index))
        return zip(ring, ring.dropFirst()).flatMap { start, end -> [(Int32, Int32)] in
          let count = max(abs(end.x - start.x), abs(end.y - start.y)) / 256
          let step = (x: (end.x - start.x) / count, y: (end.y - start.y) / count)
          return (0..<count).map { (start.x + step.x * $0, start.y + step.y * $0) }
        }
      })
  }

  private static func doubleArea(_ polygon: PolygonRings) -> Int {
    polygon.ends.indices.reduce(0) { sum, index in
      let ring = polygon.ring(index)
      return zip(ring, ring.dropFirst()).reduce(sum) { sum, pair in
        sum + Int(pair.0.x) * Int(pair.1.y) - Int(pair.1.x) * Int(pair.0.y)
      }
    }
  }
}
