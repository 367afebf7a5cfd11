import Foundation
import Geo
public import StacModel
import TreeEnsembles
import Vectors

/// Runs a model on imagery: model item and file, items and area in; class map, confidence and polygons out.
///
/// Bands are matched by name (``RunnableModel`` and the notes of each step say what is understood):
/// - a model without `time` reads its bands from one item, or from several items of which each band is in exactly one;
/// - a model with `time` reads as many items as its shape says, in order of datetime;
/// - the finest grid among the bands is the result's; other grids are resampled or warped onto it:
///   bilinear, or nearest where something says that a band's numbers are classes or flags;
/// - scale and offset (the item's, else the file's) are applied in double precision and rounded once to single, then
///   expressions in single precision, then `value_scaling`;
/// - a pixel without data in any band used, or with an infinite feature, is nodata; a feature that is NaN (0/0) is a
///   missing value to the model.
public struct InferencePipeline: Sendable {
  /// Gives the local path of an asset of an item, or that of a ``VirtualFile``; throws for what may not be read. This is the access policy.
  public typealias AssetResolver = @Sendable (Asset, Item) throws -> String
  /// Told now and then how far the work is.
  public typealias Progress = @Sendable (PredictionProgress) -> Void

  public let limits: InferenceLimits
  private let resolve: AssetResolver

  public init(limits: InferenceLimits = InferenceLimits(), resolve: @escaping AssetResolver) {
    self.limits = limits
    self.resolve = resolve
  }

  /// Predicts, and leaves `class.tif`, `polygons.geojson`, `thumbnail.png` and, if asked, `confidence.tif` in a folder.
  ///
  /// The files appear in the folder when all are whole; on failure nothing is left. Files of an earlier result are
  /// replaced or removed, others stay. The result's bytes do not depend on the number of threads. Blocks the calling thread for as
  /// long as it takes: use a thread that may block (``InferenceGate``).
  ///
  /// - Parameters:
  ///   - isCancelled: asked by all threads, many times a second.
  ///   - documents: writes what belongs beside the files, such as an item, into the folder that it is given; called when
  ///     all files are whole and described, and before any of them appears.
  /// - Throws: ``InferenceError``, or what the resolver throws.
  public func run(
    _ request: InferenceRequest, into folder: String, progress: @escaping Progress = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false },
    documents: (_ report: PredictionReport, _ folder: String) throws -> Void = { _, _ in }
  ) throws -> PredictionReport {
    try Self.translating {
      var clock = StageClock()
      let prepared = try PreparedPrediction(request, limits: limits, clock: &clock, resolve: resolve)
      let output = try OutputFolder(folder)
      try output.check(notReplacing: prepared.stack.files.map(\.path))
      let warnings = try clock.measure(.open) { try prepared.verifyFiles(isCancelled: isCancelled) }
      var report =
        prepared.legend.isWide
        ? try PredictionRun<UInt16>(prepared, progress, isCancelled).write(to: output, &clock)
        : try PredictionRun<UInt8>(prepared, progress, isCancelled).write(to: output, &clock)
      let total = prepared.window.pixelCount
      progress(
        PredictionProgress(
          stage: .publish, fraction: PredictionStage.publish.beginning, pixels: total, totalPixels: total))
      report.files = try clock.measure(.publish) { try output.describe(isCancelled: isCancelled) }
      report.warnings = warnings + report.warnings
      report.stages = clock.stages
      report.remoteImages = prepared.stack.remoteImages
      report.seconds = clock.seconds
      try documents(report, output.folder)
      try output.publish()
      progress(PredictionProgress(stage: .publish, fraction: 1, pixels: total, totalPixels: total))
      return report
    }
  }

  /// What a run would do, without doing it: reads the model, the items and the heads of the images, no pixel.
  ///
  /// - Throws: as ``run(_:into:progress:isCancelled:)`` would before its work begins.
  public func plan(_ request: InferenceRequest) throws -> PredictionPlan {
    try Self.translating {
      var clock = StageClock()
      return PredictionPlan(try PreparedPrediction(request, limits: limits, clock: &clock, resolve: resolve))
    }
  }

  private static func translating<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch is CancellationError {
      throw InferenceError(.cancelled, "The prediction was cancelled.")
    } catch let error as GeoError {
      throw InferenceError(error)
    } catch let error as ModelFileError {
      throw InferenceError(error)
    } catch let error as VectorError {
      throw InferenceError(error.reason == .limitExceeded ? .tooLarge : .failed, error.message)
    }
  }
}
