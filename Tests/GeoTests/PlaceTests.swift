import Geo
import Testing

@Suite struct PlaceTests {
  @Test func `a geotransform and its inverse undo each other`() throws {
    let transform = GeoTransform(originX: 300_000, columnX: 8, rowX: 3, originY: 5_000_000, columnY: 2, rowY: -9)
    let inverse = try #require(transform.inverse)
    let point = transform.point(column: 17.5, row: 41.25)
    let back = inverse.point(column: point.x, row: point.y)
    #expect(abs(back.x - 17.5) < 1e-6)
    #expect(abs(back.y - 41.25) < 1e-6)
  }

  @Test func `a geotransform without area has no inverse`() {
    #expect(GeoTransform(originX: 0, columnX: 0, originY: 0, rowY: -1).inverse == nil)
  }

  @Test func `EPSG 4326 is longitude then latitude`() throws {
    let geographic = try CoordinateReferenceSystem.longitudeLatitude()
    #expect(geographic.isGeographic)
    #expect(geographic.epsg == 4326)
    let utm = try CoordinateReferenceSystem(epsg: 32633)
    let transform = try CoordinateTransform(from: geographic, to: utm)
    let moved = transform.transform(Point(x: 15, y: 0))
    let point = try #require(moved)
    #expect(abs(point.x - 500_000) < 1e-6)
    #expect(abs(point.y) < 1e-6)
  }
}
