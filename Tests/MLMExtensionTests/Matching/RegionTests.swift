import Foundation
import MLMExtension
import SeededRandom
import StacModel
import Testing

@Suite struct RegionTests {
  /// A ring from numbers by twos, closed.
  private func polygon(_ numbers: Double...) -> Geometry {
    var ring = stride(from: 0, to: numbers.count, by: 2).map {
      Position(longitude: numbers[$0], latitude: numbers[$0 + 1])
    }
    ring.append(ring[0])
    return .polygon([ring])
  }

  private func region(_ geometry: Geometry) throws -> Region {
    try #require(Region(geometry: geometry, boundingBox: nil))
  }

  @Test func anAngledShapeIsNotItsBox() throws {
    let angle = try region(polygon(0, 0, 10, 0, 10, 2, 2, 2, 2, 10, 0, 10))
    #expect(angle.area == 36)
    let within = try region(polygon(5, 5, 9, 5, 9, 9, 5, 9))
    #expect(within.share(within: angle) == 0)
    let across = try region(polygon(1, 1, 3, 1, 3, 3, 1, 3))
    #expect(abs(across.share(within: angle) - 0.75) < 1e-12)
    #expect(across.share(within: across) == 1)
  }

  @Test func whatWasKeptReadsBackTheSameAndARingWithoutAnAreaDoesNot() throws {
    let angle = try region(polygon(0, 0, 10, 0, 10, 2, 2, 2, 2, 10, 0, 10))
    let kept = try JSONEncoder().encode(angle)
    #expect(try JSONDecoder().decode(Region.self, from: kept) == angle)
    let text = String(decoding: kept, as: UTF8.self)
    let corners = try #require(text.firstRange(of: /"corners":\[[^\]]*\]/))
    for wrong in [#""corners":[],"isConvex":false"#, #""corners":[{"x":1,"y":1}],"isConvex":true"#] {
      let spoilt = text.replacingCharacters(in: corners, with: wrong)
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(Region.self, from: Data(spoilt.utf8)) }
    }
  }

  @Test func aHoleIsNoPartOfIt() throws {
    let outer = [(0.0, 0.0), (9, 0), (9, 9), (0, 9), (0, 0)].map { Position(longitude: $0.0, latitude: $0.1) }
    let hole = [(3.0, 3.0), (3, 6), (6, 6), (6, 3), (3, 3)].map { Position(longitude: $0.0, latitude: $0.1) }
    let ring = try region(.polygon([outer, hole]))
    #expect(ring.area == 72)
    #expect(try region(polygon(4, 4, 5, 4, 5, 5, 4, 5)).share(within: ring) == 0)
    #expect(try region(polygon(2, 4, 4, 4, 4, 5, 2, 5)).share(within: ring) == 0.5)
  }

  @Test func boxesAcrossTheAntimeridianMeetOnBothSides() throws {
    let pacific = try #require(Region(BoundingBox(west: 170, south: -10, east: -170, north: 10)))
    #expect(pacific.area == 400)
    let east = try #require(Region(BoundingBox(west: -175, south: 0, east: -165, north: 5)))
    #expect(east.share(within: pacific) == 0.5)
    let greenwich = try #require(Region(BoundingBox(west: -5, south: 0, east: 5, north: 5)))
    #expect(greenwich.share(within: pacific) == 0)
  }

  @Test func whatOnlyTouchesSharesNothing() throws {
    let west = try #require(Region(BoundingBox(west: 0, south: 0, east: 1, north: 1)))
    let east = try #require(Region(BoundingBox(west: 1, south: 0, east: 2, north: 1)))
    #expect(west.share(within: east) == 0)
    #expect(try region(polygon(0, 0, 1, 0, 0, 1)).share(within: region(polygon(1, 0, 1, 1, 0, 1))) == 0)
  }

  @Test func whatHasNoAreaIsNoRegion() {
    #expect(Region(geometry: .point(Position(longitude: 1, latitude: 1)), boundingBox: nil) == nil)
    #expect(Region(BoundingBox(west: 1, south: 1, east: 1, north: 2)) == nil)
    let box = BoundingBox(west: 0, south: 0, east: 1, north: 1)
    #expect(Region(geometry: .point(Position(longitude: 1, latitude: 1)), boundingBox: box)?.area == 1)
  }

  @Test func aPartOfAShapeKeepsItsForm() throws {
    let triangle = try region(polygon(0, 0, 10, 0, 0, 10))
    let part = try #require(triangle.clipped(to: BoundingBox(west: 4, south: 4, east: 10, north: 10)))
    #expect(abs(part.area - 2) < 1e-12)
    #expect(triangle.clipped(to: BoundingBox(west: 8, south: 8, east: 10, north: 10)) == nil)
  }

  /// A polygon over whole numbers with a flat bottom, of columns of random height.
  private struct Skyline {
    let west: Int
    let south: Int
    let heights: [Int]

    init(_ random: inout SeededGenerator, columns: ClosedRange<Int> = 1...7) {
      west = Int.random(in: -5...5, using: &random)
      south = Int.random(in: -5...5, using: &random)
      heights = (0..<Int.random(in: columns, using: &random)).map { _ in Int.random(in: 1...7, using: &random) }
    }

    var geometry: Geometry {
      var corners = [Position(longitude: Double(west), latitude: Double(south))]
      corners.append(Position(longitude: Double(west + heights.count), latitude: Double(south)))
      for (column, height) in heights.enumerated().reversed() {
        corners.append(Position(longitude: Double(west + column + 1), latitude: Double(south + height)))
        corners.append(Position(longitude: Double(west + column), latitude: Double(south + height)))
      }
      return .polygon([corners + [corners[0]]])
    }

    var cells: Set<[Int]> {
      Set(heights.enumerated().flatMap { column, height in (0..<height).map { [west + column, south + $0] } })
    }
  }

  @Test func sharesOfRandomShapesAreThoseOfTheirCells() throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<2_000 {
      let (first, second) = (Skyline(&random), Skyline(&random))
      let share = try region(first.geometry).share(within: region(second.geometry))
      let expected = Double(first.cells.intersection(second.cells).count) / Double(first.cells.count)
      #expect(abs(share - expected) < 1e-9, "\(first) \(second)")
    }
  }

  /// A star of so many corners around a place.
  private func star(_ corners: Int, at longitude: Double) throws -> Region {
    var ring = (0..<corners).map { index in
      let (angle, radius) = (2 * Double.pi * Double(index) / Double(corners), index % 2 == 0 ? 5.0 : 2.5)
      return Position(longitude: longitude + radius * cos(angle), latitude: radius * sin(angle))
    }
    ring.append(ring[0])
    return try region(.polygon([ring]))
  }

  @Test func shapesOfManyCornersAreNeverTakenForApartWhereTheyMeet() throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<200 {
      let (first, second) = (Skyline(&random, columns: 20...60), Skyline(&random, columns: 20...60))
      let share = try region(first.geometry).share(within: region(second.geometry))
      let common = first.cells.intersection(second.cells)
      #expect(0...1 ~= share && (common.isEmpty || share > 0), "\(first) \(second)")
    }
    let (here, there) = (try star(254, at: 0), try star(254, at: 11))
    #expect(here.share(within: there) == 0 && here.share(within: here) == 1)
    #expect(abs(try star(254, at: 5).share(within: here) - star(40, at: 5).share(within: star(40, at: 0))) < 0.25)
  }

  /// Triangle by triangle these were 64,516 comparisons of each pair.
  @Test func shapesOfManyCornersTakeBoundedEffort() throws {
    let (here, there) = (try star(254, at: 0), try star(254, at: 1))
    let start = ContinuousClock.now
    for _ in 0..<500 { #expect(here.share(within: there) > 0) }
    #expect(ContinuousClock.now - start < .seconds(10))
  }
}

@Suite struct SeasonTests {
  private func season(_ start: String, _ end: String) throws -> [Int] {
    Season(from: try #require(Timestamp(start)), to: try #require(Timestamp(end))).months
  }

  @Test func monthsAreThoseOfWhateverYear() throws {
    #expect(try season("2020-06-15T00:00:00Z", "2020-08-01T00:00:00Z") == [6, 7, 8])
    #expect(try season("2020-11-30T23:59:59Z", "2021-02-01T00:00:00Z") == [1, 2, 11, 12])
    #expect(try season("2020-06-15T00:00:00Z", "2020-06-15T00:00:00Z") == [6])
    #expect(try season("2020-06-15T00:00:00Z", "2021-05-01T00:00:00Z") == Array(1...12))
    #expect(try season("2015-06-15T00:00:00Z", "2024-07-01T00:00:00Z") == Array(1...12))
    #expect(try season("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z") == Array(1...12))
  }

  @Test func sharesAreOfMonths() {
    #expect(Season(months: [6, 7, 8, 9]).share(within: Season(months: [8, 9, 10])) == 0.5)
    #expect(Season(months: [1]).share(within: Season(months: 2...12)) == 0)
  }
}
