/// A recursive descent parser that compiles as it reads.
struct BandExpressionParser {
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0
  private(set) var compiler = BandExpressionCompiler()
  private(set) var bandNames: [String] = []

  private static let maximumDepth = 32

  init(_ text: String) { bytes = Array(text.utf8) }

  /// Reads the whole text; gives where the result is.
  mutating func parse() throws(BandExpressionError) -> BandExpression.Operand {
    guard bytes.count <= BandExpression.maximumLength else {
      throw error("the expression is longer than \(BandExpression.maximumLength) bytes")
    }
    do throws(BandExpressionError) {
      try comparison()
      guard current == nil else { throw error("an operator or the end was expected") }
    } catch {
      throw isPrefixNotation(failedAt: error.position ?? bytes.count) ? Self.prefixNotation : error
    }
    guard !bandNames.isEmpty, let result = compiler.result else { throw error("the expression names no band") }
    return result
  }

  /// The first byte behind spaces, nil at the end.
  private var current: UInt8? {
    mutating get {
      while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
      return position < bytes.count ? bytes[position] : nil
    }
  }

  private func error(_ message: String) -> BandExpressionError {
    BandExpressionError(position: position, message: message)
  }

  private static let prefixNotation = BandExpressionError(
    position: 0,
    message: "rio-calc's bracketed prefix notation is not understood: write infix, such as (B8 - B4) / (B8 + B4)")

  /// Whether what is no infix looks like `(- (read 1 1) (read 1 2))`, rio-calc's own notation: it begins with an
  /// operator or a function behind the parenthesis, and goes on with an operand where infix has an operator.
  private func isPrefixNotation(failedAt position: Int) -> Bool {
    let text = bytes.drop(while: Self.isSpace)
    guard text.first == UInt8(ascii: "(") else { return false }
    let head = text.dropFirst().drop(while: Self.isSpace)
    guard let first = head.first else { return false }
    if "*/<>=&|".utf8.contains(first) { return true }
    let words = ["read ", "take ", "asarray "]
    let isWord = words.contains { head.starts(with: $0.utf8) }
    guard isWord || "+-".utf8.contains(first), position < bytes.count else { return false }
    let failed = bytes[position...]
    if words.contains(where: { failed.starts(with: $0.utf8) }) { return true }
    let before = bytes[..<position].last { !Self.isSpace($0) }
    return Self.isOperandStart(bytes[position]) && before.map(Self.isOperandEnd) == true
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

  private static func isOperandStart(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || "(`.".utf8.contains(byte)
  }

  private static func isOperandEnd(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || ")`.".utf8.contains(byte)
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: scalar) else { return false }
    position += 1
    return true
  }

  private mutating func emit(_ token: BandExpressionCompiler.Token) throws(BandExpressionError) {
    guard compiler.tokenCount < BandExpression.maximumOperations else {
      throw error("the expression has more than \(BandExpression.maximumOperations) operations")
    }
    compiler.push(token)
  }

  private mutating func comparison() throws(BandExpressionError) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw error("the expression is nested deeper than \(Self.maximumDepth) levels")
    }
    try sum()
    guard let operation = try comparator() else { return }
    try sum()
    try emit(.operation(operation))
    if try comparator() != nil { throw error("comparisons do not chain: write (a < b) * (b < c)") }
  }

  private mutating func comparator() throws(BandExpressionError) -> BandOperation? {
    if take("<") { return take("=") ? .lessOrEqual : .less }
    if take(">") { return take("=") ? .greaterOrEqual : .greater }
    for (sign, operation) in [("=", BandOperation.equal), ("!", .notEqual)] as [(Unicode.Scalar, BandOperation)]
    where take(sign) {
      guard take("=") else { throw error("'==' or '!=' was expected") }
      return operation
    }
    return nil
  }

  private mutating func sum() throws(BandExpressionError) {
    try product()
    while true {
      if take("+") {
        try product()
        try emit(.operation(.add))
      } else if take("-") {
        try product()
        try emit(.operation(.subtract))
      } else {
        return
      }
    }
  }

  private mutating func product() throws(BandExpressionError) {
    try unary()
    while true {
      if take("*") {
        if current == UInt8(ascii: "*") { throw error("powers are not understood: write x * x") }
        try unary()
        try emit(.operation(.multiply))
      } else if take("/") {
        try unary()
        try emit(.operation(.divide))
      } else if current == UInt8(ascii: "^") {
        throw error("powers are not understood: write x * x")
      } else {
        return
      }
    }
  }

  private mutating func unary() throws(BandExpressionError) {
    var isNegative = false
    while true {
      if take("-") { isNegative.toggle() } else if !take("+") { break }
    }
    try primary()
    if isNegative { try emit(.operation(.negate)) }
  }

  private mutating func primary() throws(BandExpressionError) {
    guard let byte = current else { throw error("a number, a band or '(' was expected") }
    if take("(") {
      try comparison()
      guard take(")") else { throw error("')' was expected") }
    } else if Self.isDigit(byte) || byte == UInt8(ascii: ".") {
      try number()
    } else if byte == UInt8(ascii: "`") {
      try quotedName()
    } else if Self.isLetter(byte) {
      try word()
    } else {
      throw error("a number, a band or '(' was expected")
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

  private static func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || byte == UInt8(ascii: "_") || byte >= 0x80
  }

  private mutating func skipDigits() {
    while position < bytes.count, Self.isDigit(bytes[position]) { position += 1 }
  }

  private mutating func number() throws(BandExpressionError) {
    let start = position
    skipDigits()
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      skipDigits()
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count, "+-".utf8.contains(bytes[position]) { position += 1 }
      skipDigits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Double(text), Float(value).isFinite else {
      position = start
      throw error("'\(text.prefix(64))' is not a number of 32 bits")
    }
    try emit(.constant(Float(value)))
  }

  private mutating func quotedName() throws(BandExpressionError) {
    let start = position + 1
    guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "`")), end > start else {
      throw error("a name in backquotes was expected")
    }
    position = end + 1
    try emitBand(String(decoding: bytes[start..<end], as: UTF8.self))
  }

  private mutating func word() throws(BandExpressionError) {
    let start = position
    while position < bytes.count, Self.isLetter(bytes[position]) || Self.isDigit(bytes[position]) { position += 1 }
    let name = String(decoding: bytes[start..<position], as: UTF8.self)
    if take("(") { return try call(name, at: start) }
    try emitBand(name)
  }

  private mutating func emitBand(_ name: String) throws(BandExpressionError) {
    if let index = bandNames.firstIndex(of: name) { return try emit(.band(index)) }
    bandNames.append(name)
    try emit(.band(bandNames.count - 1))
  }

  private mutating func call(_ name: String, at start: Int) throws(BandExpressionError) {
    guard let function = BandOperation.functions[name] else {
      position = start
      throw error("'\(name.prefix(64))' is no function: \(BandOperation.functionList) are")
    }
    for index in 0..<function.argumentCount {
      if index > 0, !take(",") { throw error("\(name) takes \(function.argumentCount) arguments") }
      try comparison()
    }
    guard take(")") else { throw error("')' was expected") }
    try emit(.operation(function))
  }
}
