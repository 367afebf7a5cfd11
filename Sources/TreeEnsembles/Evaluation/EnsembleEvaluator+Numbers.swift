internal import CTreeKernels

extension EnsembleEvaluator {
  /// The margins, before the objective's transformation: planar, output o at `o * layout.pixelCount`.
  ///
  /// - Throws: ``ModelFileError`` with ``ModelFileError/Code/shape`` when an array is too short.
  public func margins(
    _ plan: FeaturePlan, computed: Span<Float>, bands: Span<UInt16>, layout: PlaneLayout,
    into margins: inout MutableSpan<Float>, scratch: inout EvaluationScratch
  ) throws(ModelFileError) {
    try numbers(plan, computed, bands, layout, &margins, &scratch) { $0 }
  }

  /// The outputs: probabilities, or the predicted quantities; planar like the margins.
  public func outputs(
    _ plan: FeaturePlan, computed: Span<Float>, bands: Span<UInt16>, layout: PlaneLayout,
    into outputs: inout MutableSpan<Float>, scratch: inout EvaluationScratch
  ) throws(ModelFileError) {
    try numbers(plan, computed, bands, layout, &outputs, &scratch) { row in
      var row = row
      transform.apply(&row)
      return row
    }
  }

  private func numbers(
    _ plan: FeaturePlan, _ computed: Span<Float>, _ bands: Span<UInt16>, _ layout: PlaneLayout,
    _ results: inout MutableSpan<Float>, _ scratch: inout EvaluationScratch, _ transform: ([Double]) -> [Double]
  ) throws(ModelFileError) {
    let outputCount = facts.outputCount
    guard results.count / outputCount >= layout.pixelCount else {
      throw .shape("The result has no room for \(layout.pixelCount) pixels of \(outputCount) outputs.")
    }
    var row = [Double](repeating: 0, count: outputCount)
    try unsafe results.withUnsafeMutableBufferPointer { results throws(ModelFileError) in
      try forEachChunk(plan, computed: computed, bands: bands, layout: layout, scratch: &scratch) {
        start, count, scratch in
        for pixel in 0..<count {
          for output in 0..<outputCount { row[output] = margin(pixel, output, scratch) }
          for (output, value) in transform(row).enumerated() {
            unsafe results[output * layout.pixelCount + start + pixel] = Float(value)
          }
        }
      }
    }
  }

  /// A margin of a chunk.
  private func margin(_ pixel: Int, _ output: Int, _ scratch: borrowing EvaluationScratch) -> Double {
    let place = output * EvaluationScratch.chunk + pixel
    if case .wideTrees = core { return unsafe scratch.wideMargins[place] }
    return Double(unsafe scratch.margins[place])
  }
}

extension EnsembleEvaluator: Classifier {
  public var kind: ClassifierKind { facts.kind }
  public var featureCount: Int { facts.featureCount }
  public var outputCount: Int { facts.outputCount }
  public var featureNames: [String]? { facts.featureNames }

  public func predict(_ features: [Float], rows: Int, into outputs: inout [Float]) throws(ModelFileError) {
    guard rows >= 0, features.count / featureCount >= rows, outputs.count / outputCount >= rows else {
      throw .shape(
        "The arrays do not fit \(rows) rows of \(featureCount) features and \(outputCount) outputs: they hold "
          + "\(features.count) and \(outputs.count) numbers.")
    }
    let found = try numbers(of: features, rows: rows) { transform.apply(&$0) }
    for index in found.indices {
      outputs[index] = Float(found[index])
      guard outputs[index].isFinite else {
        throw .library("The model predicts a value that is not finite in row \(index / outputCount) of a block.")
      }
    }
  }

  /// The margins of rows, before the objective's transformation: `[rows, outputCount]`, as precise as the model's
  /// library keeps them.
  ///
  /// - Parameter features: row-major `[rows, featureCount]`; NaN is a missing value.
  public func margins(_ features: [Float], rows: Int) throws(ModelFileError) -> [Double] {
    guard rows >= 0, features.count / featureCount >= rows else {
      throw .shape("The feature array is shorter than \(rows) rows.")
    }
    return try numbers(of: features, rows: rows) { _ in }
  }

  /// The class of each row, as ``classify(_:computed:bands:layout:codes:classes:scratch:)`` finds it.
  ///
  /// - Parameter features: row-major `[rows, featureCount]`; NaN is a missing value.
  public func classes(_ features: [Float], rows: Int) throws(ModelFileError) -> [Int] {
    guard rows >= 0, features.count / featureCount >= rows else {
      throw .shape("The feature array is shorter than \(rows) rows.")
    }
    var planes = [Float](repeating: 0, count: featureCount * rows)
    for row in 0..<rows {
      for feature in 0..<featureCount { planes[feature * rows + row] = features[row * featureCount + feature] }
    }
    var classes = [UInt16](repeating: 0, count: rows)
    var span = classes.mutableSpan
    var scratch = makeScratch()
    try classify(
      planOfPlanes(), computed: planes.span, bands: [UInt16]().span,
      layout: PlaneLayout(pixelCount: rows, stride: rows),
      codes: (0..<(classCount ?? 0)).map { UInt16($0) }, classes: &span, scratch: &scratch)
    return classes.map { Int($0) }
  }

  private func numbers(
    of features: [Float], rows: Int, _ transform: (inout [Double]) -> Void
  ) throws(ModelFileError) -> [Double] {
    let plan = try planOfPlanes()
    var scratch = makeScratch()
    var results = [Double](repeating: 0, count: rows * outputCount)
    var planes = [Float](repeating: 0, count: featureCount * EvaluationScratch.chunk)
    var row = [Double](repeating: 0, count: outputCount)
    for first in stride(from: 0, to: rows, by: EvaluationScratch.chunk) {
      let size = min(EvaluationScratch.chunk, rows - first)
      for pixel in 0..<size {
        for feature in 0..<featureCount {
          planes[feature * EvaluationScratch.chunk + pixel] = features[(first + pixel) * featureCount + feature]
        }
      }
      let layout = PlaneLayout(pixelCount: size, stride: EvaluationScratch.chunk)
      try forEachChunk(plan, computed: planes.span, bands: [UInt16]().span, layout: layout, scratch: &scratch) {
        _, count, scratch in
        for pixel in 0..<count {
          for output in 0..<outputCount { row[output] = margin(pixel, output, scratch) }
          transform(&row)
          for output in 0..<outputCount { results[(first + pixel) * outputCount + output] = row[output] }
        }
      }
    }
    return results
  }
}
