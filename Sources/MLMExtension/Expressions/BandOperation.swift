import Foundation

/// What a function or operator of a band expression does to values of binary32.
///
/// Each is one IEEE 754 operation as numpy runs it over float32 arrays, but for logarithms and powers of e, which are
/// computed in binary64 and rounded once.
enum BandOperation: String, Sendable, Hashable, CaseIterable {
  case negate
  case squareRoot = "sqrt"
  case magnitude = "abs"
  case floor
  case ceiling = "ceil"
  /// To the nearest integer, halves to the even one.
  case nearest = "round"
  case logarithm = "log"
  case logarithm10 = "log10"
  case exponential = "exp"
  /// 1 where the value is NaN, else 0.
  case isMissing = "isnan"
  case add, subtract, multiply, divide
  /// NaN where either side is.
  case minimum = "min"
  case maximum = "max"
  case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual
  /// The second where the first is not 0 (NaN is not), else the third.
  case choose = "where"
  /// The first, held between the second and the third: min(max(x, lower), upper).
  case clip

  /// How many values it takes.
  var argumentCount: Int {
    switch self {
    case .negate, .squareRoot, .magnitude, .floor, .ceiling, .nearest, .logarithm, .logarithm10, .exponential,
      .isMissing:
      1
    case .choose, .clip: 3
    default: 2
    }
  }

  /// The functions by the names they have in an expression.
  static let functions: [String: BandOperation] = {
    let named: [BandOperation] = [
      .squareRoot, .magnitude, .floor, .ceiling, .nearest, .logarithm, .logarithm10, .exponential, .isMissing, .minimum,
      .maximum, .choose, .clip,
    ]
    var table = Dictionary(uniqueKeysWithValues: named.map { ($0.rawValue, $0) })
    table["minimum"] = .minimum
    table["maximum"] = .maximum
    return table
  }()

  /// The names of the functions as a sentence lists them.
  static let functionList = functions.keys.sorted().joined(separator: ", ")

  /// Runs the operation over arrays that do not overlap, all of `count` values; what it does not take is not looked at.
  func run(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>, count: Int
  ) {
    switch self {
    case .negate: Self.map(a, target, count) { -$0 }
    case .squareRoot: Self.map(a, target, count) { $0.squareRoot() }
    case .magnitude: Self.map(a, target, count) { $0.magnitude }
    case .floor: Self.map(a, target, count) { $0.rounded(.down) }
    case .ceiling: Self.map(a, target, count) { $0.rounded(.up) }
    case .nearest: Self.map(a, target, count) { $0.rounded(.toNearestOrEven) }
    case .logarithm: Self.map(a, target, count) { Float(Foundation.log(Double($0))) }
    case .logarithm10: Self.map(a, target, count) { Float(Foundation.log10(Double($0))) }
    case .exponential: Self.map(a, target, count) { Float(Foundation.exp(Double($0))) }
    case .isMissing: Self.map(a, target, count) { $0 != $0 ? 1 : 0 }
    case .add: Self.map(a, b, target, count) { $0 + $1 }
    case .subtract: Self.map(a, b, target, count) { $0 - $1 }
    case .multiply: Self.map(a, b, target, count) { $0 * $1 }
    case .divide: Self.map(a, b, target, count) { $0 / $1 }
    case .minimum: Self.map(a, b, target, count) { Self.smaller($0, $1) }
    case .maximum: Self.map(a, b, target, count) { Self.larger($0, $1) }
    case .less: Self.map(a, b, target, count) { $0 < $1 ? 1 : 0 }
    case .lessOrEqual: Self.map(a, b, target, count) { $0 <= $1 ? 1 : 0 }
    case .greater: Self.map(a, b, target, count) { $0 > $1 ? 1 : 0 }
    case .greaterOrEqual: Self.map(a, b, target, count) { $0 >= $1 ? 1 : 0 }
    case .equal: Self.map(a, b, target, count) { $0 == $1 ? 1 : 0 }
    case .notEqual: Self.map(a, b, target, count) { $0 != $1 ? 1 : 0 }
    case .choose: for index in 0..<count { target[index] = a[index] != 0 ? b[index] : c[index] }
    case .clip: for index in 0..<count { target[index] = Self.smaller(Self.larger(a[index], b[index]), c[index]) }
    }
  }

  @inline(__always)
  private static func smaller(_ a: Float, _ b: Float) -> Float { a != a || b != b ? .nan : (a < b ? a : b) }

  @inline(__always)
  private static func larger(_ a: Float, _ b: Float) -> Float { a != a || b != b ? .nan : (a > b ? a : b) }

  @inline(__always)
  private static func map(
    _ a: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ count: Int, _ operation: (Float) -> Float
  ) {
    for index in 0..<count { target[index] = operation(a[index]) }
  }

  @inline(__always)
  private static func map(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ count: Int,
    _ operation: (Float, Float) -> Float
  ) {
    for index in 0..<count { target[index] = operation(a[index], b[index]) }
  }

  /// The operation of constants, by the arithmetic that runs over arrays.
  func value(_ arguments: [Float]) -> Float {
    var padded = arguments
    while padded.count < 3 { padded.append(0) }
    var result: Float = 0
    padded.withUnsafeBufferPointer { values in
      if let base = values.baseAddress { run(base, base + 1, base + 2, into: &result, count: 1) }
    }
    return result
  }
}
