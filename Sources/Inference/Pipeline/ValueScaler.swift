import MLMExtension

/// Applies `value_scaling` to features: in double precision, rounded once to single.
enum ValueScaler {
  static func apply(_ scaling: ValueScaling, to values: inout [Float]) {
    switch scaling {
    case .minMax(let minimum, let maximum): change(&values) { ($0 - minimum) / (maximum - minimum) }
    case .zScore(let mean, let deviation): change(&values) { ($0 - mean) / deviation }
    case .clip(let minimum, let maximum): change(&values) { $0 < minimum ? minimum : ($0 > maximum ? maximum : $0) }
    case .clipMinimum(let minimum): change(&values) { $0 < minimum ? minimum : $0 }
    case .clipMaximum(let maximum): change(&values) { $0 > maximum ? maximum : $0 }
    case .offset(let value): change(&values) { $0 - value }
    case .scale(let value): change(&values) { $0 / value }
    case .processing, .unknown: return
    }
  }

  @inline(__always)
  private static func change(_ values: inout [Float], _ formula: (Double) -> Double) {
    for index in values.indices { values[index] = Float(formula(Double(values[index]))) }
  }
}
