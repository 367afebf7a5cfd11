// Strings and numbers of the JSON parser.

extension JSONParser {
  /// Reads a string whose opening quote is at `position`.
  mutating func string() throws(JSONSyntaxError) -> String {
    position += 1
    var runStart = position
    var decoded: [UInt8]? = nil
    while true {
      guard position < bytes.count else { throw error("The string is not closed") }
      switch bytes[position] {
      case UInt8(ascii: "\""):
        let text = try text(decoded: decoded, from: runStart)
        position += 1
        return text
      case UInt8(ascii: "\\"):
        decoded = (decoded ?? []) + bytes[runStart..<position]
        let scalar = try escape()
        decoded?.append(contentsOf: String(Character(scalar)).utf8)
        runStart = position
      case 0..<0x20: throw error("A control character must be escaped in a string")
      default: position += 1
      }
    }
  }

  private func text(decoded: [UInt8]?, from runStart: Int) throws(JSONSyntaxError) -> String {
    let text: String?
    if let decoded {
      text = String(validating: decoded + bytes[runStart..<position], as: UTF8.self)
    } else {
      text = String(validating: bytes[runStart..<position], as: UTF8.self)
    }
    guard let text else { throw error("The string is not valid UTF-8") }
    return text
  }

  /// Reads an escape whose backslash is at `position`.
  private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
    guard position + 1 < bytes.count else { throw error("The string is not closed") }
    let letter = bytes[position + 1]
    if letter == UInt8(ascii: "u") { return try unicodeEscape() }
    let plain: Unicode.Scalar? =
      switch letter {
      case UInt8(ascii: "\""): "\""
      case UInt8(ascii: "\\"): "\\"
      case UInt8(ascii: "/"): "/"
      case UInt8(ascii: "b"): "\u{8}"
      case UInt8(ascii: "f"): "\u{C}"
      case UInt8(ascii: "n"): "\n"
      case UInt8(ascii: "r"): "\r"
      case UInt8(ascii: "t"): "\t"
      default: nil
      }
    guard let plain else { throw error("The escape is not one of JSON's") }
    position += 2
    return plain
  }

  private mutating func unicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
    let first = try codeUnit()
    if first == 0 { throw error("U+0000 cannot be stored") }
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard UTF16.isLeadSurrogate(first), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { throw error("A surrogate stands alone") }
    let second = try codeUnit()
    guard UTF16.isTrailSurrogate(second) else { throw error("A surrogate stands alone") }
    let value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
    guard let scalar = Unicode.Scalar(value) else { throw error("A surrogate stands alone") }
    return scalar
  }

  /// Reads `\uXXXX`.
  private mutating func codeUnit() throws(JSONSyntaxError) -> UInt16 {
    var value: UInt16 = 0
    guard position + 6 <= bytes.count else { throw error("Four hexadecimal digits were expected after \\u") }
    for byte in bytes[(position + 2)..<(position + 6)] {
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
        throw error("Four hexadecimal digits were expected after \\u")
      }
      value = value << 4 | UInt16(digit)
    }
    position += 6
    return value
  }

  /// Reads a number by the grammar `-? int frac? exp?`.
  mutating func number() throws(JSONSyntaxError) -> JSONNumber {
    let start = position
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    let integerStart = position
    try digits()
    if bytes[integerStart] == UInt8(ascii: "0"), position - integerStart > 1 {
      throw error("A number must not begin with a zero")
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      try digits()
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
        position += 1
      }
      try digits()
    }
    guard position - start <= 1_000 else { throw error("A number has more than 1,000 characters") }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Double(text), value.isFinite else { throw error("A number is beyond an IEEE 754 double") }
    return JSONNumber(checkedText: text)
  }

  private mutating func digits() throws(JSONSyntaxError) {
    let start = position
    while position < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] { position += 1 }
    guard position > start else { throw error("A digit was expected") }
  }
}
