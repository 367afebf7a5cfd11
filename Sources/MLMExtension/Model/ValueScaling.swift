public import StacModel

/// How a feature's value is changed before the model sees it (MLM 1.5 `value_scaling`).
public enum ValueScaling: Sendable, Hashable {
  /// `(x - minimum) / (maximum - minimum)`
  case minMax(minimum: Double, maximum: Double)
  /// `(x - mean) / standardDeviation`
  case zScore(mean: Double, standardDeviation: Double)
  /// `min(max(x, minimum), maximum)`
  case clip(minimum: Double, maximum: Double)
  /// `max(x, minimum)`
  case clipMinimum(Double)
  /// `min(x, maximum)`
  case clipMaximum(Double)
  /// `x - value`
  case offset(Double)
  /// `x / value`
  case scale(Double)
  /// A formula or code of the model's own.
  case processing(ProcessingExpression)
  /// A type the extension does not define, by its name.
  case unknown(String)

  init(_ json: JSONValue) {
    let object = json.object ?? [:]
    let type = object["type"]?.string ?? ""
    let (minimum, maximum, value) = (object["minimum"]?.double, object["maximum"]?.double, object["value"]?.double)
    let scaling: ValueScaling? =
      switch type {
      case "min-max": pair(minimum, maximum).map { .minMax(minimum: $0.0, maximum: $0.1) }
      case "z-score":
        pair(object["mean"]?.double, object["stddev"]?.double).map { .zScore(mean: $0.0, standardDeviation: $0.1) }
      case "clip": pair(minimum, maximum).map { .clip(minimum: $0.0, maximum: $0.1) }
      case "clip-min": minimum.map { .clipMinimum($0) }
      case "clip-max": maximum.map { .clipMaximum($0) }
      case "offset": value.map { .offset($0) }
      case "scale": value.map { .scale($0) }
      case "processing": ProcessingExpression(json).map { .processing($0) }
      default: nil
      }
    self = scaling ?? .unknown(type)
  }

  /// The word of the extension for this kind.
  public var type: String {
    switch self {
    case .minMax: "min-max"
    case .zScore: "z-score"
    case .clip: "clip"
    case .clipMinimum: "clip-min"
    case .clipMaximum: "clip-max"
    case .offset: "offset"
    case .scale: "scale"
    case .processing: "processing"
    case .unknown(let type): type
    }
  }

  /// The kind and its numbers by the words of the extension; of a formula the kind alone.
  public var document: JSONObject {
    var document: JSONObject = ["type": .string(type)]
    for (name, value) in numbers { document[name] = JSONValue(value) }
    return document
  }

  private var numbers: [(String, Double)] {
    switch self {
    case .minMax(let minimum, let maximum), .clip(let minimum, let maximum):
      [("minimum", minimum), ("maximum", maximum)]
    case .zScore(let mean, let deviation): [("mean", mean), ("stddev", deviation)]
    case .clipMinimum(let minimum): [("minimum", minimum)]
    case .clipMaximum(let maximum): [("maximum", maximum)]
    case .offset(let value), .scale(let value): [("value", value)]
    case .processing, .unknown: []
    }
  }

  /// The kind and its numbers, for people.
  public var text: String { ([type] + numbers.map { "\($0.0) \($0.1)" }).joined(separator: " ") }
}

private func pair(_ first: Double?, _ second: Double?) -> (Double, Double)? {
  if let first, let second { (first, second) } else { nil }
}
