// Arithmetic in CQL2 text.

import StacModel

extension CQL2TextParser {
  /// Rule `arithmeticExpression`.
  mutating func sum() throws(CQL2SyntaxError) -> PlacedExpression {
    var left = try product()
    while case .symbol(let symbol) = token, symbol == "+" || symbol == "-" {
      try advance()
      left = try operation(
        symbol == "+" ? .plus : .minus, at: left.place.location, [try left.asNumber(), try product().asNumber()])
    }
    return left
  }

  /// Rule `arithmeticTerm`.
  private mutating func product() throws(CQL2SyntaxError) -> PlacedExpression {
    var left = try power()
    while let symbol = multiplication {
      try advance()
      left = try operation(symbol, at: left.place.location, [try left.asNumber(), try power().asNumber()])
    }
    return left
  }

  private var multiplication: Operator? {
    switch token {
    case .symbol("*"): .times
    case .symbol("/"): .divide
    case .symbol("%"): .modulo
    default: isKeyword("div") ? .integerDivide : nil
    }
  }

  /// Rule `powerTerm`; the grammar gives no meaning to `a ^ b ^ c`.
  private mutating func power() throws(CQL2SyntaxError) -> PlacedExpression {
    let base = try factor()
    guard try skip("^") else { return base }
    let result = try operation(.power, at: base.place.location, [try base.asNumber(), try factor().asNumber()])
    guard token != .symbol("^") else { throw error(at: offset, "'^' must not follow '^' without parentheses") }
    return result
  }

  /// Rule `arithmeticFactor`: a sign binds closer than every operator, and before a digit belongs to the number.
  private mutating func factor() throws(CQL2SyntaxError) -> PlacedExpression {
    var minuses: [Int] = []
    var signOffset = offset
    while case .symbol(let sign) = token, sign == "-" || sign == "+" {
      signOffset = offset
      try advance()
      if sign == "-" {
        minuses.append(signOffset)
      } else if case .number = token {
        break
      } else {
        throw expected("a number after '+'")
      }
    }
    var result: PlacedExpression
    if case .number(let text) = token {
      let isNegative = minuses.last == signOffset
      if isNegative { minuses.removeLast() }
      result = try node(.number(try number(text, isNegative: isNegative)), at: .character(min(signOffset, offset)))
      try advance()
    } else {
      result = try primary()
    }
    for offset in minuses.reversed() {
      let minusOne = try node(.number(JSONNumber(-1)), at: .character(offset))
      result = try operation(.times, at: .character(offset), [minusOne, try result.asNumber()])
    }
    return result
  }

  /// The number of a literal, in JSON's notation (`.5` becomes `0.5`).
  func number(_ text: String, isNegative: Bool = false) throws(CQL2SyntaxError) -> JSONNumber {
    var mantissa = text.prefix { $0 != "e" && $0 != "E" }
    let exponent = text.dropFirst(mantissa.count)
    if mantissa.hasSuffix(".") { mantissa.removeLast() }
    mantissa = mantissa.drop { $0 == "0" }
    let leadingZero = mantissa.first.map { $0 == "." } ?? true ? "0" : ""
    let json = (isNegative ? "-" : "") + leadingZero + mantissa + exponent
    guard case .number(let number)? = try? JSONParser.parse(json) else {
      throw error(at: offset, "the number \(text.prefix(64)) is too long or beyond an IEEE 754 double")
    }
    return number
  }
}
