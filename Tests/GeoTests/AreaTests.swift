import Foundation
import Geo
import Testing

@Suite struct AreaTests {
  @Test func `a box on a geographic grid covers the pixels whose centres it holds`() throws {
    let grid = try Fixtures.grid(epsg: 4326, west: 10, north: 50, pixel: 0.1, width: 20, height: 10)
    let placement = try AreaPlacement(AreaOfInterest(boundingBox: [10.3, 49.5, 10.64, 49.8]), on: grid)
    #expect(placement.window == RasterWindow(column: 3, row: 2, width: 4, height: 3))
    let row = [true, true, true, false]
    #expect(placement.mask() == row + row + row)
  }

  @Test func `a polygon with a hole on a projected grid holds the centres GEOS says it holds`() throws {
    let grid = try Fixtures.grid(epsg: 32633, west: 400_000, north: 5_400_000, pixel: 100, width: 60, height: 50)
    let json = """
      {"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[
      [[13.64,48.71],[13.71,48.72],[13.70,48.75],[13.65,48.745],[13.64,48.71]],
      [[13.66,48.72],[13.66,48.73],[13.68,48.73],[13.66,48.72]]]}}
      """
    let area = try AreaOfInterest(geoJSON: Data(json.utf8))
    let placement = try AreaPlacement(area, on: grid)
    let transform = try CoordinateTransform(from: grid.referenceSystem, to: .longitudeLatitude())
    let mask = placement.mask()
    let window = placement.window
    #expect(mask.contains(true) && mask.contains(false))
    var differing = 0
    for row in 0..<grid.height {
      for column in 0..<grid.width {
        let place = grid.geoTransform.point(column: Double(column) + 0.5, row: Double(row) + 0.5)
        let moved = transform.transform(place)
        let point = try #require(moved)
        let inWindow = window.contains(RasterWindow(column: column, row: row, width: 1, height: 1))
        let masked = inWindow && mask[(row - window.row) * window.width + column - window.column]
        if masked != Self.holds(area.polygons[0], point) { differing += 1 }
      }
    }
    #expect(differing == 0)
  }

  @Test func `a box over the antimeridian meets a grid over it`() throws {
    let grid = try Fixtures.grid(epsg: 32760, west: 790_000, north: 8_117_000, pixel: 1000, width: 60, height: 20)
    let both = try AreaPlacement(AreaOfInterest(boundingBox: [179.8, -17.3, -179.8, -16.9]), on: grid)
    let west = try AreaPlacement(AreaOfInterest(boundingBox: [179.8, -17.3, 180, -16.9]), on: grid)
    let east = try AreaPlacement(AreaOfInterest(boundingBox: [-180, -17.3, -179.8, -16.9]), on: grid)
    func count(_ placement: AreaPlacement) -> Int { placement.mask().filter { $0 }.count }
    #expect(count(west) > 300 && count(east) > 300)
    #expect(count(both) == count(west) + count(east))
  }

  @Test func `an area at the edge of a global grid takes only that edge`() throws {
    let grid = try Fixtures.grid(epsg: 4326, west: -180, north: 90, pixel: 1, width: 360, height: 180)
    let east = try AreaPlacement(AreaOfInterest(boundingBox: [170, 10, 180, 20]), on: grid)
    #expect(east.window == RasterWindow(column: 350, row: 70, width: 10, height: 10))
    let shifted = try Fixtures.grid(epsg: 4326, west: 0, north: 90, pixel: 1, width: 360, height: 180)
    let west = try AreaPlacement(AreaOfInterest(boundingBox: [-10, 10, -5, 20]), on: shifted)
    #expect(west.window == RasterWindow(column: 350, row: 70, width: 5, height: 10))
  }

  @Test func `the whole world holds every pixel of a projected image`() throws {
    for epsg in [32633, 3413, 32701] {
      let grid = try Fixtures.grid(epsg: epsg, west: 300_000, north: 5_000_000, pixel: 1000, width: 30, height: 20)
      let placement = try AreaPlacement(AreaOfInterest(boundingBox: [-180, -90, 180, 90]), on: grid)
      #expect(placement.window == grid.window)
      #expect(!placement.mask().contains(false))
    }
  }

  @Test(arguments: [1e-300, 1e-12, 1e12])
  func `an absurd pixel size is an error or a window, never a crash`(pixel: Double) throws {
    for epsg in [4326, 32633] {
      let grid = try Fixtures.grid(epsg: epsg, west: 10, north: 50, pixel: pixel, width: 20, height: 20)
      let placement = try? AreaPlacement(AreaOfInterest(boundingBox: [-180, -90, 180, 90]), on: grid)
      #expect(placement == nil || placement?.window == grid.window)
    }
  }

  @Test func `an area outside the image is an error`() throws {
    let grid = try Fixtures.grid(epsg: 32633, west: 400_000, north: 5_400_000, pixel: 100, width: 60, height: 50)
    let error = try #require(throws: GeoError.self) {
      _ = try AreaPlacement(AreaOfInterest(boundingBox: [-60, -10, -59, -9]), on: grid)
    }
    #expect(error.reason == .outsideImage)
  }

  @Test(arguments: [
    [0, 0, 0, 1], [0, 1, 1, 1], [0, 1, 1, 0], [0, 0, 1], [0, 0, 0, 1, 1], [-181, 0, 1, 1], [0, -91, 1, 1],
    [.nan, 0, 1, 1],
  ])
  func `a box without area or out of range is an error`(numbers: [Double]) {
    #expect(throws: GeoError.self) { try AreaOfInterest(boundingBox: numbers) }
  }

  @Test(arguments: [
    "", "[]", "{\"type\":\"Point\",\"coordinates\":[1,2]}", "{\"type\":\"Polygon\",\"coordinates\":[]}",
    "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1]]]}",
    "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}",
    "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1],[2,2],[0,0]]]}",
    "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[\"1\",1],[2,2],[0,0]]]}",
    "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[400,0],[400,1],[0,0]]]}",
    "{\"type\":\"FeatureCollection\",\"features\":[]}", "{\"type\":\"Feature\",\"geometry\":null}",
  ])
  func `GeoJSON that is no area is an error`(text: String) {
    #expect(throws: GeoError.self) { try AreaOfInterest(geoJSON: Data(text.utf8)) }
  }

  /// Even-odd over all rings, in longitude and latitude.
  private static func holds(_ polygon: GeographicPolygon, _ point: Point) -> Bool {
    var inside = false
    for ring in polygon.rings {
      for (a, b) in zip(ring, ring.dropFirst()) where (a.latitude > point.y) != (b.latitude > point.y) {
        let part = (point.y - a.latitude) / (b.latitude - a.latitude)
        if point.x < a.longitude + part * (b.longitude - a.longitude) { inside.toggle() }
      }
    }
    return inside
  }
}
