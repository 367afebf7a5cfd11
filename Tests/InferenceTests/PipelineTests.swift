import Foundation
import Geo
import Inference
import MLMExtension
import StacModel
import Testing
import TreeEnsembles

@Suite struct PipelineTests {
  /// What a written map says, read back as a raster.
  private func map(_ folder: String) throws -> PixelBlock<UInt8> {
    let dataset = try RasterDataset(path: "\(folder)/class.tif")
    return try dataset.read(UInt8.self, band: 1, window: dataset.information.window)
  }

  @Test func theLandCoverMapIsWhatTheClassifierSaysOfEachPixel() throws {
    let request = try DemoCatalog.landCover()
    try DemoCatalog.withFolder { folder in
      let report = try DemoCatalog.pipeline().run(request, into: folder)
      let map = try map(folder)
      let classifier = try XGBoostClassifier(bytes: request.modelBytes, threads: 1)
      let scene = try RasterDataset(
        path: DemoCatalog.folder.appending(path: "sentinel-2-amazon/s2_amazon_12band.tif").path)
      #expect(map.width == 247 && map.height == 237)
      let bands = try (1...12).map {
        try scene.read(UInt16.self, band: $0, window: scene.information.window)
      }
      var rows: [Float] = []
      for pixel in map.values.indices {
        let b = bands.map { Float(Double($0.values[pixel]) * 0.0001) }
        let (b2, b3, b4, b8, b11) = (b[1], b[2], b[3], b[7], b[10])
        rows += b + [(b8 - b4) / (b8 + b4), (b3 - b8) / (b3 + b8), (b8 - b11) / (b8 + b11)]
        rows.append(((b11 + b4) - (b8 + b2)) / ((b11 + b4) + (b8 + b2)))
        rows.append(2.5 * (b8 - b4) / (b8 + 6 * b4 - 7.5 * b2 + 1))
      }
      let outputs = try classifier.predict(rows, rows: map.values.count)
      var different = 0
      for pixel in map.values.indices {
        let row = outputs[(pixel * 4)..<(pixel * 4 + 4)]
        let best = row.indices.max { row[$0] < row[$1] }.map { $0 - row.startIndex } ?? 0
        let isData = bands.allSatisfy { $0.validity[pixel] }
        if map.validity[pixel] != isData || isData && Int(map.values[pixel]) != best + 1 {
          different += 1
        }
      }
      #expect(different == 0)
      #expect(report.bands.count == 12)
      #expect(
        report.bands.allSatisfy {
          $0.placement == "direct" && $0.scale == 0.0001 && $0.scalingOrigin == "stac"
        })
      #expect(report.classes.map(\.pixels).reduce(report.noDataPixels, +) == 247 * 237)
      #expect(report.classes.allSatisfy { $0.pixels > 0 && $0.areaSquareMetres > 0 })
      #expect(report.noData == 0)
    }
  }

  @Test func thePolygonsCountEveryPixelOfTheMap() throws {
    try DemoCatalog.withFolder { folder in
      let report = try DemoCatalog.pipeline().run(try DemoCatalog.landCover(), into: folder)
      let features = try #require(
        try DemoCatalog.json(folder, "polygons.geojson").object?["features"]?.array)
      #expect(features.count == report.polygons)
      for item in report.classes {
        let pixels = features.compactMap { $0.object?["properties"]?.object }
          .filter { $0["class"]?.integer == Int64(item.value) }.compactMap { $0["pixels"]?.integer }
          .reduce(0, +)
        #expect(pixels == Int64(item.pixels))
      }
      #expect(FileManager.default.fileExists(atPath: "\(folder)/thumbnail.png"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/confidence.tif"))
    }
  }

  @Test func aSecondRunGivesTheSameBytes() throws {
    var request = try DemoCatalog.landCover()
    request.confidence = true
    request.postProcessing = PostProcessingOverride(["sieve": 5])
    try DemoCatalog.withFolder { first in
      try DemoCatalog.withFolder { second in
        let one = try DemoCatalog.pipeline().run(request, into: first)
        let other = try DemoCatalog.pipeline(InferenceLimits(stripBytes: 1 << 20, threads: 1)).run(
          request, into: second)
        #expect(one.files == other.files)
        #expect(one.files.map(\.name).contains("confidence.tif"))
      }
    }
    #expect(
      try PredictionDocument.identifier(for: request) == PredictionDocument.identifier(for: request)
    )
    var changed = request
    changed.postProcessing = PostProcessingOverride(["sieve": 6])
    #expect(
      try PredictionDocument.identifier(for: request) != PredictionDocument.identifier(for: changed)
    )
  }

  @Test func aSeriesIsReadInOrderOfTimeWhateverTheOrderGiven() throws {
    let series = try DemoCatalog.series()
    #expect(series.count == 12)
    try DemoCatalog.withFolder { first in
      try DemoCatalog.withFolder { second in
        let one = try DemoCatalog.pipeline().run(
          try DemoCatalog.request("sinop-crops", series), into: first)
        let other = try DemoCatalog.pipeline().run(
          try DemoCatalog.request("sinop-crops", series.reversed()), into: second)
        #expect(one.files == other.files)
        #expect(one.items.map(\.id) == series.map(\.id))
        #expect(one.classes.map(\.pixels).reduce(one.noDataPixels, +) == 255 * 147)
        #expect(one.classes.filter { $0.pixels > 0 }.count >= 3)
      }
    }
  }

  @Test func aSeriesOfAnotherLengthIsRefused() throws {
    let series = try DemoCatalog.series()
    for items in [Array(series.dropLast()), series + [series[0]]] {
      #expect { try run(DemoCatalog.request("sinop-crops", items)) } throws: {
        ($0 as? InferenceError)?.code == .itemCount
      }
    }
    let twice = Array(series.dropLast()) + [series[0]]
    #expect { try run(DemoCatalog.request("sinop-crops", twice)) } throws: {
      ($0 as? InferenceError)?.code == .itemCount
    }
  }

  /// Runs a request that is to fail, and checks that nothing is left of it.
  private func run(_ request: InferenceRequest, limits: InferenceLimits = InferenceLimits()) throws {
    try DemoCatalog.withFolder { folder in
      defer {
        let parent = URL(filePath: folder).deletingLastPathComponent().path
        #expect((try? FileManager.default.contentsOfDirectory(atPath: parent)) == [])
      }
      _ = try DemoCatalog.pipeline(limits).run(request, into: folder)
    }
  }

  @Test func onlyTheAreaIsPredicted() throws {
    var request = try DemoCatalog.landCover()
    request.boundingBox = BoundingBox(west: -56.37, south: -1.475, east: -56.36, north: -1.465)
    try DemoCatalog.withFolder { folder in
      let report = try DemoCatalog.pipeline().run(request, into: folder)
      #expect(report.grid.width < 247 && report.grid.height < 237)
      let box = report.footprint.box
      #expect(abs(box.west + 56.37) < 2e-4 && abs(box.north + 1.465) < 2e-4)
    }
  }

  @Test func whatIsAskedWronglyIsRefusedWithItsWord() throws {
    var outside = try DemoCatalog.landCover()
    outside.boundingBox = BoundingBox(west: 10, south: 50, east: 11, north: 51)
    #expect { try run(outside) } throws: { ($0 as? InferenceError)?.code == .outsideImage }
    var flat = try DemoCatalog.landCover()
    flat.boundingBox = BoundingBox(west: -56.37, south: -1.47, east: -56.36, north: -1.47)
    #expect { try run(flat) } throws: { ($0 as? InferenceError)?.code == .invalidArea }
    #expect {
      try run(try DemoCatalog.landCover(), limits: InferenceLimits(maximumPixels: 1_000))
    } throws: {
      ($0 as? InferenceError)?.code == .tooLarge
    }
    let two = try DemoCatalog.request(
      "amazon-land-cover", [DemoCatalog.scene(), DemoCatalog.scene()])
    #expect { try run(two) } throws: { ($0 as? InferenceError)?.code == .ambiguousBand }
    let missing = try DemoCatalog.request("amazon-land-cover", [DemoCatalog.series()[0]])
    #expect { try run(missing) } throws: {
      ($0 as? InferenceError)?.code == .missingBand && "\($0)".contains("B1")
        && "\($0)".contains("NDVI")
    }
    let changed = InferenceRequest(
      model: try DemoCatalog.landCover().model,
      modelBytes: try DemoCatalog.bytes("models/sinop-crops.ubj"),
      items: try DemoCatalog.landCover().items)
    #expect { try run(changed) } throws: { ($0 as? InferenceError)?.code == .checksum }
  }

  @Test func cancellingStopsTheWorkAndLeavesNothing() throws {
    try DemoCatalog.withFolder { folder in
      #expect {
        try DemoCatalog.pipeline().run(DemoCatalog.landCover(), into: folder, isCancelled: { true })
      } throws: {
        ($0 as? InferenceError)?.code == .cancelled
      }
      let parent = URL(filePath: folder).deletingLastPathComponent().path
      let left = try FileManager.default.contentsOfDirectory(atPath: parent)
      #expect(left == [])
    }
  }

  @Test(arguments: ["amazon-land-cover", "sinop-crops"]) func theGoldenVectorOfADemoModelHolds(
    name: String
  ) throws {
    let model = try RunnableModel(
      item: DemoCatalog.item("models/\(name).json"), bytes: DemoCatalog.bytes("models/\(name).ubj"))
    #expect(
      try model.verify(testVector: DemoCatalog.bytes("models/\(name).test-vector.csv")) <= 1e-6)
    #expect { try model.verify(testVector: [UInt8]("a,expected:b\n1,2\n".utf8)) } throws: {
      ($0 as? InferenceError)?.code == .checksum
    }
  }

  @Test func theItemLeadsBackToModelAndImagery() throws {
    let request = try DemoCatalog.landCover()
    try DemoCatalog.withFolder { folder in
      let report = try DemoCatalog.pipeline().run(request, into: folder)
      let context = PredictionDocument.Context(
        id: try PredictionDocument.identifier(for: request), modelHref: "https://x/models/a",
        itemHrefs: ["https://x/s"],
        created: Timestamp(microseconds: 0), programVersion: "0", request: ["sieve": 0]
      ) { key, file in "./\(key)/\(file)" }
      let document = PredictionDocument.item(report, model: request.model, context: context)
      let item = try Item(.object(document))
      #expect(item.collectionID == "predictions")
      #expect(
        item.links.filter { $0.rel == "derived_from" }.map(\.href) == [
          "https://x/models/a", "https://x/s",
        ])
      #expect(item.links.contains { $0.rel == "mlflow:run" })
      #expect(Set(item.assets.map(\.key)) == ["class", "polygons", "thumbnail"])
      #expect(item.assets.allSatisfy { $0.checksum?.hasPrefix("1220") == true })
      #expect(item.properties["proj:code"]?.string == "EPSG:4326")
      #expect(
        item.properties["gnomon:model"]?.object?["container"]?.string?.contains("@sha256:") == true)
      #expect(item.time.start < item.time.end)
    }
  }

  @Test func theGateRefusesWhatIsTooMuch() async throws {
    let gate = InferenceGate(capacity: 1)
    let inner = try await gate.run { _ in gate.runningCount }
    #expect(inner == 1)
    #expect(gate.runningCount == 0)
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    let release = DispatchSemaphore(value: 0)
    async let first: Void = gate.run { _ in
      continuation.yield()
      release.wait()
    }
    for await _ in stream { break }
    await #expect { try await gate.run { _ in } } throws: { ($0 as? InferenceError)?.code == .busy }
    release.signal()
    try await first
  }

  @Test func theGateLetsSomeWaitAndRefusesTheOthers() async throws {
    let gate = InferenceGate(capacity: 1, waiting: 2)
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    let release = DispatchSemaphore(value: 0)
    async let first: Void = gate.run { _ in
      continuation.yield()
      release.wait()
    }
    for await _ in stream { break }
    let second = Task { try await gate.run { _ in 2 } }
    while gate.waitingCount < 1 { await Task.yield() }
    let third = Task { try await gate.run { _ in 3 } }
    while gate.waitingCount < 2 { await Task.yield() }
    await #expect { try await gate.run { _ in } } throws: { ($0 as? InferenceError)?.code == .busy }
    // Who does not want to wait any more makes room.
    second.cancel()
    await #expect { try await second.value } throws: { ($0 as? InferenceError)?.code == .cancelled }
    #expect(gate.waitingCount == 1)
    release.signal()
    try await first
    #expect(try await third.value == 3)
    #expect(gate.runningCount == 0 && gate.waitingCount == 0)
  }
}
