import MLMExtension

/// Applies `value_scaling` to features: in double precision, rounded once to single.
enum ValueScaler {
  static func apply(_ scaling: ValueScaling, to values: UnsafeMutableBufferPointer<Float>) {
    switch scaling {
    case .minMax(let minimum, let maximum): unsafe change(values) { ($0 - minimum) / (maximum - minimum) }
    case .zScore(let mean, let deviation): unsafe change(values) { ($0 - mean) / deviation }
    case .clip(let minimum, let maximum):
      unsafe change(values) { $0 < minimum ? minimum : ($0 > maximum ? maximum : $0) }
    case .clipMinimum(let minimum): unsafe change(values) { $0 < minimum ? minimum : $0 }
    case .clipMaximum(let maximum): unsafe change(values) { $0 > maximum ? maximum : $0 }
    case .offset(let value): unsafe change(values) { $0 - value }
    case .scale(let value): unsafe change(values) { $0 / value }
    case .processing, .unknown: return
    }
  }

  /// One value scaled.
  static func scaled(_ value: Float, _ scaling: ValueScaling) -> Float {
    var value = value
    unsafe withUnsafeMutablePointer(to: &value) { pointer in
      unsafe apply(scaling, to: UnsafeMutableBufferPointer(start: pointer, count: 1))
    }
    return value
  }

  @inline(__always)
  private static func change(_ values: UnsafeMutableBufferPointer<Float>, _ formula: (Double) -> Double) {
    guard let base = values.baseAddress else { return }
    for index in 0..<values.count { unsafe base[index] = Float(formula(Double(base[index]))) }
  }
}
