import StacModel
import Testing

@Suite("A geometry that crosses itself")
struct CrossingsTests {
  private static func ring(_ count: Int, _ position: (Int) -> (Double, Double)) -> Geometry {
    var positions = (0..<count).map { index in
      let (longitude, latitude) = position(index)
      return Position(longitude: longitude, latitude: latitude)
    }
    positions.append(positions[0])
    return .polygon([positions])
  }

  /// A star whose points are joined to the one almost opposite: every line crosses nearly all others.
  private static func star(_ count: Int) -> Geometry {
    ring(count) { index in
      let turn = Double(index) * Double(count / 2) / Double(count)
      return (Self.cosine(turn) * 50, Self.cosine(turn - 0.25) * 50)
    }
  }

  /// The cosine of a number of turns, by its series.
  private static func cosine(_ turns: Double) -> Double {
    let angle = (turns - turns.rounded()) * 2 * Double.pi
    var (sum, term) = (1.0, 1.0)
    for index in stride(from: 1.0, to: 30, by: 2) {
      term *= -angle * angle / (index * (index + 1))
      sum += term
    }
    return sum
  }

  @Test("is tangled from about a thousand places on")
  func tangled() {
    #expect(!Self.star(41).isTangled(countingOnlyAreas: true))
    #expect(Self.star(101).isTangled(countingOnlyAreas: true))
    #expect(Self.star(20_001).isTangled(countingOnlyAreas: true))
    #expect(Geometry.collection([Self.star(101)]).isTangled(countingOnlyAreas: true))
  }

  @Test("may have very many vertices, lines that meet and parts that share their edges")
  func large() {
    let comb = Self.ring(49_999) { index in (Double(index) / 1_000, index % 2 == 0 ? 0 : 50) }
    // Its base runs back under all the teeth, through their ends.
    #expect(!comb.isTangled(countingOnlyAreas: true))
    let squares = (0..<5_000).map { index -> [[Position]] in
      let (west, south) = (Double(index % 100), Double(index / 100))
      return [
        [(0.0, 0.0), (1, 0), (1, 1), (0, 1), (0, 0)].map { Position(longitude: west + $0.0, latitude: south + $0.1) }
      ]
    }
    #expect(!Geometry.multiPolygon(squares).isTangled(countingOnlyAreas: true))
  }

  @Test("may be a line, where only areas count")
  func lines() {
    guard case .polygon(let rings) = Self.star(201) else { return }
    #expect(!Geometry.lineString(rings[0]).isTangled(countingOnlyAreas: true))
    #expect(Geometry.lineString(rings[0]).isTangled(countingOnlyAreas: false))
  }

  @Test("is refused as an item's, with a pointer")
  func item() throws {
    guard case .polygon(let rings) = Self.star(201) else { return }
    let coordinates = JSONValue.array(rings[0].map { [JSONValue($0.longitude), JSONValue($0.latitude)] })
    let refusal = #expect(throws: DocumentRefusal.self) {
      try Item([
        "type": "Feature", "stac_version": "1.1.0", "id": "a",
        "geometry": ["type": "Polygon", "coordinates": [coordinates]], "bbox": [-50, -50, 50, 50],
        "properties": ["datetime": "2020-01-01T00:00:00Z"], "links": [], "assets": [:],
      ])
    }
    #expect(refusal?.faults.map(\.pointer.description) == ["/geometry"])
  }
}
