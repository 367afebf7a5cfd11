import Foundation
import Geo
import Testing

@Suite struct OutputTests {
  let classes = [
    MapClass(value: 1, name: "Forest", color: MapColor(hexadecimal: "#00AA11")), MapClass(value: 2, name: "Water"),
    MapClass(value: 3, name: "Crops \"irrigated\""),
  ]

  @Test func `a class map is a COG that reads back as it was, with names inside`() throws {
    let map = try Fixtures.noise(width: 1100, height: 700, classes: 3)
    let grid = try Fixtures.grid(epsg: 32633, west: 400_000, north: 5_400_000, pixel: 10, width: 1100, height: 700)
    try Fixtures.withFolder { folder in
      let path = folder.appendingPathComponent("class.tif").path
      try COGWriter(grid: grid).writeClassMap(Fixtures.scratch(map), noData: 0, classes: classes, to: path)
      let dataset = try RasterDataset(path: path)
      let information = dataset.information
      #expect(information.structure["LAYOUT"] == "COG")
      #expect(information.structure["COMPRESSION"] == "DEFLATE")
      #expect(try information.grid().geoTransform == grid.geoTransform)
      let band = try dataset.bandInformation(1)
      #expect(band.noData == 0 && band.colorInterpretation == "Palette" && band.overviewCount >= 1)
      #expect(band.blockSize == BlockSize(width: 512, height: 512))
      #expect(band.metadata["CLASS_1"] == "Forest" && band.metadata["CLASS_3"] == "Crops \"irrigated\"")
      let block = try dataset.read(UInt8.self, band: 1, window: information.window)
      #expect(block.validity == map.validity)
      #expect(zip(block.values, map.values).allSatisfy { $0 == $1 })
      let sidecar = try String(contentsOfFile: path + ".aux.xml", encoding: .utf8)
      #expect(sidecar.contains("<Category>Water</Category>"))
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names == ["class.tif", "class.tif.aux.xml"])
    }
  }

  @Test func `the same maps give the same bytes`() throws {
    let map = try Fixtures.noise(width: 600, height: 600, classes: 3)
    let grid = try Fixtures.grid(epsg: 4326, west: 10, north: 50, pixel: 0.0001, width: 600, height: 600)
    let part = RasterWindow(column: 100, row: 200, width: 80, height: 80)
    let small = try Fixtures.noise(width: 80, height: 80, classes: 3)
    let values = (0..<360_000).map { UInt8($0 % 101) }
    let confidence = try PixelBlock(width: 600, height: 600, values: values, validity: map.validity)
    try Fixtures.withFolder { folder in
      let written = try [1, 2].map { threads -> [Data] in
        let writer = COGWriter(grid: grid, threads: threads)
        let name = "threads-\(threads)"
        let file = folder.appendingPathComponent(name)
        try writer.writeClassMap(Fixtures.scratch(map), noData: 0, classes: classes, to: file.path + "-class.tif")
        try writer.writeConfidence(Fixtures.scratch(confidence), to: file.path + "-confidence.tif")
        try PreviewWriter.writeClassMap(Fixtures.scratch(map), classes: classes, to: file.path + ".png")
        let output = try GeoJSONWriter(path: file.path + ".geojson", classes: classes)
        _ = try Polygonizer(grid: grid.of(part)).run(small, confidence: [Float](repeating: 0.5, count: 6400)) {
          try output.write($0)
        }
        try output.finish()
        return try ["-class.tif", "-class.tif.aux.xml", "-confidence.tif", ".png", ".geojson"].map {
          try Data(contentsOf: URL(fileURLWithPath: file.path + $0))
        }
      }
      #expect(written[0] == written[1])
    }
  }

  @Test func `a confidence map holds whole per cent, says so, and marks nodata with 255`() throws {
    let grid = try Fixtures.grid(epsg: 4326, west: 10, north: 50, pixel: 0.1, width: 3, height: 1)
    let map = try PixelBlock<UInt8>(width: 3, height: 1, values: [25, 100, 255], noData: 255)
    try Fixtures.withFolder { folder in
      let path = folder.appendingPathComponent("confidence.tif").path
      try COGWriter(grid: grid).writeConfidence(Fixtures.scratch(map), to: path)
      let dataset = try RasterDataset(path: path)
      let block = try dataset.read(UInt8.self, band: 1, window: dataset.information.window)
      #expect(block.values == [25, 100, 255] && block.validity == [true, true, false])
      #expect(dataset.information.bands[0].scale == 0.01 && dataset.information.bands[0].dataType == .uint8)
    }
  }

  @Test func `a class with the nodata value is refused and leaves no file`() throws {
    let map = try Fixtures.map(["1"])
    let grid = try Fixtures.grid(epsg: 4326, west: 10, north: 50, pixel: 0.1, width: 1, height: 1)
    try Fixtures.withFolder { folder in
      let path = folder.appendingPathComponent("class.tif").path
      #expect(throws: GeoError.self) {
        try COGWriter(grid: grid).writeClassMap(Fixtures.scratch(map), noData: 1, classes: classes, to: path)
      }
      #expect(throws: CancellationError.self) {
        try COGWriter(grid: grid).writeClassMap(
          Fixtures.scratch(map), noData: 0, classes: classes, to: path, isCancelled: { true })
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.isEmpty)
      #expect(throws: GeoError.self) {
        let missing = folder.appendingPathComponent("none/class.tif").path
        try COGWriter(grid: grid).writeClassMap(Fixtures.scratch(map), noData: 0, classes: classes, to: missing)
      }
    }
  }

  @Test func `a map of 16-bit classes keeps values beyond 255`() throws {
    let map = try PixelBlock<UInt16>(width: 3, height: 1, values: [1, 300, 65_535], noData: 65_535)
    let grid = try Fixtures.grid(epsg: 4326, west: 10, north: 50, pixel: 0.1, width: 3, height: 1)
    try Fixtures.withFolder { folder in
      let path = folder.appendingPathComponent("class.tif").path
      let wide = [MapClass(value: 1, name: "One"), MapClass(value: 300, name: "Three hundred")]
      try COGWriter(grid: grid).writeClassMap(Fixtures.scratch(map), noData: 65_535, classes: wide, to: path)
      let dataset = try RasterDataset(path: path)
      let block = try dataset.read(UInt16.self, band: 1, window: dataset.information.window)
      #expect(block.values == map.values && block.validity == [true, true, false])
    }
  }

  @Test func `GeoJSON is a collection of features with at most seven decimals`() throws {
    let map = try Fixtures.map(["13", "22"])
    let grid = try Fixtures.grid(epsg: 32633, west: 359_130, north: 5_352_340, pixel: 10, width: 2, height: 2)
    try Fixtures.withFolder { folder in
      let path = folder.appendingPathComponent("polygons.geojson").path
      let writer = try GeoJSONWriter(path: path, classes: classes)
      _ = try Polygonizer(grid: grid).run(map, confidence: [0.5, 0.25, 1, 0]) { try writer.write($0) }
      #expect(!FileManager.default.fileExists(atPath: path))
      try writer.finish()
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      let parsed = try JSONSerialization.jsonObject(with: data)
      let document = try #require(parsed as? [String: Any])
      let features = try #require(document["features"] as? [[String: Any]])
      let properties = try features.map { try #require($0["properties"] as? [String: Any]) }
      #expect(properties.map { $0["name"] as? String } == ["Forest", "Crops \"irrigated\"", "Water"])
      #expect(properties.map { $0["pixels"] as? Int } == [1, 1, 2])
      #expect(properties.map { $0["mean_confidence"] as? Double } == [0.5, 0.25, 0.5])
      let text = String(decoding: data, as: UTF8.self)
      #expect(text.contains(/\[13\.\d{1,7},48\.\d{1,7}\]/))
      #expect(!text.contains(/\d\.\d{8}/))
    }
  }

  @Test func `a collection without features is valid JSON`() throws {
    try Fixtures.withFolder { folder in
      let path = folder.appendingPathComponent("polygons.geojson").path
      try GeoJSONWriter(path: path, classes: []).finish()
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      let parsed = try JSONSerialization.jsonObject(with: data)
      let document = try #require(parsed as? [String: Any])
      #expect((document["features"] as? [Any])?.isEmpty == true)
    }
  }

  @Test func `the versions of the libraries are known`() {
    #expect(GeoLibrary.versions["GDAL"]?.hasPrefix("3.") == true)
    #expect(GeoLibrary.versions["GEOS"]?.hasPrefix("3.") == true)
    #expect(GeoLibrary.versions["PROJ"]?.hasPrefix("9.") == true)
  }
}
