internal import CTreeKernels

extension EnsembleEvaluator: Classifier {
  public var kind: ClassifierKind { facts.kind }
  public var featureCount: Int { facts.featureCount }
  public var outputCount: Int { facts.outputCount }
  public var featureNames: [String]? { facts.featureNames }

  public func predict(_ features: [Float], rows: Int, into outputs: inout [Float]) throws(ModelFileError) {
    guard rows >= 0, outputs.count / outputCount >= rows else {
      throw .shape("The result has no room for \(rows) rows of \(outputCount) outputs.")
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
    try numbers(of: features, rows: rows) { _ in }
  }

  /// The class of each row, as ``classify(_:computed:bands:layout:winners:probabilities:scratch:)`` finds it.
  ///
  /// - Parameter features: row-major `[rows, featureCount]`; NaN is a missing value.
  public func classes(_ features: [Float], rows: Int) throws(ModelFileError) -> [Int] {
    try checkRows(rows, features)
    let planes = planes(of: features, rows: 0..<rows)
    var classes = [UInt16](repeating: 0, count: rows)
    var probabilities = [Float](repeating: 0, count: rows)
    var found = classes.mutableSpan
    var certain = probabilities.mutableSpan
    var scratch = makeScratch()
    try classify(
      planOfPlanes(), computed: planes.span, bands: [UInt16]().span,
      layout: PlaneLayout(pixelCount: rows, stride: rows), winners: &found, probabilities: &certain, scratch: &scratch)
    return classes.map { Int($0) }
  }

  /// The margins of rows after `transform` has worked on each.
  private func numbers(
    of features: [Float], rows: Int, _ transform: (inout [Double]) -> Void
  ) throws(ModelFileError) -> [Double] {
    try checkRows(rows, features)
    let plan = try planOfPlanes()
    var scratch = makeScratch()
    var results: [Double] = []
    results.reserveCapacity(rows * outputCount)
    var row = [Double](repeating: 0, count: outputCount)
    for first in stride(from: 0, to: rows, by: EvaluationScratch.chunk) {
      let size = min(EvaluationScratch.chunk, rows - first)
      let planes = planes(of: features, rows: first..<(first + size))
      let layout = PlaneLayout(pixelCount: size, stride: size)
      try forEachChunk(plan, computed: planes.span, bands: [UInt16]().span, layout: layout, scratch: &scratch) {
        _, count, scratch in
        for pixel in 0..<count {
          for output in 0..<outputCount { row[output] = margin(pixel, output, scratch) }
          transform(&row)
          results += row
        }
      }
    }
    return results
  }

  private func checkRows(_ rows: Int, _ features: [Float]) throws(ModelFileError) {
    guard rows >= 0, features.count / featureCount >= rows else {
      throw .shape("\(features.count) numbers are not \(rows) rows of \(featureCount) features.")
    }
  }

  /// Rows of features as planes, one behind another.
  private func planes(of features: [Float], rows: Range<Int>) -> [Float] {
    var planes = [Float](repeating: 0, count: featureCount * rows.count)
    for (place, row) in rows.enumerated() {
      for feature in 0..<featureCount {
        planes[feature * rows.count + place] = features[row * featureCount + feature]
      }
    }
    return planes
  }

  /// A margin of a chunk.
  private func margin(_ pixel: Int, _ output: Int, _ scratch: borrowing EvaluationScratch) -> Double {
    let place = output * EvaluationScratch.chunk + pixel
    return core.isWide ? unsafe scratch.wideMargins[place] : Double(unsafe scratch.margins[place])
  }
}
