import StacModel

/// Why a band expression cannot be compiled or evaluated.
public struct BandExpressionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Zero-based offset in the expression's UTF-8 text, nil where no one place is at fault.
  public let position: Int?
  public let message: String

  public var description: String { position.map { "\(message) at character \($0 + 1)" } ?? message }
}

/// Arithmetic over bands, compiled to a list of operations that run one after the other over blocks of pixels.
///
/// Grammar (formats `gdal-calc` and `rio-calc`, both infix):
///
///     comparison = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]
///     sum        = product { ("+" | "-") product }
///     product    = unary { ("*" | "/") unary }
///     unary      = "-" unary | "+" unary | primary
///     primary    = number | name | function "(" comparison { "," comparison } ")" | "(" comparison ")"
///
/// Functions are those of ``BandOperation/functions``. A name is a letter or `_`, then letters, digits and `_`; any
/// other name stands in backquotes: `` `B 8A` ``. A name is a band's name, never a position. Each operation is one IEEE
/// 754 binary32 operation, and each number is rounded to binary32 first, which is what numpy does with float32 arrays:
/// division by zero gives an infinity or NaN, `min` and `max` give NaN where either side is NaN, a comparison gives 1 or
/// 0. What names no band is computed once, by the same arithmetic.
public struct BandExpression: Sendable, Hashable {
  /// The formats that are understood.
  public static let formats: Set<String> = ["gdal-calc", "rio-calc"]
  /// The most operations of one expression.
  public static let maximumOperations = 512
  /// The longest text in bytes.
  public static let maximumLength = 8_192

  /// Where an operation takes a value from.
  enum Operand: Sendable, Hashable {
    /// Index into ``BandExpression/constants``.
    case constant(Int)
    /// Index into ``BandExpression/bandNames``.
    case band(Int)
    /// The result of an earlier operation.
    case slot(Int)
  }

  /// One operation and where its result goes: a slot that none of its operands is in.
  struct Step: Sendable, Hashable {
    let operation: BandOperation
    let operands: [Operand]
    let target: Int
  }

  let steps: [Step]
  let constants: [Float]
  let result: Operand
  let slotCount: Int
  /// The names of the bands used, each once, in order of first use.
  public let bandNames: [String]
  /// The text it was compiled from.
  public let text: String

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
    result = try parser.parse()
    steps = parser.compiler.steps
    constants = parser.compiler.constants
    slotCount = parser.compiler.slotCount
    bandNames = parser.bandNames
    self.text = text
  }

  /// Evaluates the expression over arrays of one length.
  ///
  /// - Parameter bands: the values of ``bandNames``, in their order, all of the same count.
  /// - Returns: as many values.
  public func evaluate(_ bands: [[Float]], count: Int) throws(BandExpressionError) -> [Float] {
    guard bands.count == bandNames.count, bands.allSatisfy({ $0.count == count }) else {
      throw BandExpressionError(position: nil, message: "the arrays do not match the bands of the expression")
    }
    var workspace = Workspace()
    let planes = Array(bands.joined())
    return try planes.withUnsafeBufferPointer { (values) throws(BandExpressionError) in
      var result = [Float](repeating: 0, count: count)
      let parts = bands.indices.map { UnsafeBufferPointer(rebasing: values[($0 * count)..<(($0 + 1) * count)]) }
      try result.withUnsafeMutableBufferPointer { (target) throws(BandExpressionError) in
        try evaluate(parts, into: target, &workspace)
      }
      return result
    }
  }
}
