import CGeo
import Foundation
import Geo
import Glibc
import Synchronization
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

  /// Thousands of polygons of single pixels, most of them.
  private static func manyPolygons() throws -> [ClassPolygon] {
    try Fixtures.polygons(
      Fixtures.noise(width: 80, height: 60, classes: 9),
      on: Fixtures.grid(epsg: 32633, west: 359_130, north: 5_352_340, pixel: 10, width: 80, height: 60))
  }

  @Test(arguments: [VectorFormat.flatGeobuf, .geoPackage])
  func `the end of a file can be cancelled at any step and leaves nothing`(format: VectorFormat) throws {
    let polygons = try Self.manyPolygons()
    try #require(polygons.count > 2_500)
    try Fixtures.withFolder { folder in
      let path = folder.appendingPathComponent(format.fileName).path
      var most = 0
      var cancelled = 0
      while true {
        let writer = try VectorFileWriter(path: path, format: format, classes: classes)
        for polygon in polygons { try writer.write(polygon) }
        let asked = Atomic(0)
        let limit = most
        do {
          try writer.finish { asked.add(1, ordering: .relaxed).newValue > limit }
          break
        } catch is CancellationError {
          cancelled += 1
          #expect(!FileManager.default.fileExists(atPath: path))
        }
        most += max(most, 1)
      }
      // Before the index, and between steps of it, or of the second pass, at least.
      #expect(cancelled >= 2)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [format.fileName])
      let dataset = try #require(GDALOpenEx(path, UInt32(GDAL_OF_VECTOR), nil, nil, nil))
      defer { GDALClose(dataset) }
      #expect(OGR_L_GetFeatureCount(GDALDatasetGetLayer(dataset, 0), 1) == polygons.count)
    }
  }

  @Test(arguments: [VectorFormat.flatGeobuf, .geoPackage])
  func `a feature of more parts than GDAL writes in time is refused`(format: VectorFormat) throws {
    var polygon = try #require(try Self.manyPolygons().first)
    polygon.geometry = (0..<5).map { GeographicPolygon(west: Double($0), south: 0, east: Double($0) + 1, north: 1) }
    try Fixtures.withFolder { folder in
      for mostParts in [4, 5] {
        let writer = try VectorFileWriter(
          path: folder.appendingPathComponent(format.fileName).path, format: format, classes: classes,
          mostParts: mostParts)
        if mostParts < polygon.geometry.count {
          let error = #expect(throws: GeoError.self) { try writer.write(polygon) }
          #expect(error?.reason == .limitExceeded)
        } else {
          try writer.write(polygon)
          try writer.finish()
        }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [format.fileName])
    }
  }

  @Test func `an abandoned FlatGeobuf file is not sorted and written again`() throws {
    let polygons = try Self.manyPolygons()
    try Fixtures.withFolder { folder in
      let watch = inotify_init1(Int32(IN_NONBLOCK))
      defer { close(watch) }
      var events = [UInt8](repeating: 0, count: 4096)
      for finishes in [false, true] {
        do {
          let path = folder.appendingPathComponent("polygons.fgb").path
          let writer = try VectorFileWriter(path: path, format: .flatGeobuf, classes: classes)
          for polygon in polygons { try writer.write(polygon) }
          inotify_add_watch(watch, folder.path, UInt32(IN_CREATE))
          while read(watch, &events, events.count) > 0 {}
          if finishes { try writer.finish() }
        }
        // Only the second pass makes a file from here on.
        #expect((read(watch, &events, events.count) > 0) == finishes)
      }
    }
  }

  /// Polygons of which no two have one middle, as rings around others do.
  private static func apart(_ polygons: [ClassPolygon]) -> [ClassPolygon] {
    var middles: Set<SIMD2<Double>> = []
    return polygons.filter {
      middles.insert(SIMD2(($0.box.west + $0.box.east) / 2, ($0.box.south + $0.box.north) / 2)).inserted
    }
  }

  // Nodes of 16: one that is not full, a full one, levels of one more.
  @Test(arguments: [0, 1, 2, 16, 17, 256, 257, 2_000])
  func `a FlatGeobuf file is the one that GDAL makes with its own index, byte by byte`(count: Int) throws {
    let polygons = Array(Self.apart(try Self.manyPolygons()).prefix(count))
    try #require(polygons.count == count)
    try Fixtures.withFolder { folder in
      let (path, other) = (folder.path + "/polygons.fgb", folder.path + "/other.fgb")
      let writer = try VectorFileWriter(path: path, format: .flatGeobuf, classes: classes)
      for polygon in polygons { try writer.write(polygon) }
      try writer.finish()
      try Self.rewrite(path, to: other)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(contentsOf: URL(fileURLWithPath: other)))
    }
  }

  /// Has GDAL write the features of a file to another, in the opposite order.
  private static func rewrite(_ path: String, to other: String) throws {
    let source = try #require(GDALOpenEx(path, UInt32(GDAL_OF_VECTOR), nil, nil, nil))
    defer { GDALClose(source) }
    let from = try #require(GDALDatasetGetLayer(source, 0))
    // Names that are arguments of a macro's argument do not live long enough.
    let created = GDALCreate(GDALGetDriverByName("FlatGeobuf"), other, 0, 0, 0, GDT_Unknown, nil)
    let made = try #require(created)
    defer { GDALClose(made) }
    let layer = GDALDatasetCreateLayer(made, "polygons", OGR_L_GetSpatialRef(from), wkbMultiPolygon, nil)
    let to = try #require(layer)
    let definition = OGR_L_GetLayerDefn(from)
    for number in 0..<OGR_FD_GetFieldCount(definition) {
      let field = OGR_FD_GetFieldDefn(definition, number)
      let same = OGR_Fld_Create(OGR_Fld_GetNameRef(field), OGR_Fld_GetType(field))
      defer { OGR_Fld_Destroy(same) }
      #expect(OGR_L_CreateField(to, same, 1) == OGRERR_NONE)
    }
    var features: [OGRFeatureH] = []
    while let feature = OGR_L_GetNextFeature(from) { features.append(feature) }
    for feature in features.reversed() {
      defer { OGR_F_Destroy(feature) }
      let copy = OGR_F_Create(OGR_L_GetLayerDefn(to))
      defer { OGR_F_Destroy(copy) }
      #expect(OGR_F_SetFrom(copy, feature, 1) == OGRERR_NONE)
      #expect(OGR_L_CreateFeature(to, copy) == OGRERR_NONE)
    }
  }

  @Test(arguments: [VectorFormat.flatGeobuf, .geoPackage])
  func `a vector file has a spatial index of all its features`(format: VectorFormat) throws {
    let polygons = try Self.manyPolygons()
    try Fixtures.withFolder { folder in
      let path = folder.appendingPathComponent(format.fileName).path
      let writer = try VectorFileWriter(path: path, format: format, classes: classes)
      for polygon in polygons { try writer.write(polygon) }
      try writer.finish()
      let dataset = try #require(GDALOpenEx(path, UInt32(GDAL_OF_VECTOR), nil, nil, nil))
      defer { GDALClose(dataset) }
      let layer = try #require(GDALDatasetGetLayer(dataset, 0))
      #expect(OGR_L_TestCapability(layer, "FastSpatialFilter") == 1)
      let box = try #require(polygons.last).box
      let (x, y) = ((box.west + box.east) / 2, (box.south + box.north) / 2)
      OGR_L_SetSpatialFilterRect(layer, x, y, x, y)
      #expect((1..<10).contains(OGR_L_GetFeatureCount(layer, 1)))
      guard format == .geoPackage else { return }
      #expect(try Self.number("SELECT count(*) FROM rtree_polygons_geom", dataset) == polygons.count)
      #expect(try Self.number("SELECT count(*) FROM sqlite_master WHERE name LIKE 'rtree%insert'", dataset) == 1)
    }
  }

  private static func number(_ statement: String, _ dataset: GDALDatasetH) throws -> Int {
    let result = try #require(GDALDatasetExecuteSQL(dataset, statement, nil, nil))
    defer { GDALDatasetReleaseResultSet(dataset, result) }
    let row = try #require(OGR_L_GetNextFeature(result))
    defer { OGR_F_Destroy(row) }
    return Int(OGR_F_GetFieldAsInteger64(row, 0))
  }

  @Test func `a feature of many parts is given up in between`() throws {
    var polygon = try #require(try Self.manyPolygons().first)
    polygon.geometry = [GeographicPolygon](repeating: try #require(polygon.geometry.first), count: 200)
    try Fixtures.withFolder { folder in
      let json = try GeoJSONWriter(path: folder.path + "/polygons.geojson", classes: classes)
      let other = try VectorFileWriter(path: folder.path + "/polygons.fgb", format: .flatGeobuf, classes: classes)
      for (writer, least) in [(json, 3), (other, 6)] as [(any PolygonWriter, Int)] {
        var given = 0
        while true {
          var asked = 0
          do {
            try writer.write(polygon) {
              asked += 1
              return asked > given
            }
            break
          } catch is CancellationError {
            given += 1
          }
        }
        // As its text or record is made, and as GDAL is given its parts.
        #expect(given >= least)
        try writer.finish()
      }
      #expect(json.featureCount == 1 && other.featureCount == 1)
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
