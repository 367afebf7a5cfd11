import Geo
import MLMExtension

/// Classifies a window of the imagery strip by strip, so that memory is bounded whatever the window's size.
struct PixelClassifier<Value: PixelValue & FixedWidthInteger & UnsignedInteger> {
  let stack: FeatureStack
  let model: RunnableModel
  let limits: InferenceLimits

  /// The class codes and the winners' probabilities of a window.
  ///
  /// - Parameter mask: which pixels of the window are asked for, row-major; nil for all.
  func run(
    _ window: RasterWindow, mask: [Bool]?, progress: (Double, Int) -> Void, isCancelled: () -> Bool
  ) throws -> (map: PixelBlock<Value>, confidence: [Float]) {
    let codes = model.classes.map { Value(truncatingIfNeeded: $0.value) }
    var values = [Value](repeating: 0, count: window.pixelCount)
    var validity = [Bool](repeating: false, count: window.pixelCount)
    var confidence = [Float](repeating: -1, count: window.pixelCount)
    let step = stack.rows(width: window.width, budget: limits.stripBytes)
    var row = 0
    while row < window.height {
      let height = min(step - (window.row + row) % step, window.height - row)
      let strip = RasterWindow(column: window.column, row: window.row + row, width: window.width, height: height)
      let start = row * window.width
      let isWanted = mask.map { mask in (0..<strip.pixelCount).contains { mask[start + $0] } } ?? true
      if isWanted {
        let (pixels, winners) = try classify(strip, start: start, mask: mask, isCancelled: isCancelled)
        for (position, pixel) in pixels.enumerated() {
          values[pixel] = codes[winners[position].index]
          confidence[pixel] = winners[position].probability
          validity[pixel] = true
        }
      }
      row += height
      progress(Double(row) / Double(window.height), row * window.width)
    }
    let map = try PixelBlock(width: window.width, height: window.height, values: values, validity: validity)
    return (map, confidence)
  }

  private struct Winner {
    let index: Int
    let probability: Float
  }

  private func classify(
    _ strip: RasterWindow, start: Int, mask: [Bool]?, isCancelled: () -> Bool
  ) throws -> ([Int], [Winner]) {
    let (features, validity) = try stack.features(strip, isCancelled: isCancelled)
    var pixels: [Int] = []
    pixels.reserveCapacity(strip.pixelCount)
    for index in validity.indices where validity[index] && mask?[start + index] ?? true { pixels.append(index) }
    guard !pixels.isEmpty else { return ([], []) }
    if isCancelled() { throw CancellationError() }
    let columns = features.count
    var rows = [Float](repeating: 0, count: pixels.count * columns)
    for (column, values) in features.enumerated() {
      for (position, pixel) in pixels.enumerated() { rows[position * columns + column] = values[pixel] }
    }
    let outputs = try model.classifier.predict(rows, rows: pixels.count)
    return (pixels.map { $0 + start }, winners(outputs, rows: pixels.count))
  }

  /// The largest output of each row, the first of equal ones; a binary model's class 1 must pass one half.
  private func winners(_ outputs: [Float], rows: Int) -> [Winner] {
    let width = model.classifier.outputCount
    return (0..<rows).map { row in
      if model.classifier.kind == .binaryProbability {
        let second = outputs[row * width]
        return second > 0.5 ? Winner(index: 1, probability: second) : Winner(index: 0, probability: 1 - second)
      }
      var best = 0
      for index in 1..<width where outputs[row * width + index] > outputs[row * width + best] { best = index }
      return Winner(index: best, probability: outputs[row * width + best])
    }
  }
}
