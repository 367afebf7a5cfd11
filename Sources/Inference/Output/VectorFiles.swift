import Geo
import MLMExtension
import Vectors

/// What writing the polygons came to.
struct VectorOutcome: Sendable {
  var polygons = 0
  var belowMinimumArea = 0
  /// What polygons lack.
  var faults = PolygonFaults()
  /// Polygons that GEOS refused, so that their lines were shaped again.
  var reshaped = 0
  /// Square metres by class value, before anything is left out.
  var areas: [Int: Double] = [:]
}

/// Traces the class map and writes its polygons.
struct VectorFiles: Sendable {
  let prepared: PreparedPrediction
  let folder: String
  /// Told the share of the work that is done, 0 to 1.
  let progress: @Sendable (Double) -> Void
  /// That share once all polygons are written and files remain to be ended, roughly.
  private static let written = 0.8

  func write<Value: PixelValue & ClassValue>(
    _ maps: PredictionMaps<Value>, noData: Value, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws -> VectorOutcome {
    let steps = prepared.steps
    let codes = steps.vectorCodes
    let map = try dissolved(maps, codes, isCancelled)
    let raster = try map.classes(noData: noData)
    let confidence = unsafe ConfidenceRaster.parts(
      UnsafeBufferPointer(maps.probabilities.pixels), ofOne: Int(PredictionMaps<Value>.unit))
    let writer = try GeoJSONWriter(path: "\(folder)/polygons.geojson", classes: prepared.legend.polygonClasses)
    let others: [any PolygonWriter] = try prepared.request.vectorFormats.sorted { $0.rawValue < $1.rawValue }.map {
      format in
      try VectorFileWriter(
        path: "\(folder)/\(format.fileName)", format: format, classes: prepared.legend.polygonClasses)
    }
    let all = [writer as any PolygonWriter] + others
    let summary = try write(raster, confidence, to: all, isCancelled)
    for (index, writer) in all.enumerated() {
      progress(Self.written + (1 - Self.written) * Double(index) / Double(all.count))
      try writer.finish(isCancelled: isCancelled)
    }
    var outcome = VectorOutcome(
      polygons: writer.featureCount, belowMinimumArea: summary.belowMinimumArea,
      faults: PolygonFaults(collapsed: summary.collapsed, unsettled: summary.unsettled), reshaped: summary.reshaped,
      areas: summary.classAreas)
    if !codes.isEmpty {
      outcome.areas = try ClassAreas.sums(
        maps.classes.classes(noData: noData), pixelAreas: prepared.grid.pixelAreas(), isCancelled: isCancelled)
    }
    withExtendedLifetime(map) {}
    return outcome
  }

  /// Writes the polygons, those of some classes as one feature each, after the others.
  private func write<Value: ClassValue>(
    _ raster: ClassRaster<Value>, _ confidence: ConfidenceRaster, to writers: [any PolygonWriter],
    _ isCancelled: @escaping @Sendable () -> Bool
  ) throws -> PolygonizerSummary {
    let polygonizer = Polygonizer(grid: prepared.grid, options: options)
    let values = prepared.steps.multiPolygonValues
    let tell = { (share: Double) in progress(Self.written * share) }
    if values.isEmpty {
      return try polygonizer.write(
        raster, confidence: confidence, to: writers, progress: tell, isCancelled: isCancelled)
    }
    var gathered = GatheredPolygons(values: values)
    let summary = try polygonizer.run(
      raster, confidence: confidence, progress: tell, isCancelled: isCancelled
    ) { polygon in
      if !gathered.take(polygon) { for writer in writers { try writer.write(polygon, isCancelled: isCancelled) } }
    }
    for polygon in gathered.all {
      for writer in writers {
        if isCancelled() { throw CancellationError() }
        try writer.write(polygon, isCancelled: isCancelled)
      }
    }
    return summary
  }

  private var options: Polygonizer.Options {
    Polygonizer.Options(
      minimumAreaSquareMetres: prepared.steps.minimumArea, shaper: prepared.steps.outlineShaper,
      maximumPolygons: prepared.limits.maximumPolygons, maximumCorners: prepared.memory.corners,
      threads: prepared.limits.threadCount)
  }

  /// The map with other values for dissolved classes; the class map itself where there are none.
  private func dissolved<Value: PixelValue & ClassValue>(
    _ maps: PredictionMaps<Value>, _ codes: [Int: Int], _ isCancelled: () -> Bool
  ) throws(CancellationError) -> ScratchRaster<Value> {
    guard let copy = maps.dissolved else { return maps.classes }
    var table = (0...Int(Value.max)).map { Value(truncatingIfNeeded: $0) }
    for (value, code) in codes { table[value] = Value(truncatingIfNeeded: code) }
    let (source, target) = unsafe (maps.classes.pixels, copy.pixels)
    for first in stride(from: 0, to: source.count, by: 1 << 20) {
      if isCancelled() { throw CancellationError() }
      for index in first..<min(first + (1 << 20), source.count) { unsafe target[index] = table[Int(source[index])] }
    }
    return copy
  }
}

extension ScratchRaster where Value: ClassValue {
  /// The raster as a class map; whoever asks keeps the raster for as long.
  fileprivate func classes(noData: Value) throws -> ClassRaster<Value> {
    do throws(VectorError) {
      return try unsafe ClassRaster(UnsafeBufferPointer(pixels), width: width, height: height, noData: noData)
    } catch {
      throw InferenceError(.tooLarge, error.message)
    }
  }
}
