/// What a prediction is doing, in the order it does it.
public enum PredictionStage: String, Sendable, Hashable, CaseIterable {
  /// The model file is read and its golden vector met.
  case model
  /// The bands are found and the area placed on their grid.
  case open
  /// Imagery is read, features are computed, pixels are classified.
  case classify
  /// Small areas are merged into their neighbours.
  case sieve
  /// `confidence.tif`, `class.tif` and the preview are compressed, at the same time as sieve and vectors; waiting left out.
  case rasters
  /// Areas are labelled, traced, simplified and written.
  case vectors
  /// Checksums are taken and the files get their names.
  case publish

  /// The share of the work that is done when it begins, roughly; of the rasters, when they alone are left.
  var beginning: Double {
    switch self {
    case .model, .open, .classify: 0
    case .sieve: 0.75
    case .vectors: 0.8
    case .rasters: 0.96
    case .publish: 0.98
    }
  }

  /// The share of the work that is done when it ends and nothing else runs.
  fileprivate var ending: Double {
    switch self {
    case .model, .open: 0
    case .classify: Self.sieve.beginning
    case .sieve: Self.vectors.beginning
    case .vectors: Self.rasters.beginning
    case .rasters: Self.publish.beginning
    case .publish: 1
    }
  }
}

/// How far a prediction has come.
public struct PredictionProgress: Sendable, Hashable {
  public let stage: PredictionStage
  /// 0 to 1, of the whole.
  public let fraction: Double
  /// Pixels that are classified.
  public let pixels: Int
  /// Pixels of the map.
  public let totalPixels: Int
}

/// Tells how far a prediction has come, stage by stage, never less than before.
struct ProgressTeller: Sendable {
  private let progress: InferencePipeline.Progress
  private let totalPixels: Int

  init(_ progress: @escaping InferencePipeline.Progress, pixels: Int) {
    self.progress = progress
    totalPixels = pixels
  }

  /// Tells of a stage whose share is done.
  ///
  /// - Parameter pixels: how many are classified; nil for all.
  func tell(_ stage: PredictionStage, _ share: Double, pixels: Int? = nil) {
    let fraction = stage.beginning + (stage.ending - stage.beginning) * min(max(share, 0), 1)
    progress(
      PredictionProgress(
        stage: stage, fraction: fraction, pixels: pixels ?? totalPixels, totalPixels: totalPixels))
  }
}

/// How long the stages of a prediction took.
struct StageClock {
  private(set) var stages: [PredictionReport.Stage] = []
  private let clock = ContinuousClock()
  private let start = ContinuousClock().now

  /// Wall-clock seconds since the clock was made.
  var seconds: Double { Self.seconds(clock.now - start) }

  /// Runs a stage and notes its time.
  mutating func measure<Result>(_ stage: PredictionStage, _ body: () throws -> Result) rethrows -> Result {
    let begin = clock.now
    let result = try body()
    note(stage, Self.seconds(clock.now - begin))
    return result
  }

  /// Notes what a stage took; what follows on the same stage is added to it.
  mutating func note(_ stage: PredictionStage, _ seconds: Double) {
    if let last = stages.last, last.stage == stage {
      stages[stages.count - 1] = PredictionReport.Stage(stage: stage, seconds: last.seconds + seconds)
      return
    }
    stages.append(PredictionReport.Stage(stage: stage, seconds: seconds))
  }

  static func seconds(_ duration: Duration) -> Double { Double(duration / .milliseconds(1)) / 1000 }
}
