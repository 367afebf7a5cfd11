import Foundation
import Geo
import Inference
import StacModel
import Synchronization
import Testing

/// What happens to a prediction that is cut into tiles, stopped, or starved.
@Suite struct PipelineRobustnessTests {
  @Test func threadsAndTilesDoNotShowInTheResult() throws {
    var request = try DemoCatalog.landCover()
    request.confidence = true
    request.boundingBox = BoundingBox(west: -56.383, south: -1.482, east: -56.361, north: -1.463)
    let limits = [
      InferenceLimits(), InferenceLimits(threads: 1), InferenceLimits(stripBytes: 1 << 18, threads: 3),
      InferenceLimits(stripBytes: 20_000, threads: 2), InferenceLimits(stripBytes: 2_000, threads: 4),
    ]
    let runs = try limits.map { limits in
      try DemoCatalog.withFolder { folder in try DemoCatalog.pipeline(limits).run(request, into: folder).files }
    }
    #expect(runs[0].map(\.name).contains("confidence.tif"))
    for run in runs.dropFirst() { #expect(run == runs[0]) }
  }

  /// Stops a run as soon as a stage is told.
  private final class Stopper: Sendable {
    private let isStopped = Atomic(false)
    let stage: PredictionStage

    init(_ stage: PredictionStage) { self.stage = stage }

    var isSet: Bool { isStopped.load(ordering: .relaxed) }

    func look(_ progress: PredictionProgress) {
      if progress.stage == stage { isStopped.store(true, ordering: .relaxed) }
    }
  }

  @Test(arguments: [PredictionStage.classify, .sieve, .vectors, .rasters, .publish])
  func aRunThatIsCancelledLeavesNothing(stage: PredictionStage) throws {
    var request = try DemoCatalog.landCover()
    request.confidence = true
    let stopper = Stopper(stage)
    try DemoCatalog.withFolder { folder in
      #expect {
        try DemoCatalog.pipeline().run(
          request, into: folder, progress: { stopper.look($0) }, isCancelled: { stopper.isSet })
      } throws: {
        ($0 as? InferenceError)?.code == .cancelled
      }
      let parent = URL(filePath: folder).deletingLastPathComponent().path
      let left = try FileManager.default.contentsOfDirectory(atPath: parent)
      #expect(left == [])
    }
  }

  @Test func progressCountsPixelsUpToTheLast() throws {
    let seen = Mutex<[PredictionProgress]>([])
    let report = try DemoCatalog.withFolder { folder in
      try DemoCatalog.pipeline(InferenceLimits(stripBytes: 20_000)).run(
        DemoCatalog.landCover(), into: folder, progress: { progress in seen.withLock { $0.append(progress) } })
    }
    let told = seen.withLock { $0 }
    let total = report.grid.width * report.grid.height
    #expect(told.allSatisfy { $0.totalPixels == total && 0...1 ~= $0.fraction && 0...total ~= $0.pixels })
    #expect(zip(told, told.dropFirst()).allSatisfy { $0.fraction <= $1.fraction && $0.pixels <= $1.pixels })
    let stages = told.map(\.stage).reduce(into: [PredictionStage]()) { stages, stage in
      if stages.last != stage { stages.append(stage) }
    }
    #expect(stages == [.classify, .sieve, .vectors, .rasters, .publish])
    #expect(Set(told.filter { $0.stage == .vectors }.map(\.fraction)).count > 2)
    #expect(told.last?.fraction == 1 && told.last?.pixels == total)
    #expect(report.stages.map(\.stage) == PredictionStage.allCases)
  }

  @Test func aFileThatEndsTooEarlyIsOneErrorAndNoResult() throws {
    let whole = try Data(
      contentsOf: DemoCatalog.folder.appending(path: "sentinel-2-amazon/s2_amazon_12band.tif"))
    for share in [0.3, 0.7, 0.98] {
      let file = FileManager.default.temporaryDirectory.appending(path: "inference-\(UUID().uuidString).tif")
      defer { try? FileManager.default.removeItem(at: file) }
      try whole.prefix(Int(Double(whole.count) * share)).write(to: file)
      try DemoCatalog.withFolder { folder in
        #expect {
          try InferencePipeline(resolve: { _, _ in file.path }).run(DemoCatalog.landCover(), into: folder)
        } throws: {
          ($0 as? InferenceError)?.code == .unreadableImage
        }
        let parent = URL(filePath: folder).deletingLastPathComponent().path
        let left = try FileManager.default.contentsOfDirectory(atPath: parent)
        #expect(left == [])
      }
    }
  }

  @Test func thePlanTellsWhatTheRunDoes() throws {
    var request = try DemoCatalog.landCover()
    request.confidence = true
    let plan = try DemoCatalog.pipeline().plan(request)
    let report = try DemoCatalog.withFolder { try DemoCatalog.pipeline().run(request, into: $0) }
    let json = plan.json
    #expect(json["bands"]?.array?.count == 12)
    #expect(json["bands"]?.array?[1].object?["scaling_from"] == "stac")
    #expect(json["grid"]?.object?["pixels"]?.integer == Int64(report.grid.width * report.grid.height))
    #expect(json["features"]?.array?.count == 17)
    #expect(json["features"]?.array?[12].object?["expression"]?.string?.contains("B8") == true)
    #expect(json["work"]?.object?["threads"]?.integer == Int64(report.threads))
    #expect(
      Set(json["files"]?.array?.compactMap(\.string) ?? [])
        == Set(report.files.map(\.name)).filter { !$0.hasSuffix(".xml") })
    for word in ["NDVI", "EPSG:4326", "x 0.0001", "threads", "scratch"] { #expect(plan.text.contains(word), "\(word)") }
    var outside = request
    outside.boundingBox = BoundingBox(west: 10, south: 50, east: 11, north: 51)
    #expect { try DemoCatalog.pipeline().plan(outside) } throws: { ($0 as? InferenceError)?.code == .outsideImage }
  }

  @Test func aScratchRasterKeepsItsPixelsInAFileWithoutAName() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "scratch-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let raster = try ScratchRaster<UInt16>(width: 300, height: 200, folder: folder.path, memoryLimit: 1_000)
    #expect(raster.fileBytes == 120_000)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names == [])
    #expect(raster.pixels.allSatisfy { $0 == 0 })
    for index in raster.pixels.indices { raster.pixels[index] = UInt16(truncatingIfNeeded: index) }
    raster.releaseMemory()
    #expect(raster.pixels.indices.allSatisfy { raster.pixels[$0] == UInt16(truncatingIfNeeded: $0) })
    #expect(throws: GeoError.self) {
      try ScratchRaster<UInt8>(width: 10, height: 10, folder: folder.path + "/none", memoryLimit: 0)
    }
    #expect(throws: GeoError.self) { try ScratchRaster<UInt8>(width: 0, height: 10, folder: folder.path) }
  }
}
