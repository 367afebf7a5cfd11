import Testing
import Vectors

@Suite struct PositionFrameTests {
  @Test func `a unit is as fine as pixels need, and as a map allows`() throws {
    func decimals(_ thickness: Double, _ degrees: Double) -> Int? {
      DegreeUnit(thickness: thickness, width: degrees, height: degrees)?.decimals
    }
    #expect(decimals(1e-4, 1) == 7)
    #expect(decimals(3.3e-6, 1) == 7)
    #expect(decimals(3e-6, 1) == 8)
    #expect(decimals(9e-8, 0.01) == 9)
    #expect(decimals(9e-9, 0.001) == 10)
    #expect(decimals(9e-8, 1) == 9)
    // So wide that only coarser units have numbers for it; then pixels have fewer of them across.
    #expect(decimals(9e-8, 20) == 8)
    #expect(decimals(9e-7, 100) == 7)
    #expect(decimals(2e-7, 100) == nil)
    #expect(decimals(2e-10, 0.001) == nil)
    #expect(DegreeUnit(thickness: 1, width: 420, height: 180)?.decimals == 7)
  }

  @Test(arguments: [(1e-4, 1.0), (9e-8, 0.01), (9e-9, 0.001)])
  func `a position goes to its degrees and back, wherever counting begins`(thickness: Double, width: Double) throws {
    let unit = try #require(DegreeUnit(thickness: thickness, width: width, height: width))
    let place = (longitude: -179.123_456_789_012, latitude: 71.987_654_321_098)
    for shift in [0, width / 3, -width / 2] {
      let frame = PositionFrame(unit: unit, longitude: -179.12 + shift, latitude: 71.98 - shift)
      let position = try #require(frame.position(longitude: place.longitude, latitude: place.latitude))
      #expect(frame.longitude(position) == unit.rounded(place.longitude))
      #expect(frame.latitude(position) == unit.rounded(place.latitude))
      #expect(frame.position(longitude: frame.longitude(position), latitude: frame.latitude(position)) == position)
    }
  }

  @Test func `what lies beyond the frame or the poles has no position`() {
    let frame = PositionFrame(unit: .coarsest)
    #expect(frame.position(longitude: 180, latitude: 90) == FixedPosition(x: 1_800_000_000, y: 900_000_000))
    #expect(frame.position(longitude: 0, latitude: 90.000_000_4)?.y == 900_000_000)
    #expect(frame.position(longitude: 0, latitude: 91) == nil)
    #expect(frame.position(longitude: 400, latitude: 0) == nil)
    #expect(frame.position(longitude: .nan, latitude: 0) == nil)
    #expect(frame.position(longitude: 0, latitude: .nan) == nil)
    #expect(frame.position(longitude: 1e300, latitude: 0) == nil)
  }
}
