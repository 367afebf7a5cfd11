import CGeo
import Foundation
import Geo
import Testing
import Vectors

@Suite struct VectorFileTests {
  let classes = [MapClass(value: 1, name: "Forest"), MapClass(value: 2, name: "Water")]

  @Test(arguments: [VectorFormat.flatGeobuf, .geoPackage])
  func `a vector file holds the features that the GeoJSON holds, and the same bytes each time`(
    format: VectorFormat
  ) throws {
    let map = try Fixtures.noise(width: 40, height: 30, classes: 2)
    let grid = try Fixtures.grid(epsg: 32633, west: 359_130, north: 5_352_340, pixel: 10, width: 40, height: 30)
    let expected = try Fixtures.polygons(map, on: grid)
    try Fixtures.withFolder { folder in
      let files = try (0..<2).map { number -> Data in
        let path = folder.appendingPathComponent("\(number)-\(format.fileName)").path
        let writer = try VectorFileWriter(path: path, format: format, classes: classes)
        for polygon in expected { try writer.write(polygon) }
        #expect(!FileManager.default.fileExists(atPath: path))
        try writer.finish()
        #expect(writer.featureCount == expected.count)
        try expectFeatures(path, expected)
        return try Data(contentsOf: URL(fileURLWithPath: path))
      }
      #expect(files[0] == files[1])
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names.count == 2)
    }
  }

  @Test(arguments: [VectorFormat.flatGeobuf, .geoPackage])
  func `a file that is not finished leaves nothing`(format: VectorFormat) throws {
    try Fixtures.withFolder { folder in
      do {
        let path = folder.appendingPathComponent(format.fileName).path
        let writer = try VectorFileWriter(path: path, format: format, classes: classes)
        for polygon in try Fixtures.polygons(
          Fixtures.map(["12"]),
          on: Fixtures.grid(epsg: 4326, west: 1, north: 2, pixel: 0.1, width: 2, height: 1))
        { try writer.write(polygon) }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
      #expect(throws: GeoError.self) {
        try VectorFileWriter(path: folder.path + "/none/x", format: format, classes: classes)
      }
    }
  }

  private func expectFeatures(_ path: String, _ expected: [ClassPolygon]) throws {
    let dataset = try #require(GDALOpenEx(path, UInt32(GDAL_OF_VECTOR), nil, nil, nil))
    defer { GDALClose(dataset) }
    let layer = try #require(GDALDatasetGetLayer(dataset, 0))
    #expect(OGR_L_GetFeatureCount(layer, 1) == expected.count)
    var areas: [Double] = []
    var texts: Set<String> = []
    OGR_L_ResetReading(layer)
    while let feature = OGR_L_GetNextFeature(layer) {
      defer { OGR_F_Destroy(feature) }
      #expect(OGR_F_IsFieldSetAndNotNull(feature, 4) == 0)
      areas.append(OGR_F_GetFieldAsDouble(feature, 2))
      texts.insert(String(cString: OGR_F_GetFieldAsString(feature, 1)))
    }
    #expect(areas.sorted() == expected.map(\.areaSquareMetres).sorted())
    #expect(texts == ["Forest", "Water"])
  }
}
