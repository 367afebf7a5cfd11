import StacModel

/// Why a band expression cannot be compiled or evaluated.
public struct BandExpressionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Zero-based offset in the expression's UTF-8 text, nil where no one place is at fault.
  public let position: Int?
  public let message: String

  public var description: String { position.map { "\(message) at character \($0 + 1)" } ?? message }
}

/// Arithmetic over bands, compiled to a list of operations that run one after the other over whole arrays.
///
/// Grammar (formats `gdal-calc` and `rio-calc`, both infix):
///
///     sum     = product { ("+" | "-") product }
///     product = unary { ("*" | "/") unary }
///     unary   = "-" unary | "+" unary | primary
///     primary = number | name | function "(" sum { "," sum } ")" | "(" sum ")"
///
/// Functions are `sqrt(x)`, `abs(x)`, `min(x, y)` and `max(x, y)`. A name is a letter or `_`, then letters, digits and
/// `_`; any other name stands in backquotes: `` `B 8A` ``. A name is a band's name, never a position. Each operation is
/// one IEEE 754 binary32 operation, and each number is rounded to binary32 first, which is what numpy does with float32
/// arrays: division by zero gives an infinity or NaN, `min` and `max` give NaN where either side is NaN.
public struct BandExpression: Sendable, Hashable {
  /// The formats that are understood.
  public static let formats: Set<String> = ["gdal-calc", "rio-calc"]
  /// The most operations of one expression.
  public static let maximumOperations = 512
  /// The longest text in bytes.
  public static let maximumLength = 8_192

  enum Operation: Sendable, Hashable {
    case constant(Float)
    /// Index into ``BandExpression/bandNames``.
    case band(Int)
    case negate, squareRoot, magnitude
    case add, subtract, multiply, divide, minimum, maximum
  }

  /// The operations in postfix order.
  let operations: [Operation]
  /// The names of the bands used, each once, in order of first use.
  public let bandNames: [String]

  /// Compiles an expression of one of the ``formats``.
  public init(_ expression: ProcessingExpression) throws(BandExpressionError) {
    guard Self.formats.contains(expression.format) else {
      throw BandExpressionError(
        position: nil,
        message: "the format '\(expression.format.prefix(64))' is not understood: use gdal-calc or rio-calc")
    }
    guard let text = expression.expression.string else {
      throw BandExpressionError(position: nil, message: "the expression must be a text")
    }
    try self.init(text)
  }

  /// Compiles infix text.
  public init(_ text: String) throws(BandExpressionError) {
    var parser = BandExpressionParser(text)
    try parser.parse()
    operations = parser.operations
    bandNames = parser.bandNames
  }

  /// Evaluates the expression over arrays of one length.
  ///
  /// - Parameter bands: the values of ``bandNames``, in their order, all of the same count.
  /// - Returns: as many values; one value repeated where the expression uses no band needs `count`.
  public func evaluate(_ bands: [[Float]], count: Int) throws(BandExpressionError) -> [Float] {
    guard bands.count == bandNames.count, bands.allSatisfy({ $0.count == count }) else {
      throw BandExpressionError(position: nil, message: "the arrays do not match the bands of the expression")
    }
    var stack: [[Float]] = []
    for operation in operations {
      switch operation {
      case .constant(let value): stack.append([Float](repeating: value, count: count))
      case .band(let index): stack.append(bands[index])
      case .negate: Self.change(&stack) { -$0 }
      case .squareRoot: Self.change(&stack) { $0.squareRoot() }
      case .magnitude: Self.change(&stack) { abs($0) }
      case .add: Self.combine(&stack) { $0 + $1 }
      case .subtract: Self.combine(&stack) { $0 - $1 }
      case .multiply: Self.combine(&stack) { $0 * $1 }
      case .divide: Self.combine(&stack) { $0 / $1 }
      case .minimum: Self.combine(&stack) { $0.isNaN || $1.isNaN ? .nan : ($0 < $1 ? $0 : $1) }
      case .maximum: Self.combine(&stack) { $0.isNaN || $1.isNaN ? .nan : ($0 > $1 ? $0 : $1) }
      }
    }
    return stack.first ?? []
  }

  @inline(__always)
  private static func change(_ stack: inout [[Float]], _ operation: (Float) -> Float) {
    guard var top = stack.popLast() else { return }
    for index in top.indices { top[index] = operation(top[index]) }
    stack.append(top)
  }

  @inline(__always)
  private static func combine(_ stack: inout [[Float]], _ operation: (Float, Float) -> Float) {
    guard let right = stack.popLast(), var left = stack.popLast() else { return }
    for index in left.indices { left[index] = operation(left[index], right[index]) }
    stack.append(left)
  }
}
