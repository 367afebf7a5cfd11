/// A recursive descent parser that writes postfix operations as it reads.
struct BandExpressionParser {
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0
  private(set) var operations: [BandExpression.Operation] = []
  private(set) var bandNames: [String] = []

  private static let maximumDepth = 32

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func parse() throws(BandExpressionError) {
    guard bytes.count <= BandExpression.maximumLength else {
      throw error("the expression is longer than \(BandExpression.maximumLength) bytes")
    }
    try refuseLisp()
    try sum()
    guard current == nil else { throw error("an operator or the end was expected") }
    guard !bandNames.isEmpty else { throw error("the expression names no band") }
  }

  /// The first byte behind spaces, nil at the end.
  private var current: UInt8? {
    mutating get {
      while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
      return position < bytes.count ? bytes[position] : nil
    }
  }

  private func error(_ message: String) -> BandExpressionError {
    BandExpressionError(position: position, message: message)
  }

  /// `(- (read 1 1) (read 1 2))`: rio-calc's own notation starts with an operator behind the parenthesis.
  private mutating func refuseLisp() throws(BandExpressionError) {
    guard current == UInt8(ascii: "(") else { return }
    let head = bytes[position...].dropFirst().drop { $0 == 0x20 }
    guard let first = head.first else { return }
    let isOperator = "*/+<>=&|".utf8.contains(first) || (first == UInt8(ascii: "-") && head.dropFirst().first == 0x20)
    let isWord = ["read ", "take ", "asarray "].contains { head.starts(with: $0.utf8) }
    if isOperator || isWord {
      throw error("rio-calc's bracketed prefix notation is not understood: write infix, such as (B8 - B4) / (B8 + B4)")
    }
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: scalar) else { return false }
    position += 1
    return true
  }

  private mutating func emit(_ operation: BandExpression.Operation) throws(BandExpressionError) {
    guard operations.count < BandExpression.maximumOperations else {
      throw error("the expression has more than \(BandExpression.maximumOperations) operations")
    }
    operations.append(operation)
  }

  private mutating func sum() throws(BandExpressionError) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw error("the expression is nested deeper than \(Self.maximumDepth) levels")
    }
    try product()
    while true {
      if take("+") {
        try product()
        try emit(.add)
      } else if take("-") {
        try product()
        try emit(.subtract)
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
        try emit(.multiply)
      } else if take("/") {
        try unary()
        try emit(.divide)
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
    if isNegative { try emit(.negate) }
  }

  private mutating func primary() throws(BandExpressionError) {
    guard let byte = current else { throw error("a number, a band or '(' was expected") }
    if take("(") {
      try sum()
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
    let function: (operation: BandExpression.Operation, arguments: Int)? =
      switch name {
      case "sqrt": (.squareRoot, 1)
      case "abs": (.magnitude, 1)
      case "min": (.minimum, 2)
      case "max": (.maximum, 2)
      default: nil
      }
    guard let function else {
      position = start
      throw error("'\(name.prefix(64))' is no function: sqrt, abs, min and max are")
    }
    for index in 0..<function.arguments {
      if index > 0, !take(",") { throw error("\(name) takes \(function.arguments) arguments") }
      try sum()
    }
    guard take(")") else { throw error("')' was expected") }
    try emit(function.operation)
  }
}
