import Foundation
import Geo
import Inference
import StacModel
import Testing

/// Where maps lie on the Earth, and that it is known before the work.
@Suite struct MapPlaceTests {
  private static let pipeline = InferencePipeline { asset, _ in asset.href }

  /// The demo's land cover model on an image whose pixels all hold the same number.
  private static func request(_ grid: RasterGrid, image path: String) throws -> InferenceRequest {
    let raster = try ScratchRaster<UInt16>(width: grid.width, height: grid.height, folder: "/tmp")
    let pixels = [UInt16](repeating: 1200, count: grid.width * grid.height)
    _ = raster.pixels.update(fromContentsOf: pixels)
    try COGWriter(grid: grid).writeClassMap(raster, noData: 65_535, classes: [], to: path)
    var document = try DemoCatalog.scene().document
    let names = try #require(document["assets"]?.object?["data"]?.object?["bands"]?.array).compactMap {
      $0.object?["name"]
    }
    var assets: JSONObject = [:]
    for (index, name) in names.enumerated() {
      assets["band\(index)"] = ["href": .string(path), "roles": ["data"], "bands": [["name": name]]]
    }
    document["assets"] = .object(assets)
    return try DemoCatalog.request("amazon-land-cover", [Item(.object(document))])
  }

  @Test func aMapOfTheWholeWorldReachesAllAroundIt() throws {
    let half = 20_037_508.342789244
    let grid = RasterGrid(
      width: 64, height: 64,
      geoTransform: GeoTransform(west: -half, north: half, pixelWidth: half / 32, pixelHeight: half / 32),
      referenceSystem: try CoordinateReferenceSystem(epsg: 3857))
    try DemoCatalog.withFolder { folder in
      let request = try Self.request(grid, image: folder + ".tif")
      _ = try Self.pipeline.plan(request)
      let report = try Self.pipeline.run(request, into: folder)
      #expect(report.footprint.box == BoundingBox(west: -180, south: -85.0511288, east: 180, north: 85.0511288))
      guard case .polygon(let rings) = report.footprint.geometry else {
        Issue.record("One polygon holds the world.")
        return
      }
      #expect(rings.count == 1 && Set(rings[0].map(\.longitude)) == [-180, 180])
    }
  }

  @Test func anImageThatLiesNowhereIsRefusedBeforeTheWork() throws {
    let view = try CoordinateReferenceSystem(
      wkt: """
        PROJCS["view",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],\
        UNIT["degree",0.0174532925199433]],PROJECTION["Orthographic"],PARAMETER["latitude_of_origin",0],\
        PARAMETER["central_meridian",20],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1]]
        """)
    let grid = RasterGrid(
      width: 64, height: 64,
      geoTransform: GeoTransform(west: 7e6, north: 9e6, pixelWidth: 1000, pixelHeight: 1000), referenceSystem: view)
    try DemoCatalog.withFolder { folder in
      let request = try Self.request(grid, image: folder + ".tif")
      #expect { try Self.pipeline.plan(request) } throws: { error in
        let error = error as? InferenceError
        return error?.code == .unreadableImage && error?.message.contains("longitude and latitude") == true
      }
    }
  }
}
