import Foundation
import Geo
import MLMExtension
import StacModel
import TreeEnsembles
import Vectors

/// A request whose model is proved, whose bands are found and whose pixels are counted: everything but the work.
struct PreparedPrediction: Sendable {
  let request: InferenceRequest
  let limits: InferenceLimits
  let model: RunnableModel
  let stack: FeatureStack
  /// The pixels of the map, on the grid of the imagery.
  let window: RasterWindow
  /// Where the area of interest lies; nil for the whole image.
  let placement: AreaPlacement?
  /// Where the map will lie: told before the work, so that a grid whose place cannot be told is refused at once.
  let footprint: Footprint
  let postProcessing: PostProcessingPlan
  let legend: ClassLegend
  let program: FeatureProgram
  let tiles: TilePlan
  let memory: MemoryPlan

  /// What is done with the map and its polygons.
  var steps: PostProcessing { postProcessing.effective }

  /// The grid of the map.
  var grid: RasterGrid { stack.grid.of(window) }

  init(
    _ request: InferenceRequest, limits: InferenceLimits, clock: inout StageClock,
    resolve: InferencePipeline.AssetResolver
  ) throws {
    self.request = request
    self.limits = limits
    let model = try clock.measure(.model) {
      let model = try RunnableModel(
        item: request.model, bytes: request.modelBytes, instructionSet: limits.instructionSet)
      if let testVector = request.testVector { _ = try model.verify(testVector: testVector) }
      return model
    }
    self.model = model
    postProcessing = try Self.postProcessing(request)
    try model.demandProbabilities(for: postProcessing.effective, confidence: request.confidence)
    (stack, window, placement) = try clock.measure(.open) {
      let area = try Self.area(request)
      let rules = try ResamplingRules(request, model: model)
      let stack = try FeatureStack(
        model.layout, items: request.items, rules: rules, limits: limits, resolve: resolve)
      let placement = try area.map { try AreaPlacement($0, on: stack.grid) }
      return (stack, placement?.window ?? stack.grid.window, placement)
    }
    guard window.pixelCount <= limits.maximumPixels else {
      throw InferenceError(
        .tooLarge,
        "The prediction would have \(window.pixelCount) pixels; \(limits.maximumPixels) are allowed: ask for a smaller area."
      )
    }
    footprint = try Footprint(stack.grid.of(window))
    let steps = postProcessing.effective
    legend = try ClassLegend(
      steps.rasterClasses(model.classes), polygons: steps.vectorClasses(model.classes))
    program = FeatureProgram(stack, takesCodes: true)
    let maps = Self.mapBytes(window, isWide: legend.isWide, Self.mapKinds(request, steps))
    (tiles, memory) = try MemoryPlan.fit(
      MemoryPlan.Job(window: window, stack: stack, limits: limits, mapBytes: maps.all, scratchBytes: maps.scratch))
  }

  /// Whether every pixel of the imagery's grid is read.
  var readsAll: Bool { window == stack.grid.window }

  /// Compares the files with their checksums before a pixel is read.
  ///
  /// - Returns: sentences on those that could not be compared.
  func verifyFiles(isCancelled: @escaping @Sendable () -> Bool) throws -> [String] {
    let files = stack.files.filter { $0.proof(readsAll: readsAll) == .checksum }
    return try ParallelWork(threads: limits.threadCount, isCancelled: isCancelled)
      .map(files.count) { index, stops in try files[index].verify(isCancelled: stops) }.compactMap(\.self)
  }

  /// Where the evaluator finds each feature: in a computed plane, or as stored numbers with their values in a table.
  func evaluationPlan() throws(ModelFileError) -> FeaturePlan {
    try model.evaluator.plan(
      program.features.map { feature in
        switch feature {
        case .computed(let plane): .computed(plane: plane)
        case .coded(let plane): .band(plane: plane, value: program.table(plane, of: stack))
        }
      })
  }

  /// Which maps the prediction has.
  var mapKinds: PredictionMapKinds { Self.mapKinds(request, steps) }

  private static func mapKinds(_ request: InferenceRequest, _ steps: PostProcessing) -> PredictionMapKinds {
    PredictionMapKinds(hasPercent: request.confidence, hasDissolved: !steps.vectorCodes.isEmpty)
  }

  /// Bytes of the maps of a window, and how many of them lie in scratch files.
  private static func mapBytes(
    _ window: RasterWindow, isWide: Bool, _ kinds: PredictionMapKinds
  ) -> (all: Int, scratch: Int) {
    let pixels = window.pixelCount
    return isWide
      ? (PredictionMaps<UInt16>.bytes(pixels: pixels, kinds), PredictionMaps<UInt16>.fileBytes(pixels: pixels, kinds))
      : (PredictionMaps<UInt8>.bytes(pixels: pixels, kinds), PredictionMaps<UInt8>.fileBytes(pixels: pixels, kinds))
  }

  /// Bytes of the maps, and how many of them lie in scratch files.
  var mapBytes: (all: Int, scratch: Int) { Self.mapBytes(window, isWide: legend.isWide, mapKinds) }

  private static func postProcessing(_ request: InferenceRequest) throws(InferenceError) -> PostProcessingPlan {
    do {
      return try PostProcessingPlan(of: request.model, override: request.postProcessing)
    } catch {
      throw InferenceError(error)
    }
  }

  private static func area(_ request: InferenceRequest) throws(InferenceError) -> AreaOfInterest? {
    do {
      switch (request.boundingBox, request.area) {
      case (nil, nil): return nil
      case (let box?, nil): return try AreaOfInterest(boundingBox: box.numbers)
      case (nil, let geometry?):
        return try AreaOfInterest(geoJSON: Data(JSONSerializer.bytes(geometry.json)))
      default: throw InferenceError(.invalidArea, "A box and a polygon cannot be asked for together.")
      }
    } catch let error as GeoError {
      throw InferenceError(error)
    } catch {
      throw InferenceError.wrapping(error)
    }
  }
}
