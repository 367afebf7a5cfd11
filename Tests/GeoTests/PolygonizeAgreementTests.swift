import CGeo
import Foundation
import Geo
import SeededRandom
import Testing
import Vectors

/// Labelling and tracing beside GDAL's `GDALPolygonize`, 4-connected: the same areas, class by class.
@Suite struct PolygonizeAgreementTests {
  /// A polygon on the grid: its class, the corners of its box, its area in pixels.
  private struct Region: Hashable, Comparable {
    var value: Int
    var box: [Int]
    var area: Int

    static func < (one: Region, other: Region) -> Bool {
      (one.value, one.area) != (other.value, other.area)
        ? (one.value, one.area) < (other.value, other.area) : one.box.lexicographicallyPrecedes(other.box)
    }
  }

  private struct ClassMap {
    var width: Int
    var height: Int
    /// Row by row; 0 is no data.
    var values: [UInt8]
  }

  @Test(arguments: 0..<40)
  func `random maps have the polygons that GDAL finds`(seed: Int) throws {
    let map = Self.random(seed: UInt64(seed))
    let expected = try #require(Self.polygonizedByGDAL(map))
    #expect(try Self.traced(map) == expected)
  }

  @Test(arguments: [2, 3, 6, 12])
  func `maps of a real scene have the polygons that GDAL finds`(classes: Int) throws {
    let map = try Self.greenness(classes: classes)
    let expected = try #require(Self.polygonizedByGDAL(map))
    #expect(Set(expected.map(\.value)).count == classes && expected.count > 500 * classes)
    #expect(expected.reduce(0) { $0 + $1.area } == map.values.count { $0 != 0 })
    #expect(try Self.traced(map) == expected)
  }

  /// From scattered pixels to large patches, with lines that go down.
  private static func random(seed: UInt64) -> ClassMap {
    var generator = SeededGenerator(seed: seed)
    let (width, height) = (Int.random(in: 1...160, using: &generator), Int.random(in: 1...120, using: &generator))
    let highest = UInt8.random(in: 1...6, using: &generator)
    let persistence = Int.random(in: 0...7, using: &generator)
    var values = [UInt8](repeating: 0, count: width * height)
    for index in values.indices {
      switch Int.random(in: 0..<10, using: &generator) {
      case ..<persistence where index >= width: values[index] = values[index - width]
      case ..<(persistence + 2) where index > 0: values[index] = values[index - 1]
      default: values[index] = .random(in: 0...highest, using: &generator)
      }
    }
    return ClassMap(width: width, height: height, values: values)
  }

  /// Classes of the same number of pixels by the vegetation index of a Sentinel-2 image; its darkest pixels are no data.
  private static func greenness(classes: Int) throws -> ClassMap {
    let image = try RasterDataset(path: Fixtures.scene)
    let window = image.information.window
    let red = try image.read(Float.self, band: 1, window: window).values
    let infrared = try image.read(Float.self, band: 4, window: window).values
    let index = red.indices.map { (infrared[$0] - red[$0]) / max(infrared[$0] + red[$0], 1) }
    let order = index.sorted()
    let limits = (1..<classes).map { order[$0 * order.count / classes] }
    let dark = infrared.sorted()[infrared.count / 20]
    let values = index.indices.map { pixel in
      infrared[pixel] < dark ? 0 : UInt8(1 + limits.count { $0 <= index[pixel] })
    }
    return ClassMap(width: window.width, height: window.height, values: values)
  }

  // MARK: Ours

  private static func traced(_ map: ClassMap) throws -> [Region] {
    try map.values.withUnsafeBufferPointer { pixels in
      let raster = try ClassRaster(pixels, width: map.width, height: map.height, noData: 0)
      let coverage = try PolygonCoverage(raster, placement: OnTheGrid())
      return (1..<(coverage.components.count + 1)).map { component in
        let rings = coverage.tracedRings(component).map { ring in
          ring.map { SIMD2(Int($0.x), Int($0.y)) / Int(GridPoint.unitsPerPixel) }
        }
        let area = region(Int(coverage.components.values[component]), rings)
        #expect(area.area == Int(coverage.components.pixelCounts[component]))
        return area
      }.sorted()
    }
  }

  private struct OnTheGrid: ArcPlacement {
    let isMirrored = true

    func metric(at point: GridPoint) -> GridMetric { GridMetric(eastX: 1, eastY: 0, northX: 0, northY: -1) }

    func place(_ arcs: ArcPoints<GridPoint>, into placed: inout ArcPoints<FixedPosition>) throws {
      for arc in 0..<arcs.count {
        for point in arcs.points[arcs.range(arc)] { placed.points.append(FixedPosition(x: point.x, y: point.y)) }
        try placed.endArc()
      }
    }
  }

  /// The outer ring's area less that of the others, closed or not.
  private static func region(_ value: Int, _ rings: [[SIMD2<Int>]]) -> Region {
    let areas = rings.map { ring in
      abs(
        ring.indices.reduce(0) { sum, index in
          let (from, to) = (ring[index], ring[index + 1 == ring.count ? 0 : index + 1])
          return sum + from.x * to.y - to.x * from.y
        }) / 2
    }
    let (columns, rows) = (rings[0].map(\.x), rings[0].map(\.y))
    let box = [columns.min(), rows.min(), columns.max(), rows.max()].compactMap(\.self)
    return Region(value: value, box: box, area: areas[0] - areas.dropFirst().reduce(0, +))
  }

  // MARK: GDAL's

  /// `GDALPolygonize` into a layer in memory; nil where GDAL fails.
  private static func polygonizedByGDAL(_ map: ClassMap) -> [Region]? {
    guard GeoLibrary.versions["GDAL"] != nil, let memory = GDALGetDriverByName("MEM"),
      let package = GDALGetDriverByName("GPKG"),
      let raster = GDALCreate(memory, "", Int32(map.width), Int32(map.height), 1, GDT_Byte, nil)
    else { return nil }
    defer { GDALClose(raster) }
    var pixels = map.values
    let (columns, rows) = (Int32(map.width), Int32(map.height))
    guard let band = GDALGetRasterBand(raster, 1),
      GDALRasterIO(band, GF_Write, 0, 0, columns, rows, &pixels, columns, rows, GDT_Byte, 0, 0) == CE_None
    else { return nil }
    let path = "/vsimem/\(UUID().uuidString).gpkg"
    guard let vectors = GDALCreate(package, path, 0, 0, 0, GDT_Unknown, nil) else { return nil }
    defer {
      GDALClose(vectors)
      VSIUnlink(path)
    }
    guard let layer = GDALDatasetCreateLayer(vectors, "regions", nil, wkbPolygon, nil),
      let field = OGR_Fld_Create("value", OFTInteger)
    else { return nil }
    defer { OGR_Fld_Destroy(field) }
    guard OGR_L_CreateField(layer, field, 1) == OGRERR_NONE, GDALDatasetStartTransaction(vectors, 0) == OGRERR_NONE,
      GDALPolygonize(band, nil, layer, 0, nil, nil, nil) == CE_None
    else { return nil }
    return regions(of: layer)
  }

  private static func regions(of layer: OGRLayerH) -> [Region] {
    var found: [Region] = []
    OGR_L_ResetReading(layer)
    while let feature = OGR_L_GetNextFeature(layer) {
      defer { OGR_F_Destroy(feature) }
      let value = Int(OGR_F_GetFieldAsInteger(feature, 0))
      guard value != 0, let geometry = OGR_F_GetGeometryRef(feature) else { continue }
      let rings = (0..<OGR_G_GetGeometryCount(geometry)).map { corners(of: OGR_G_GetGeometryRef(geometry, $0)) }
      found.append(region(value, rings))
    }
    return found.sorted()
  }

  /// A raster without a place has its rows on the y axis, as they are.
  private static func corners(of ring: OGRGeometryH?) -> [SIMD2<Int>] {
    (0..<OGR_G_GetPointCount(ring)).map { SIMD2(Int(OGR_G_GetX(ring, $0)), Int(OGR_G_GetY(ring, $0))) }
  }
}
