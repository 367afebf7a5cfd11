import Foundation
import Geo
import Inference
import MLMExtension
import StacModel
import Testing

/// Imagery and models that are not as simple as the demo's.
@Suite struct PipelineEdgeTests {
  private typealias Change = (inout JSONObject) -> Void

  /// A document with a change made to the object at a path of member names and array indices.
  private static func changed(_ json: JSONValue, _ path: [String], _ change: Change) -> JSONValue {
    switch json {
    case .object(var object):
      guard let name = path.first else {
        change(&object)
        return .object(object)
      }
      object[name] = changed(object[name] ?? .object([:]), Array(path.dropFirst()), change)
      return .object(object)
    case .array(var list):
      guard let name = path.first, let index = Int(name) else { return json }
      list[index] = changed(list[index], Array(path.dropFirst()), change)
      return .array(list)
    default: return json
    }
  }

  /// The demo scene with changes, its file at an absolute path.
  private static func scene(
    file: String? = nil, _ path: [String] = [], _ change: Change = { _ in }
  ) throws -> Item {
    let path0 =
      file ?? DemoCatalog.folder.appending(path: "sentinel-2-amazon/s2_amazon_12band.tif").path
    let json = changed(.object(try DemoCatalog.scene().document), ["assets", "data"]) {
      $0["href"] = .string(path0)
      // What it says of the demo's file is not true of another.
      if file != nil { for name in ["file:size", "file:checksum"] { $0[name] = nil } }
    }
    return try Item(changed(json, path, change))
  }

  private static func request(
    _ items: [Item], _ path: [String] = [], _ change: Change = { _ in }
  ) throws -> InferenceRequest {
    try DemoCatalog.request("amazon-land-cover", items) { $0 = changed($0, path, change) }
  }

  /// A pipeline that takes an asset's href for a path.
  private static let pipeline = InferencePipeline { asset, _ in asset.href }

  private static func codes(_ request: InferenceRequest) throws -> (
    report: PredictionReport, codes: [UInt8]
  ) {
    try DemoCatalog.withFolder { folder in
      let report = try pipeline.run(request, into: folder)
      let dataset = try RasterDataset(path: "\(folder)/class.tif")
      return (
        report, try dataset.read(UInt8.self, band: 1, window: dataset.information.window).values
      )
    }
  }

  private static func share(_ one: [UInt8], _ other: [UInt8]) -> Double {
    guard one.count == other.count else { return 0 }
    return Double(zip(one, other).filter { $0 == $1 }.count) / Double(one.count)
  }

  private func expect(
    _ code: InferenceError.Code, _ words: String..., from request: InferenceRequest,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(sourceLocation: sourceLocation) { try Self.codes(request) } throws: { error in
      guard let error = error as? InferenceError else { return false }
      return error.code == code && error.isClientFault
        && words.allSatisfy { error.message.contains($0) }
        && !error.message.contains("/tmp") && !error.message.contains("/work")
    }
  }

  /// The stored numbers of the scene's last band on another grid.
  private static func writeLastBand(onto grid: (RasterGrid) throws -> RasterGrid, to path: String)
    throws
  {
    let dataset = try RasterDataset(
      path: DemoCatalog.folder.appending(path: "sentinel-2-amazon/s2_amazon_12band.tif").path)
    let grid = try grid(dataset.information.grid())
    let band = try dataset.read(UInt16.self, band: 12, onto: grid, resampling: .bilinear)
    let raster = try ScratchRaster<UInt16>(width: grid.width, height: grid.height, folder: "/tmp")
    _ = raster.pixels.update(fromContentsOf: zip(band.values, band.validity).map { $1 ? $0 : 65_535 })
    try COGWriter(grid: grid).writeClassMap(raster, noData: 65_535, classes: [], to: path)
  }

  /// The scene without its last band, and an item with only that band.
  private static func parted(_ path: String) throws -> [Item] {
    let first = try scene(["assets", "data", "bands", "11"]) { $0["name"] = "unused" }
    let second = try scene(file: path, ["assets", "data"]) {
      $0["bands"] = [["name": "B12"]]
      $0["nodata"] = nil
    }
    return [first, try Item(changed(.object(second.document), []) { $0["id"] = "swir" })]
  }

  @Test func bandsMayBeSpreadOverItemsOfOneGrid() throws {
    let (_, base) = try Self.codes(Self.request([Self.scene()]))
    try DemoCatalog.withFolder { path in
      try Self.writeLastBand(onto: { $0 }, to: path)
      let (report, codes) = try Self.codes(Self.request(Self.parted(path)))
      #expect(codes == base)
      #expect(report.bands.allSatisfy { $0.placement == "direct" })
    }
  }

  /// The grid as it is east of the antimeridian, by the other names of its meridians.
  private static func turned(_ grid: RasterGrid, scale: Double = 1, turns: Double = 1) -> RasterGrid {
    var grid = grid
    grid.geoTransform.originX += 360 * turns
    grid.geoTransform.columnX *= scale
    grid.geoTransform.rowY *= scale
    grid.width = Int((Double(grid.width) / scale).rounded(.up))
    grid.height = Int((Double(grid.height) / scale).rounded(.up))
    return grid
  }

  @Test(arguments: [-1.0, 1]) func bandsMayNameTheirMeridiansDifferently(turns: Double) throws {
    let (_, base) = try Self.codes(Self.request([Self.scene()]))
    try DemoCatalog.withFolder { path in
      try Self.writeLastBand(onto: { $0 }, to: path)
      let dataset = try RasterDataset(path: path)
      let grid = Self.turned(try dataset.information.grid(), turns: turns)
      let block = try dataset.read(UInt16.self, band: 1, window: dataset.information.window)
      let map = try ScratchRaster<UInt16>(width: grid.width, height: grid.height, folder: "/tmp")
      _ = map.pixels.update(fromContentsOf: zip(block.values, block.validity).map { $1 ? $0 : 65_535 })
      let turnedPath = path + "-turned.tif"
      try COGWriter(grid: grid).writeClassMap(map, noData: 65_535, classes: [], to: turnedPath)
      let (report, codes) = try Self.codes(Self.request(Self.parted(turnedPath)))
      #expect(codes == base)
      #expect(report.bands.allSatisfy { $0.placement == "direct" })
      #expect(report.warnings == [])
    }
  }

  @Test func aCoarserBandIsFoundByTheOtherNameOfItsMeridians() throws {
    let (_, base) = try Self.codes(Self.request([Self.scene()]))
    try DemoCatalog.withFolder { path in
      try Self.writeLastBand(onto: { Self.turned($0, scale: 2, turns: 0) }, to: path)
      let (_, coarse) = try Self.codes(Self.request(Self.parted(path)))
      try Self.writeLastBand(onto: { Self.turned($0, scale: 2) }, to: path + "-turned.tif")
      let (report, codes) = try Self.codes(Self.request(Self.parted(path + "-turned.tif")))
      #expect(report.bands.last?.placement == "resampled")
      #expect(codes == coarse)
      #expect(Self.share(codes, base) > 0.8)
    }
  }

  @Test func aBandThatLiesElsewhereIsTold() throws {
    try DemoCatalog.withFolder { path in
      try Self.writeLastBand(
        onto: { grid in
          var grid = grid
          grid.geoTransform.originX += 1
          return grid
        }, to: path)
      // What lies beside the scene has no data to read: the grid is what counts.
      let (report, codes) = try Self.codes(Self.request(Self.parted(path)))
      #expect(codes.allSatisfy { $0 == 0 })
      #expect(report.warnings.count == 1)
      #expect(report.warnings.first?.contains("'B12'") == true && report.warnings.first?.contains("'swir'") == true)
    }
  }

  @Test func aFileOfAnotherChecksumOrSizeIsRefused() throws {
    let right = try Self.scene()
    let checksum = try #require(right.assets.first { $0.key == "data" }?.checksum)
    let wrong = String(checksum.dropLast()) + (checksum.hasSuffix("0") ? "1" : "0")
    expect(
      .checksum, "file:checksum",
      from: try Self.request([Self.scene(["assets", "data"]) { $0["file:checksum"] = .string(wrong) }]))
    expect(
      .unreadableImage, "file:size",
      from: try Self.request([Self.scene(["assets", "data"]) { $0["file:size"] = 99_999_999 }]))
    expect(
      .checksum, "file:size", from: try Self.request([Self.scene(["assets", "data"]) { $0["file:size"] = 9 }]))
    let odd = try Self.request([Self.scene(["assets", "data"]) { $0["file:checksum"] = "md5 of old" }])
    #expect(try Self.codes(odd).report.warnings.first?.contains("file:checksum") == true)
    // Of a part of a GeoTIFF the compression's own sums are enough.
    var part = try Self.request([Self.scene(["assets", "data"]) { $0["file:checksum"] = .string(wrong) }])
    part.boundingBox = BoundingBox(west: -56.37, south: -1.47, east: -56.36, north: -1.46)
    #expect(throws: Never.self) { try Self.codes(part) }
  }

  @Test func moreFeaturesThanCanBeListedAreCountedFirst() throws {
    let request = try Self.request([Self.scene()], ["properties", "mlm:input", "0"]) { input in
      let bands = (0..<60_000).map { JSONValue.object(["name": .string("b\($0)")]) }
      input["bands"] = .array(bands)
      input["input"] = [
        "shape": [-1, 4_096, 60_000], "dim_order": ["batch", "time", "bands"], "data_type": "float32",
      ]
    }
    expect(.featureMismatch, "17 features", "60000 bands at 4096 times", from: request)
  }

  @Test func aBandOfAnotherResolutionIsResampledAndReported() throws {
    let (_, base) = try Self.codes(Self.request([Self.scene()]))
    try DemoCatalog.withFolder { path in
      try Self.writeLastBand(
        onto: { grid in
          var grid = grid
          grid.geoTransform.columnX *= 2
          grid.geoTransform.rowY *= 2
          (grid.width, grid.height) = ((grid.width + 1) / 2, (grid.height + 1) / 2)
          return grid
        }, to: path)
      let (report, codes) = try Self.codes(Self.request(Self.parted(path)))
      #expect(report.grid.width == 247 && report.grid.height == 237)
      let last = try #require(report.bands.first { $0.name == "B12" })
      #expect(last.placement == "resampled" && last.resampling?.method == "bilinear")
      #expect(report.bands.filter { $0.placement == "direct" }.count == 11)
      #expect(Self.share(codes, base) > 0.95)
    }
  }

  @Test func aBandOfAnotherReferenceSystemIsWarpedAndReported() throws {
    let (_, base) = try Self.codes(Self.request([Self.scene()]))
    try DemoCatalog.withFolder { path in
      let system = try CoordinateReferenceSystem(epsg: 32_721)
      try Self.writeLastBand(
        onto: { _ in
          RasterGrid(
            width: 150, height: 150,
            geoTransform: GeoTransform(
              west: 569_500, north: 9_839_000, pixelWidth: 20, pixelHeight: 20),
            referenceSystem: system)
        }, to: path)
      let (report, codes) = try Self.codes(Self.request(Self.parted(path)))
      #expect(report.bands.first { $0.name == "B12" }?.placement == "warped")
      #expect(Self.share(codes, base) > 0.95)
    }
  }

  @Test func valueScalingIsAppliedOnceAfterTheExpressions() throws {
    let (_, base) = try Self.codes(Self.request([Self.scene()]))
    let unscaled = try Self.scene(["assets", "data"]) { asset in
      asset["raster:scale"] = nil
      asset["raster:offset"] = nil
    }
    let request = try Self.request([unscaled], ["properties", "mlm:input", "0"]) { input in
      let scale = JSONValue.object(["type": "scale", "value": 10_000])
      let same = JSONValue.object(["type": "scale", "value": 1])
      input["value_scaling"] = .array((0..<17).map { $0 < 12 ? scale : same })
      input["bands"] = Self.changed(input["bands"] ?? .null, ["16"]) {
        $0["expression"] = "2.5 * (B8 - B4) / (B8 + 6 * B4 - 7.5 * B2 + 10000)"
      }
    }
    let (report, codes) = try Self.codes(request)
    #expect(
      report.bands.allSatisfy {
        $0.scale == 1 && $0.scalingOrigin == "none" && $0.valueScaling == .scale(10_000)
      })
    let plan = try Self.pipeline.plan(request)
    let numbers = plan.json["features"]?.array?.map { $0.object?["value_scaling"]?.object?["value"]?.double }
    #expect(numbers == [Double?](repeating: 10_000, count: 12) + [Double?](repeating: 1, count: 5))
    #expect(plan.json["bands"]?.array?.first?.object?["value_scaling"]?.object?["value"]?.double == 10_000)
    #expect(plan.text.contains("B2, scaled by scale value 10000.0"))
    #expect(
      plan.text.split(separator: "\n").contains { $0.contains(", = ") && $0.contains("scaled by scale value 1.0") })
    #expect(Self.share(codes, base) > 0.999)
  }

  @Test func aCommonNameIsTakenWhereNoBandHasTheName() throws {
    let request = try Self.request([
      Self.scene(["assets", "data", "bands", "1"]) { $0["name"] = "blau" }
    ])
    expect(.missingBand, "B2", "blau", from: request)
    let named = try Self.request(
      [
        Self.scene(["assets", "data", "bands", "1"]) { band in
          band["name"] = "blau"
          band["eo:common_name"] = "B2"
        }
      ])
    #expect(try Self.codes(named).codes == Self.codes(Self.request([Self.scene()])).codes)
  }

  @Test func aFileThatNamesItsBandsOtherwiseIsRefused() throws {
    let item = try Self.scene(["assets", "data"]) { asset in
      var bands = asset["bands"]?.array ?? []
      bands.swapAt(2, 3)
      asset["bands"] = .array(bands)
    }
    expect(.ambiguousBand, "order", from: try Self.request([item]))
  }

  @Test func nodataOfTheItemCounts() throws {
    let dataset = try RasterDataset(
      path: DemoCatalog.folder.appending(path: "sentinel-2-amazon/s2_amazon_12band.tif").path)
    let blue = try dataset.read(UInt16.self, band: 2, window: dataset.information.window).values
    let value = try #require(blue.first)
    let item = try Self.scene(["assets", "data", "bands", "1"]) {
      $0["nodata"] = JSONValue(Int(value))
    }
    let (_, codes) = try Self.codes(Self.request([item]))
    #expect(zip(blue, codes).allSatisfy { $0 != value || $1 == 0 })
    #expect(codes.contains { $0 != 0 })
  }

  @Test func whatIsNoRasterIsRefusedWithoutItsPath() throws {
    let file = FileManager.default.temporaryDirectory.appending(
      path: "inference-\(UUID().uuidString).tif")
    defer { try? FileManager.default.removeItem(at: file) }
    let scene = try Data(
      contentsOf: DemoCatalog.folder.appending(path: "sentinel-2-amazon/s2_amazon_12band.tif"))
    for data in [
      Data("<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"></VRTDataset>".utf8), Data(),
      scene.prefix(100_000),
    ] {
      try data.write(to: file)
      expect(.unreadableImage, "data", from: try Self.request([Self.scene(file: file.path)]))
    }
    try? FileManager.default.removeItem(at: file)
    expect(.unreadableImage, "data", from: try Self.request([Self.scene(file: file.path)]))
  }

  @Test func anImageBeyondTheLimitIsRefusedEvenForASmallArea() throws {
    var request = try DemoCatalog.landCover()
    request.boundingBox = BoundingBox(west: -56.37, south: -1.475, east: -56.36, north: -1.465)
    let limits = InferenceLimits(maximumImagePixels: 50_000)
    _ = try DemoCatalog.withFolder { folder in
      #expect { try DemoCatalog.pipeline(limits).run(request, into: folder) } throws: {
        ($0 as? InferenceError)?.code == .tooLarge
      }
    }
  }

  @Test func modelsThatCannotBeRunAreRefusedWithAReason() throws {
    let input = ["properties", "mlm:input", "0"]
    let scene = try Self.scene()
    expect(
      .unsupportedModel, "pre_processing_function",
      from: try Self.request([scene], input) {
        $0["pre_processing_function"] = ["format": "python", "expression": "x"]
      })
    expect(
      .unsupportedModel, "python",
      from: try Self.request([scene], input + ["bands", "12"]) { $0["format"] = "python" })
    expect(
      .unsupportedModel, "height",
      from: try Self.request([scene], input + ["input"]) {
        $0["shape"] = [-1, 17, 64, 64]
        $0["dim_order"] = ["batch", "bands", "height", "width"]
      })
    expect(
      .unsupportedModel, "processing",
      from: try Self.request([scene], input) {
        $0["value_scaling"] = [["type": "processing", "format": "python", "expression": "x"]]
      })
    expect(
      .unsupportedModel, "17", "16",
      from: try Self.request([scene], input) {
        $0["bands"] = .array(Array(($0["bands"]?.array ?? []).dropLast()))
      })
    expect(
      .featureMismatch, "17", "16",
      from: try Self.request([scene], input) { object in
        object["bands"] = .array(Array((object["bands"]?.array ?? []).dropLast()))
        var structure = object["input"]?.object ?? [:]
        structure["shape"] = [-1, 16]
        object["input"] = .object(structure)
      })
    expect(
      .featureMismatch, "NDVI",
      from: try Self.request([scene], input) { object in
        var bands = object["bands"]?.array ?? []
        bands.swapAt(12, 13)
        object["bands"] = .array(bands)
      })
    expect(
      .invalidModel, "classes",
      from: try Self.request([scene], ["properties", "mlm:output", "0"]) {
        $0["classification:classes"] = .array(
          Array(($0["classification:classes"]?.array ?? []).dropLast()))
      })
    expect(
      .invalidModel, "mlm:name",
      from: try Self.request([scene], ["properties"]) { $0["mlm:name"] = nil })
  }

  @Test func theValueZeroMayBeAClass() throws {
    let request = try Self.request(
      [Self.scene()], ["properties", "mlm:output", "0", "classification:classes", "0"]
    ) { $0["value"] = 0 }
    let (report, codes) = try Self.codes(request)
    #expect(report.noData == 255)
    #expect(codes.filter { $0 == 255 }.count == report.noDataPixels)
    #expect(codes.filter { $0 == 0 }.count == report.classes[0].pixels)
  }

  @Test func classValuesBeyondABytesTakeTwo() throws {
    let request = try Self.request(
      [Self.scene()], ["properties", "mlm:output", "0", "classification:classes", "0"]
    ) { $0["value"] = 1_000 }
    try DemoCatalog.withFolder { folder in
      let report = try Self.pipeline.run(request, into: folder)
      let dataset = try RasterDataset(path: "\(folder)/class.tif")
      #expect(dataset.information.bands[0].dataType == .uint16)
      let values = try dataset.read(UInt16.self, band: 1, window: dataset.information.window).values
      #expect(values.filter { $0 == 1_000 }.count == report.classes[0].pixels)
      #expect(report.dataType == "uint16")
    }
  }

  @Test func anExistingFolderKeepsWhatIsNotOfTheResult() throws {
    let request = try Self.request([Self.scene()])
    try DemoCatalog.withFolder { folder in
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data("mine".utf8).write(to: URL(filePath: folder).appending(path: "notes.txt"))
      let first = try Self.pipeline.run(request, into: folder)
      let second = try Self.pipeline.run(request, into: folder)
      #expect(first.files == second.files)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(names == (first.files.map(\.name) + ["notes.txt"]).sorted())
      let parent = URL(filePath: folder).deletingLastPathComponent().path
      let left = try FileManager.default.contentsOfDirectory(atPath: parent)
      #expect(left == [URL(filePath: folder).lastPathComponent])
    }
  }
}
