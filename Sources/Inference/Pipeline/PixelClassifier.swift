import Geo
import MLMExtension
import Synchronization
import TreeEnsembles
import Vectors

/// Classifies a window of the imagery tile by tile, on as many threads as the plan says.
///
/// A pixel's class depends on nothing but the pixel, so that neither the number of threads nor the size of the tiles
/// shows in the result.
struct PixelClassifier<Value: PixelValue & FixedWidthInteger & UnsignedInteger>: Sendable {
  private let prepared: PreparedPrediction
  /// Where the evaluator finds each feature.
  private let plan: FeaturePlan
  private let noData: Value
  /// The rasters that are filled.
  private let maps: PredictionMaps<Value>
  /// Which bands had any data, once it has run.
  let presence: BandPresence

  init(_ prepared: PreparedPrediction, noData: Value, maps: PredictionMaps<Value>) throws(ModelFileError) {
    self.prepared = prepared
    plan = try prepared.evaluationPlan()
    self.noData = noData
    self.maps = maps
    presence = BandPresence(count: prepared.stack.readings.count)
  }

  /// How many pixels of the map are done; counted by all workers.
  private final class PixelCount: Sendable {
    let value = Atomic(0)
  }

  /// Fills the rasters.
  ///
  /// - Parameter progress: told how many pixels of the window are done.
  func run(progress: (Int) -> Void, isCancelled: @escaping @Sendable () -> Bool) throws {
    let done = PixelCount()
    let tiles = prepared.tiles
    try ParallelWork(threads: tiles.threads, isCancelled: isCancelled).run(
      tiles.count, progress: { _ in progress(done.value.load(ordering: .relaxed)) },
      makeWorker: { try Worker(self) },
      body: { worker, number, stops in
        try worker.classify(tiles[number], isCancelled: stops)
        done.value.add(tiles[number].pixelCount, ordering: .relaxed)
      })
  }

  /// What one thread needs: file handles, planes, and room for the winners of a block.
  private final class Worker {
    private let prepared: PreparedPrediction
    private let plan: FeaturePlan
    private let rule: WinnerRule
    private let maps: PredictionMaps<Value>
    private let reader: FeatureReader
    private let planes: FeaturePlanes
    private let codes: [Value]
    private let unknown: Value?
    private var scratch: EvaluationScratch
    private let block: WinnerBlock<Value>

    init(_ job: PixelClassifier) throws {
      (prepared, plan, maps) = (job.prepared, job.plan, job.maps)
      let (program, model) = (prepared.program, prepared.model)
      rule = prepared.steps.winnerRule(model.classes)
      reader = try FeatureReader(prepared.stack, program, presence: job.presence)
      planes = try FeaturePlanes(program, capacity: FeaturePlanes.capacity(features: program.features.count))
      codes = model.classes.map { Value(truncatingIfNeeded: $0.value) }
      scratch = model.evaluator.makeScratch()
      unknown = rule.unknownCode.map { Value(truncatingIfNeeded: $0) }
      block = try WinnerBlock(capacity: planes.capacity, noData: job.noData)
    }

    func classify(_ tile: RasterWindow, isCancelled: () -> Bool) throws {
      let mask = prepared.placement.map { $0.mask(of: tile) }
      let isWanted = mask?.contains(true) ?? true
      if isWanted { try reader.read(tile, mask: mask, isCancelled: isCancelled) }
      var first = 0
      while first < tile.pixelCount {
        if isCancelled() { throw CancellationError() }
        let count = min(planes.capacity, tile.pixelCount - first)
        if isWanted, try reader.compute(first, count: count, into: planes) {
          try predict(count)
          settle(count)
        } else {
          block.clear(0..<count)
        }
        store(first, count, of: tile)
        first += count
      }
    }

    /// The winners of a block, nodata or not.
    private func predict(_ count: Int) throws(ModelFileError) {
      var winners = unsafe block.winners.mutableSpan
      var probabilities = unsafe block.probabilities.mutableSpan
      try unsafe prepared.model.evaluator.classify(
        plan, computed: planes.computed.span, bands: planes.coded.span,
        layout: PlaneLayout(pixelCount: count, stride: planes.capacity), winners: &winners,
        probabilities: &probabilities, scratch: &scratch)
    }

    /// The class values of a block: nodata where a band has none, or where the winner does not count.
    private func settle(_ count: Int) {
      let validity = unsafe planes.validity(count)
      let (winners, classes, probabilities) = unsafe (block.winners, block.classes, block.probabilities)
      let rule = rule.needsProbability ? rule : nil
      for index in 0..<count {
        let winner = unsafe Int(winners[index])
        unsafe classes[index] = codes[winner]
        // Only a sum that has overflowed (of a linear model) has no probability.
        var isClear = unsafe validity[index] == 0 || probabilities[index].isNaN
        if let rule, !isClear, unsafe rule.isUnknown(probabilities[index], winner: winner) {
          if let unknown { unsafe classes[index] = unknown } else { isClear = true }
        }
        if isClear { block.clear(index..<(index + 1)) }
      }
    }

    /// Writes a block to the maps, line by line.
    private func store(_ first: Int, _ count: Int, of tile: RasterWindow) {
      let window = prepared.tiles.window
      var index = 0
      while index < count {
        let (row, column) = ((first + index) / tile.width, (first + index) % tile.width)
        let length = min(tile.width - column, count - index)
        let place = (tile.row - window.row + row) * window.width + tile.column - window.column + column
        maps.store(block, index..<(index + length), at: place)
        index += length
      }
    }
  }
}
