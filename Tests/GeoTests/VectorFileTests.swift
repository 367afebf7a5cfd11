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
    var expected = try Fixtures.polygons(map, on: grid)
    // Numbers of more decimals than files have, some of them very fine.
    for index in expected.indices {
      if index > 0 { expected[index].meanConfidence = 1 / Double(index + 3) }
      if index % 3 == 1 { expected[index].unit = .finest }
      if index % 3 == 2 { expected[index].areaSquareMetres *= 1e9 / 7 }
    }
    try Fixtures.withFolder { folder in
      let written = try Self.written(expected, classes, to: folder.appendingPathComponent("same.geojson").path)
      #expect(zip(written, expected).contains { $0.x != $1.areaSquareMetres })
      let files = try (0..<2).map { number -> Data in
        let path = folder.appendingPathComponent("\(number)-\(format.fileName)").path
        let writer = try VectorFileWriter(path: path, format: format, classes: classes)
        for polygon in expected { try writer.write(polygon) }
        #expect(!FileManager.default.fileExists(atPath: path))
        try writer.finish()
        #expect(writer.featureCount == expected.count)
        try expectFeatures(path, written)
        return try Data(contentsOf: URL(fileURLWithPath: path))
      }
      #expect(files[0] == files[1])
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names.count == 3)
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

  /// Area and mean confidence, -1 where there is none, of polygons as a reader of their GeoJSON gets them.
  private static func written(
    _ polygons: [ClassPolygon], _ classes: [MapClass], to path: String
  ) throws -> [SIMD2<Double>] {
    let writer = try GeoJSONWriter(path: path, classes: classes)
    for polygon in polygons { try writer.write(polygon) }
    try writer.finish()
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any]
    return try #require(json?["features"] as? [[String: Any]]).map { feature in
      let properties = try #require(feature["properties"] as? [String: Any])
      return SIMD2(try #require(properties["area_m2"] as? Double), properties["mean_confidence"] as? Double ?? -1)
    }
  }

  private func expectFeatures(_ path: String, _ expected: [SIMD2<Double>]) throws {
    let dataset = try #require(GDALOpenEx(path, UInt32(GDAL_OF_VECTOR), nil, nil, nil))
    defer { GDALClose(dataset) }
    let layer = try #require(GDALDatasetGetLayer(dataset, 0))
    #expect(OGR_L_GetFeatureCount(layer, 1) == expected.count)
    var found: [SIMD2<Double>] = []
    var texts: Set<String> = []
    OGR_L_ResetReading(layer)
    while let feature = OGR_L_GetNextFeature(layer) {
      defer { OGR_F_Destroy(feature) }
      let hasConfidence = OGR_F_IsFieldSetAndNotNull(feature, 4) != 0
      found.append(
        SIMD2(OGR_F_GetFieldAsDouble(feature, 2), hasConfidence ? OGR_F_GetFieldAsDouble(feature, 4) : -1))
      texts.insert(String(cString: OGR_F_GetFieldAsString(feature, 1)))
    }
    // FlatGeobuf orders features by their places.
    func inOrder(_ pairs: [SIMD2<Double>]) -> [SIMD2<Double>] { pairs.sorted { ($0.y, $0.x) < ($1.y, $1.x) } }
    #expect(inOrder(found) == inOrder(expected))
    #expect(texts == ["Forest", "Water"])
  }
}
