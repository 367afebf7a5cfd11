import Foundation
import Geo
import Testing

@Suite struct RasterDatasetTests {
  @Test func `a raster tells its size, bands, scale, nodata and place`() throws {
    let dataset = try RasterDataset(path: Fixtures.path("ramp_uint16.tif"))
    let information = dataset.information
    #expect(information.width == 8 && information.height == 6)
    #expect(information.format == .geoTIFF)
    #expect(information.referenceSystem?.epsg == 32633)
    #expect(information.geoTransform?.gdal == [500_000, 10, 0, 5_000_000, 0, -10])
    let band = try dataset.bandInformation(1)
    #expect(band.dataType == .uint16 && band.noData == 7 && band.description == "B04")
    #expect(band.scale == 0.0001 && band.offset == -0.1 && band.hasScaling)
    #expect(band.maskKind == .noDataValue)
  }

  @Test func `a file that is opened again says the same of itself`() throws {
    let first = try RasterDataset(path: Fixtures.path("ramp_uint16.tif")).information
    let second = try RasterDataset(path: Fixtures.path("ramp_uint16.tif"), known: first).information
    #expect(second == first)
  }

  @Test func `pixels and validity come as they are stored`() throws {
    let dataset = try RasterDataset(path: Fixtures.path("ramp_uint16.tif"))
    let block = try dataset.read(UInt16.self, band: 1, window: RasterWindow(column: 6, row: 0, width: 2, height: 2))
    #expect(block.values == [6, 7, 14, 15])
    #expect(block.validity == [true, false, true, true])
    let real = try dataset.read(Float.self, band: 1, window: dataset.information.window)
    #expect(real.values[47] == 47)
    #expect(real.validCount == 47)
  }

  @Test func `nodata compares in the band's own type, NaN included`() throws {
    let decimal = try RasterDataset(path: Fixtures.path("float_nodata.tif"))
    let first = try decimal.read(Double.self, band: 1, window: decimal.information.window)
    #expect(!first.validity[0] && !first.validity[9] && first.validCount == 46)
    let nan = try RasterDataset(path: Fixtures.path("float_nan.tif"))
    let second = try nan.read(Float.self, band: 1, window: nan.information.window)
    #expect(!second.validity[0] && second.validCount == 47)
    let integer = try RasterDataset(path: Fixtures.path("int32_nodata.tif"))
    let third = try integer.read(Float.self, band: 1, window: integer.information.window)
    #expect(third.validity == [false, true, true, true])
  }

  @Test func `internal masks and alpha bands are honoured`() throws {
    let masked = try RasterDataset(path: Fixtures.path("mask.tif"))
    let first = try masked.read(UInt16.self, band: 1, window: masked.information.window)
    #expect(first.validity == (0..<48).map { $0 % 5 != 0 })
    let alpha = try RasterDataset(path: Fixtures.path("alpha.tif"))
    let second = try alpha.read(UInt8.self, band: 1, window: alpha.information.window)
    #expect(second.validity == (0..<48).map { $0 >= 8 })
  }

  @Test func `a narrower integer type and a window outside are refused`() throws {
    let dataset = try RasterDataset(path: Fixtures.path("ramp_uint16.tif"))
    let window = dataset.information.window
    #expect(reason { _ = try dataset.read(UInt8.self, band: 1, window: window) } == .unsupported)
    #expect(reason { _ = try dataset.read(Float.self, band: 2, window: window) } == .invalidArgument)
    let outside = RasterWindow(column: 4, row: 0, width: 5, height: 1)
    let endless = RasterWindow(column: 1, row: 0, width: .max, height: 1)
    #expect(reason { _ = try dataset.read(Float.self, band: 1, window: endless) } == .outsideImage)
    #expect(reason { _ = try dataset.read(Float.self, band: 1, window: outside) } == .outsideImage)
  }

  @Test(arguments: [
    ("<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"></VRTDataset>", "VRT"), ("<!DOCTYPE html><html>", "HTML"),
    ("", "empty"), ("{\"type\":\"Feature\"}", "JSON"), ("version https://git-lfs.github.com/spec/v1", "Git LFS"),
  ])
  func `a file that is something else is refused by what it is`(content: String, word: String) throws {
    try Fixtures.withFolder { folder in
      let file = folder.appendingPathComponent("image.tif")
      try Data(content.utf8).write(to: file)
      let error = try #require(throws: GeoError.self) { _ = try RasterDataset(path: file.path) }
      #expect(error.reason == .notARaster)
      #expect(error.summary.contains(word))
    }
  }

  @Test(arguments: [
    "/vsicurl/http://127.0.0.1/a.tif", "/VSIMEM/a.tif", "GTIFF_DIR:1:a.tif", "http://127.0.0.1/a.tif", "", "/etc",
    "/dev/zero", "/no/such/file.tif", "/tmp/../vsizip/a.zip",
  ])
  func `a path that is no plain local file is refused`(path: String) {
    #expect(reason { _ = try RasterDataset(path: path) } == .pathRefused)
  }

  @Test(arguments: ["noise.tif", "noise.jp2"])
  func `a truncated file is an error, never zeros`(name: String) throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path(name)))
    let intact = try RasterDataset(path: Fixtures.path(name))
    let expected = try intact.read(UInt16.self, band: 1, window: intact.information.window)
    try Fixtures.withFolder { folder in
      for part in [10, 100, 600, whole.count / 3, whole.count / 2, whole.count * 9 / 10] {
        let file = folder.appendingPathComponent(name)
        try whole.prefix(part).write(to: file)
        let outcome = Result { () throws -> [UInt16] in
          let dataset = try RasterDataset(path: file.path)
          return try dataset.read(UInt16.self, band: 1, window: dataset.information.window).values
        }
        if case .success(let values) = outcome { #expect(values == expected.values, "\(part) bytes") }
        if part < whole.count * 9 / 10 { #expect(throws: GeoError.self) { try outcome.get() } }
      }
    }
  }

  @Test func `a million by a million pixels are refused before anything is read`() throws {
    try Fixtures.withFolder { folder in
      let file = folder.appendingPathComponent("huge.tif")
      try Self.declared(width: 1_000_000, height: 1_000_000, tile: 512).write(to: file)
      let error = try #require(throws: GeoError.self) { _ = try RasterDataset(path: file.path) }
      #expect(error.reason == .limitExceeded)
      #expect(error.summary.contains("1000000"))
    }
  }

  @Test func `of files beside the image its description is read, unless that names others`() throws {
    try Fixtures.withFolder { folder in
      let file = folder.appendingPathComponent("ramp.tif")
      try FileManager.default.copyItem(atPath: Fixtures.path("noise.tif"), toPath: file.path)
      let plain = try RasterDataset(path: file.path).information.bands[0]
      #expect(plain.noData != 3 && !plain.hasScaling)
      let description = URL(fileURLWithPath: file.path + ".aux.xml")
      let band = "<PAMRasterBand band=\"1\"><NoDataValue>3</NoDataValue></PAMRasterBand>"
      try Data("<PAMDataset>\(band)</PAMDataset>".utf8).write(to: description)
      let described = try RasterDataset(path: file.path).information.bands[0]
      #expect(described.noData == 3)
      #expect(!described.hasScaling)
      let other = "<Metadata domain=\"OVERVIEWS\"><MDI key=\"OVERVIEW_FILE\">/etc/passwd</MDI></Metadata>"
      try Data("<PAMDataset>\(other)</PAMDataset>".utf8).write(to: description)
      let error = try #require(throws: GeoError.self) { _ = try RasterDataset(path: file.path) }
      #expect(error.reason == .unsupported && error.summary.contains("another file"))
    }
  }

  @Test func `a block of two gigabytes is refused`() throws {
    try Fixtures.withFolder { folder in
      let file = folder.appendingPathComponent("block.tif")
      try Self.declared(width: 40_000, height: 40_000, tile: 40_000).write(to: file)
      #expect(throws: GeoError.self) { _ = try RasterDataset(path: file.path) }
    }
  }

  @Test func `another grid of the same system is resampled with its nodata`() throws {
    let dataset = try RasterDataset(path: Fixtures.path("ramp_uint16.tif"))
    let fine = try Fixtures.grid(epsg: 32633, west: 500_000, north: 5_000_000, pixel: 5, width: 16, height: 12)
    let nearest = try dataset.read(UInt16.self, band: 1, onto: fine, resampling: .nearest)
    #expect(nearest.values[0] == 0 && nearest.values[3] == 1 && nearest.values[16 * 2] == 8)
    #expect(nearest.validCount == 188)
    let bilinear = try dataset.read(Float.self, band: 1, onto: fine, resampling: .bilinear)
    #expect(bilinear.values[16 * 3 + 3] == 1.25 + 8 * 1.25)
    #expect(bilinear.validity == nearest.validity)
  }

  @Test func `another reference system is warped to where the pixels are`() throws {
    let dataset = try RasterDataset(path: Fixtures.path("ramp_uint16.tif"))
    let grid = try Fixtures.grid(epsg: 32634, west: 26_000, north: 5_020_000, pixel: 10, width: 60, height: 40)
    let toSource = try CoordinateTransform(
      from: CoordinateReferenceSystem(epsg: 32634), to: CoordinateReferenceSystem(epsg: 32633))
    let toTarget = try CoordinateTransform(
      from: CoordinateReferenceSystem(epsg: 32633), to: CoordinateReferenceSystem(epsg: 32634))
    let moved = toTarget.transform(Point(x: 500_000, y: 5_000_000))
    let corner = try #require(moved)
    var target = grid
    target.geoTransform.originX = corner.x - 100
    target.geoTransform.originY = corner.y + 100
    let block = try dataset.read(Float.self, band: 1, onto: target, resampling: .nearest)
    #expect(block.validCount > 40)
    for index in block.values.indices {
      let place = target.geoTransform.point(column: Double(index % 60) + 0.5, row: Double(index / 60) + 0.5)
      let back = toSource.transform(place)
      let source = try #require(back)
      let column = (source.x - 500_000) / 10
      let row = (5_000_000 - source.y) / 10
      let isInside = column >= 0 && row >= 0 && column < 8 && row < 6
      let expected = isInside ? Float(Int(row) * 8 + Int(column)) : nil
      #expect(block.validity[index] == (isInside && expected != 7))
      if block.validity[index] { #expect(block.values[index] == expected) }
    }
  }

  private func reason(_ body: () throws -> Void) -> GeoError.Reason? {
    do {
      try body()
      return nil
    } catch {
      return (error as? GeoError)?.reason
    }
  }

  /// A TIFF header that declares a size and holds no pixels (tile offsets beyond the end of the file).
  private static func declared(width: UInt32, height: UInt32, tile: UInt32) -> Data {
    let across = (width + tile - 1) / tile
    let tiles = across * ((height + tile - 1) / tile)
    let entries: [(tag: UInt16, type: UInt16, count: UInt32, value: UInt32)] = [
      (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (277, 3, 1, 1),
      (322, 4, 1, tile), (323, 4, 1, tile), (324, 4, tiles, 4096), (325, 4, tiles, 4096),
    ]
    var bytes: [UInt8] = [73, 73, 42, 0, 8, 0, 0, 0]
    func append<Number: FixedWidthInteger>(_ number: Number) {
      var rest = number
      for _ in 0..<(Number.bitWidth / 8) {
        bytes.append(UInt8(truncatingIfNeeded: rest))
        rest >>= 8
      }
    }
    append(UInt16(entries.count))
    for entry in entries {
      append(entry.tag)
      append(entry.type)
      append(entry.count)
      append(entry.value)
    }
    append(UInt32(0))
    return Data(bytes)
  }
}
