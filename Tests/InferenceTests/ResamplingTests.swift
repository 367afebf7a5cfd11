import Foundation
import Geo
import Inference
import StacModel
import Testing

/// How bands of another grid are read: numbers of classes are never blended.
@Suite struct ResamplingTests {
  private static let pipeline = InferencePipeline { asset, _ in asset.href }
  private static let demo = DemoCatalog.folder.appending(path: "sentinel-2-amazon/s2_amazon_12band.tif").path

  /// The scene without its last band, and an item with that band alone in pixels twice as large.
  private static func request(
    _ path: String, classes: [MapClass] = [], asset: (inout JSONObject) -> Void = { _ in }
  ) throws -> InferenceRequest {
    try writeLastBand(to: path, classes: classes)
    var first = try #require(DemoCatalog.scene().document["assets"]?.object?["data"]?.object)
    first["href"] = .string(demo)
    var bands = first["bands"]?.array ?? []
    bands[11] = ["name": "unused"]
    first["bands"] = .array(bands)
    var second: JSONObject = ["href": .string(path), "bands": [["name": "B12"]], "roles": ["data"]]
    for name in ["raster:scale", "raster:offset"] { second[name] = first[name] }
    asset(&second)
    return try DemoCatalog.request("amazon-land-cover", [item("ten", first), item("twenty", second)])
  }

  private static func item(_ id: String, _ asset: JSONObject) throws -> Item {
    var document = try DemoCatalog.scene().document
    document["id"] = .string(id)
    document["assets"] = ["data": .object(asset)]
    return try Item(.object(document))
  }

  private static func writeLastBand(to path: String, classes: [MapClass]) throws {
    let dataset = try RasterDataset(path: demo)
    var grid = try dataset.information.grid()
    grid.geoTransform.columnX *= 2
    grid.geoTransform.rowY *= 2
    (grid.width, grid.height) = ((grid.width + 1) / 2, (grid.height + 1) / 2)
    let band = try dataset.read(UInt16.self, band: 12, onto: grid, resampling: .nearest)
    let raster = try ScratchRaster<UInt16>(width: grid.width, height: grid.height, folder: "/tmp")
    _ = raster.pixels.update(fromContentsOf: zip(band.values, band.validity).map { $1 ? $0 : 65_535 })
    try COGWriter(grid: grid).writeClassMap(raster, noData: 65_535, classes: classes, to: path)
  }

  private static func run(_ request: InferenceRequest) throws -> (report: PredictionReport, codes: [UInt8]) {
    try DemoCatalog.withFolder { folder in
      let report = try pipeline.run(request, into: folder)
      let dataset = try RasterDataset(path: "\(folder)/class.tif")
      return (report, try dataset.read(UInt8.self, band: 1, window: dataset.information.window).values)
    }
  }

  private static func use(_ report: PredictionReport) throws -> PredictionReport.Resampling {
    #expect(report.bands.filter { $0.resampling != nil }.map(\.name) == ["B12"])
    return try #require(report.bands.first { $0.name == "B12" }?.resampling)
  }

  @Test func whatSaysThatNumbersAreClassesMakesItNearestAndTheRequestDecides() throws {
    try DemoCatalog.withFolder { folder in
      let path = folder + ".tif"
      let plain = try Self.request(path)
      let (report, blended) = try Self.run(plain)
      #expect(try Self.use(report) == use("bilinear", "default"))
      var asked = plain
      asked.resampling = ["B12": .nearest]
      let (told, nearest) = try Self.run(asked)
      #expect(try Self.use(told) == use("nearest", "request"))
      #expect(try PredictionDocument.identifier(for: asked) != PredictionDocument.identifier(for: plain))

      let classes: JSONValue = [["value": 1, "name": "a"]]
      var byItem = try Self.request(path) { $0["classification:classes"] = classes }
      #expect(try Self.use(Self.run(byItem).report) == use("nearest", "item", "classification:classes"))
      #expect(try Self.run(byItem).codes == nearest)
      #expect(try PredictionDocument.identifier(for: byItem) != PredictionDocument.identifier(for: plain))
      byItem.resampling = ["B12": .bilinear]
      #expect(try Self.run(byItem).codes == blended)

      let byFile = try Self.run(Self.request(path, classes: [MapClass(value: 1, name: "a")]))
      #expect(try Self.use(byFile.report) == use("nearest", "file", "palette") && byFile.codes == nearest)
    }
  }

  private func use(_ method: String, _ origin: String, _ sign: String? = nil) -> PredictionReport.Resampling {
    PredictionReport.Resampling(method: method, origin: origin, sign: sign)
  }

  @Test func aBandThatTheModelDoesNotReadHasNoResampling() throws {
    var request = try DemoCatalog.landCover()
    request.resampling = ["SCL": .nearest]
    let error = #expect(throws: InferenceError.self) { try DemoCatalog.pipeline().plan(request) }
    #expect(error?.code == .missingBand && error?.message.contains("'SCL'") == true)
  }

  /// A number that only the item calls nodata is no part of a blend, and no blend of others is taken for it.
  @Test func nodataOfTheItemIsNotBlended() throws {
    try DemoCatalog.withFolder { folder in
      let path = folder + ".tif"
      let dataset = try RasterDataset(path: Self.demo)
      _ = try Self.request(path)
      let coarse = try RasterDataset(path: path)
      let values = try coarse.read(UInt16.self, band: 1, window: coarse.information.window).values
      let middle = try #require(values.first)
      // What the file has no data of is in no map either.
      let missing: Set<UInt16> = [middle, 65_535]
      let (report, codes) = try Self.run(Self.request(path) { $0["nodata"] = JSONValue(Int(middle)) })
      #expect(try Self.use(report) == use("bilinear", "default"))
      let width = dataset.information.width
      let coarseWidth = coarse.information.width
      let expected = codes.indices.map { missing.contains(values[$0 / width / 2 * coarseWidth + $0 % width / 2]) }
      #expect(zip(codes, expected).allSatisfy { ($0 == 0) == $1 })
      #expect(codes.contains { $0 != 0 })
    }
  }
}
