import Geo
import MLMExtension
import Synchronization
import Vectors

/// The work of one prediction: classify, sieve, encode, trace.
struct PredictionRun<Value: PixelValue & ClassValue>: Sendable {
  private let prepared: PreparedPrediction
  private let progress: InferencePipeline.Progress
  private let isCancelled: @Sendable () -> Bool

  init(
    _ prepared: PreparedPrediction, _ progress: @escaping InferencePipeline.Progress,
    _ isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.prepared = prepared
    self.progress = progress
    self.isCancelled = isCancelled
  }

  private var noData: Value { Value(truncatingIfNeeded: prepared.legend.noData) }

  /// Leaves the files of the result in a folder that nobody sees yet.
  func write(to output: borrowing OutputFolder, _ clock: inout StageClock) throws -> PredictionReport {
    let window = prepared.window
    let maps = try PredictionMaps<Value>(
      width: window.width, height: window.height, hasPercent: prepared.request.confidence, folder: output.folder)
    var report = PredictionReport(prepared, scratchBytes: maps.fileBytes)
    let classifier = try PixelClassifier(prepared, noData: noData, maps: maps)
    tell(.classify, 0)
    try clock.measure(.classify) {
      var relief = MemoryRelief(of: maps)
      try GeoLibrary.withCache(additional: prepared.tiles.heldBytes) {
        try classifier.run(
          progress: {
            tell(.classify, $0)
            relief.tick()
          }, isCancelled: isCancelled)
      }
    }
    tell(.sieve, window.pixelCount)
    try clock.measure(.sieve) {
      try unsafe Sieve.filter(
        maps.classes.pixels, width: window.width, height: window.height, noData: noData,
        threshold: prepared.steps.sievePixels, threads: prepared.limits.threadCount, isCancelled: isCancelled)
      let filled = try Holes.fill(
        maps.classes, on: prepared.grid, noData: noData, smallerThan: prepared.steps.fillHolesArea,
        threads: prepared.limits.threadCount, isCancelled: isCancelled)
      (report.holesFilled, report.holePixels) = (filled.holes, filled.pixels)
    }
    tell(.rasters, window.pixelCount)
    let outcome = try encode(maps, folder: output.folder)
    clock.note(.rasters, outcome.rasterSeconds)
    clock.note(.vectors, outcome.vectorSeconds)
    report.take(outcome.vectors)
    unsafe report.count(maps.classes.pixels, noData: noData)
    report.warn(ofAbsent: classifier.presence.absent.sorted().map { report.bands[$0] })
    return report
  }

  /// What the pieces that run at once leave.
  private struct Outcome {
    var vectors = VectorOutcome()
    var rasterSeconds = 0.0
    var vectorSeconds = 0.0
  }

  private final class OutcomeBox: Sendable {
    let value = Mutex(Outcome())
  }

  /// Writes rasters and vectors at the same time.
  private func encode(_ maps: PredictionMaps<Value>, folder: String) throws -> Outcome {
    let box = OutcomeBox()
    let writer = COGWriter(grid: prepared.grid, threads: prepared.limits.threadCount)
    var pieces: [@Sendable (@escaping @Sendable () -> Bool) throws -> Void] = [
      { stops in
        try Self.timing(box, \.vectorSeconds) {
          let vectors = try VectorFiles(prepared: prepared, folder: folder).write(maps, noData: noData, stops)
          box.value.withLock { $0.vectors = vectors }
        }
      },
      { stops in
        try Self.timing(box, \.rasterSeconds) {
          let classes = prepared.legend.classes
          try writer.writeClassMap(
            maps.classes, noData: noData, classes: classes, to: "\(folder)/class.tif", isCancelled: stops)
        }
      },
    ]
    if let percent = maps.percent {
      pieces.append { stops in
        try Self.timing(box, \.rasterSeconds) {
          try writer.writeConfidence(percent, to: "\(folder)/confidence.tif", isCancelled: stops)
        }
      }
    }
    pieces.append { _ in
      try Self.timing(box, \.rasterSeconds) {
        try PreviewWriter.writeClassMap(
          maps.classes, classes: prepared.legend.classes, to: "\(folder)/thumbnail.png")
      }
    }
    var relief = MemoryRelief(of: maps)
    // Two threads at least: the vectors take as long as both rasters.
    try ParallelWork(threads: max(prepared.limits.threadCount, 2), isCancelled: isCancelled).all(pieces) {
      relief.tick()
    }
    return box.value.withLock { $0 }
  }

  private static func timing(
    _ box: OutcomeBox, _ seconds: any WritableKeyPath<Outcome, Double> & Sendable, _ body: () throws -> Void
  ) throws {
    let start = ContinuousClock.now
    try body()
    box.value.withLock { $0[keyPath: seconds] += StageClock.seconds(ContinuousClock.now - start) }
  }

  private func tell(_ stage: PredictionStage, _ pixels: Int) {
    let total = prepared.window.pixelCount
    let done = stage == .classify ? 0.75 * Double(pixels) / Double(max(total, 1)) : stage.beginning
    progress(PredictionProgress(stage: stage, fraction: done, pixels: pixels, totalPixels: total))
  }
}

/// Lets go of the maps' memory twice a second: what is in memory is what was looked at since.
private struct MemoryRelief<Value: PixelValue & ClassValue> {
  private let maps: PredictionMaps<Value>
  private var last = ContinuousClock.now

  init(of maps: PredictionMaps<Value>) { self.maps = maps }

  mutating func tick() {
    guard ContinuousClock.now - last > .milliseconds(500) else { return }
    last = .now
    maps.releaseMemory()
  }
}
