import Foundation
import StacModel
import StacSearch

/// Buckets of one width over a range of numbers, with round ends.
struct Histogram: Sendable {
  let start: Double
  let width: Double
  let count: Int

  /// The buckets for values between two numbers: tenths of the range that a property is declared to have, else round
  /// steps, not more than twenty.
  init(definition: PropertyDefinition?, least: Double, greatest: Double) {
    if let from = definition?.schema["minimum"]?.double, let to = definition?.schema["maximum"]?.double, from < to {
      start = from
      width = (to - from) / 10
      count = 10
      return
    }
    let raw = max(greatest - least, .leastNormalMagnitude) / 10
    let magnitude = pow(10, floor(log10(raw)))
    let step = [1, 2, 5, 10].map { $0 * magnitude }.first { $0 >= raw } ?? raw
    width = greatest > least && step.isNormal ? step : 1
    let first = floor(least / width) * width
    start = first.isFinite ? first : least
    count = max(1, min(20, Int(min((greatest - start) / width, 19)) + 1))
  }

  /// The bucket of a number, with its ends.
  func bucket(_ index: Int, frequency: Int) -> AggregationResult.Bucket {
    let from = start + Double(index) * width
    let to = start + Double(index + 1) * width
    let text = { (value: Double) in JSONSerializer.text(JSONValue(value)) }
    return .init(key: "\(text(from))-\(text(to))", frequency: frequency, from: from, to: to)
  }
}
