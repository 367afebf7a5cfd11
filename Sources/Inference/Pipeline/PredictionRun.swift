import Geo
import MLMExtension
import Synchronization
import Vectors

/// The work of one prediction: classify, sieve, encode, trace.
struct PredictionRun<Value: PixelValue & ClassValue>: Sendable {
  private let prepared: PreparedPrediction
  private let progress: ProgressTeller
  private let isCancelled: @Sendable () -> Bool

  init(
    _ prepared: PreparedPrediction, _ progress: @escaping InferencePipeline.Progress,
    _ isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.prepared = prepared
    self.progress = ProgressTeller(progress, pixels: prepared.window.pixelCount)
    self.isCancelled = isCancelled
  }

  private var noData: Value { Value(truncatingIfNeeded: prepared.legend.noData) }

  /// Leaves the files of the result in a folder that nobody sees yet.
  func write(to output: borrowing OutputFolder, _ clock: inout StageClock) throws -> PredictionReport {
    let window = prepared.window
    let maps = try PredictionMaps<Value>(
      width: window.width, height: window.height, kinds: prepared.mapKinds, folder: output.folder)
    var report = PredictionReport(prepared, scratchBytes: maps.fileBytes)
    let classifier = try PixelClassifier(prepared, noData: noData, maps: maps)
    progress.tell(.classify, 0, pixels: 0)
    try clock.measure(.classify) {
      var relief = MemoryRelief(of: maps)
      try GeoLibrary.withCache(additional: prepared.tiles.heldBytes) {
        try classifier.run(
          progress: {
            progress.tell(.classify, Double($0) / Double(max(window.pixelCount, 1)), pixels: $0)
            relief.tick()
          }, isCancelled: isCancelled)
      }
    }
    let outcome = try finish(maps, folder: output.folder)
    clock.note(.sieve, outcome.sieveSeconds)
    clock.note(.rasters, outcome.rasterSeconds)
    clock.note(.vectors, outcome.vectorSeconds)
    (report.holesFilled, report.holePixels) = (outcome.filled.holes, outcome.filled.pixels)
    report.take(outcome.vectors)
    unsafe report.count(maps.classes.pixels, noData: noData)
    report.warn(ofAbsent: classifier.presence.absent.sorted().map { report.bands[$0] })
    return report
  }

  /// What the pieces that run at once leave.
  private struct Outcome {
    var filled = HoleFilling.Summary()
    var vectors = VectorOutcome()
    var sieveSeconds = 0.0
    var rasterSeconds = 0.0
    var vectorSeconds = 0.0
  }

  private final class OutcomeBox: Sendable {
    let value = Mutex(Outcome())
  }

  /// Sieves and traces, and writes the rasters at the same time: the confidence needs no sieve, the others wait for it.
  private func finish(_ maps: PredictionMaps<Value>, folder: String) throws -> Outcome {
    let box = OutcomeBox()
    let sieved = Milestone()
    let pieces: [@Sendable (@escaping @Sendable () -> Bool) throws -> Void] = [
      { stops in
        try Self.timing(box, \.sieveSeconds) {
          let filled = try sieve(maps, stops)
          box.value.withLock { $0.filled = filled }
        }
        sieved.reach()
        progress.tell(.vectors, 0)
        try Self.timing(box, \.vectorSeconds) {
          let files = VectorFiles(prepared: prepared, folder: folder) { progress.tell(.vectors, $0) }
          let vectors = try files.write(maps, noData: noData, stops)
          box.value.withLock { $0.vectors = vectors }
        }
        // Where the rasters take longer, they alone are left.
        progress.tell(.rasters, 0)
      },
      { stops in
        try Self.timing(box, \.rasterSeconds) { try writeConfidence(maps, folder, stops) }
        try sieved.wait(stops)
        try Self.timing(box, \.rasterSeconds) { try writeClasses(maps, folder, stops) }
      },
    ]
    var relief = MemoryRelief(of: maps)
    // Two threads at least: sieve and vectors take as long as the rasters.
    try ParallelWork(threads: max(prepared.limits.threadCount, 2), isCancelled: isCancelled).all(pieces) {
      relief.tick()
    }
    return box.value.withLock { $0 }
  }

  private func sieve(_ maps: PredictionMaps<Value>, _ stops: () -> Bool) throws -> HoleFilling.Summary {
    let window = prepared.window
    progress.tell(.sieve, 0)
    try unsafe Sieve.filter(
      maps.classes.pixels, width: window.width, height: window.height, noData: noData,
      threshold: prepared.steps.sievePixels, mostBytes: prepared.memory.areaBytes,
      threads: prepared.limits.threadCount, isCancelled: stops)
    var filled = try Holes.fill(
      maps.classes, on: prepared.grid, noData: noData, smallerThan: prepared.steps.fillHolesArea,
      mostBytes: prepared.memory.areaBytes, threads: prepared.limits.threadCount, isCancelled: stops)
    if filled.holes > 0, let area = prepared.placement {
      filled.pixels -= try maps.clear(outside: area, noData: noData, isCancelled: stops)
    }
    return filled
  }

  private var rasterWriter: COGWriter { COGWriter(grid: prepared.grid, threads: prepared.limits.threadCount) }

  private func writeConfidence(_ maps: PredictionMaps<Value>, _ folder: String, _ stops: () -> Bool) throws {
    guard let percent = maps.percent else { return }
    try rasterWriter.writeConfidence(percent, to: "\(folder)/confidence.tif", isCancelled: stops)
  }

  private func writeClasses(_ maps: PredictionMaps<Value>, _ folder: String, _ stops: () -> Bool) throws {
    let classes = prepared.legend.classes
    try rasterWriter.writeClassMap(
      maps.classes, noData: noData, classes: classes, to: "\(folder)/class.tif", isCancelled: stops)
    try PreviewWriter.writeClassMap(maps.classes, classes: classes, to: "\(folder)/thumbnail.png")
  }

  private static func timing(
    _ box: OutcomeBox, _ seconds: any WritableKeyPath<Outcome, Double> & Sendable, _ body: () throws -> Void
  ) throws {
    let start = ContinuousClock.now
    try body()
    box.value.withLock { $0[keyPath: seconds] += StageClock.seconds(ContinuousClock.now - start) }
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
