import Foundation
import Geo

/// Files and small rasters that several suites use.
enum Fixtures {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("fixtures/geo/\(name)").path
  }

  /// A Sentinel-2 image of two dates, each red, green, blue and near infrared.
  static var scene: String { path("../source/s2_austria_2date_rgbn.tif") }

  /// A fresh folder, removed when the closure ends.
  static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("geo-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }

  static func grid(
    epsg: Int, west: Double, north: Double, pixel: Double, width: Int, height: Int
  ) throws -> RasterGrid {
    RasterGrid(
      width: width, height: height,
      geoTransform: GeoTransform(west: west, north: north, pixelWidth: pixel, pixelHeight: pixel),
      referenceSystem: try CoordinateReferenceSystem(epsg: epsg))
  }

  /// A class map of rows of digits; `.` is nodata.
  static func map(_ rows: [String]) throws -> PixelBlock<UInt8> {
    let values = rows.joined().map { UInt8(String($0)) ?? 255 }
    return try PixelBlock(width: rows[0].count, height: rows.count, values: values, noData: 255)
  }

  /// Pseudo-random classes 1 to `classes`, and nodata now and then, from a linear congruential generator.
  static func noise(width: Int, height: Int, classes: UInt64, seed: UInt64 = 1) throws -> PixelBlock<UInt8> {
    var state = seed
    let values = (0..<(width * height)).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = state >> 33
      return number % 17 == 0 ? 0 : UInt8(1 + (number / 17) % classes)
    }
    return try PixelBlock(width: width, height: height, values: values, noData: 0)
  }

  /// A scratch raster in memory with the values of a block.
  static func scratch<Value: PixelValue>(_ block: PixelBlock<Value>) throws -> ScratchRaster<Value> {
    let raster = try ScratchRaster<Value>(width: block.width, height: block.height, folder: "/tmp")
    _ = raster.pixels.update(fromContentsOf: block.values)
    return raster
  }

  /// The polygons of a map, and what was told of them.
  struct Outcome {
    var polygons: [ClassPolygon]
    var summary: PolygonizerSummary
  }

  static func outcome(
    _ map: PixelBlock<UInt8>, on grid: RasterGrid, options: Polygonizer.Options = .init(), confidence: [Float]? = nil
  ) throws -> Outcome {
    var polygons: [ClassPolygon] = []
    let polygonizer = Polygonizer(grid: grid, options: options)
    let summary = try polygonizer.run(map, confidence: confidence) { polygons.append($0) }
    return Outcome(polygons: polygons, summary: summary)
  }

  static func polygons(
    _ map: PixelBlock<UInt8>, on grid: RasterGrid, options: Polygonizer.Options = .init(), confidence: [Float]? = nil
  ) throws -> [ClassPolygon] {
    try outcome(map, on: grid, options: options, confidence: confidence).polygons
  }
}
