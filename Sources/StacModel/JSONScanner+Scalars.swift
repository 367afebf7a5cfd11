// Strings and numbers.

extension JSONScanner {
  /// Reads a string whose opening quote is at `position`, and notes it; whether it is all ASCII.
  mutating func string() throws(JSONSyntaxError) -> Bool {
    let start = outputPosition
    position += 1
    let textStart = position
    var isEscaped = false
    var isASCII = true
    while true {
      skipPlainText(&isASCII)
      guard position < source.count else { throw error("The string is not closed") }
      switch source[position] {
      case UInt8(ascii: "\""):
        if !isASCII, !isValidUTF8(textStart..<position) { throw error("The string is not valid UTF-8") }
        position += 1
        append(isEscaped ? .escapedString : .string, from: start)
        return isASCII
      case UInt8(ascii: "\\"): try escape(&isEscaped, &isASCII)
      default: throw error("A control character must be escaped in a string")
      }
    }
  }

  /// Goes on to the next quote, backslash or control character.
  @inline(__always)
  private mutating func skipPlainText(_ isASCII: inout Bool) {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    guard let base = UnsafeRawPointer(source.baseAddress) else { return }
    var found = position
    var high: UInt64 = 0
    defer {
      position = found
      if high & tops != 0 { isASCII = false }
    }
    while found &+ 8 <= source.count {
      let word = base.loadUnaligned(fromByteOffset: found, as: UInt64.self).littleEndian
      // The lowest marked byte is a quote, a backslash or below 0x20; what is marked above it may be none.
      let quotes = word ^ (ones &* 0x22)
      let backslashes = word ^ (ones &* 0x5C)
      let marks =
        ((quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes | (word &- ones &* 0x20) & ~word) & tops
      if marks != 0 {
        let bits = marks.trailingZeroBitCount - 7
        high |= word & ~(UInt64.max << UInt64(bits))
        found &+= bits / 8
        return
      }
      high |= word
      found &+= 8
    }
    while found < source.count {
      let byte = source[found]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { return }
      high |= UInt64(byte)
      found += 1
    }
  }

  private func isValidUTF8(_ range: Range<Int>) -> Bool {
    String(validating: UnsafeBufferPointer(rebasing: source[range]), as: UTF8.self) != nil
  }

  /// Reads an escape whose backslash is at `position`; one that is not needed is written as its character.
  private mutating func escape(_ isEscaped: inout Bool, _ isASCII: inout Bool) throws(JSONSyntaxError) {
    guard position + 1 < source.count else { throw error("The string is not closed") }
    let letter = source[position + 1]
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      isEscaped = true
      position += 2
    case UInt8(ascii: "/"): rewrite(UInt8(ascii: "/"), &isEscaped, from: position, to: position + 2)
    case UInt8(ascii: "b"): rewrite(0x08, &isEscaped, from: position, to: position + 2)
    case UInt8(ascii: "f"): rewrite(0x0C, &isEscaped, from: position, to: position + 2)
    case UInt8(ascii: "u"):
      let start = position
      let scalar = try unicodeEscape()
      if scalar.isASCII {
        rewrite(UInt8(truncatingIfNeeded: scalar.value), &isEscaped, from: start, to: position)
      } else {
        isASCII = false
        flush(upTo: start, continuingAt: position)
        output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    default: throw error("The escape is not one of JSON's")
    }
  }

  /// Writes an ASCII character, escaped if need be, in place of a part of the source.
  private mutating func rewrite(_ character: UInt8, _ isEscaped: inout Bool, from start: Int, to end: Int) {
    flush(upTo: start, continuingAt: end)
    position = end
    JSONSerializer.append(character, to: &output)
    if character < 0x20 || character == UInt8(ascii: "\"") || character == UInt8(ascii: "\\") { isEscaped = true }
  }

  private mutating func unicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
    let first = try codeUnit()
    if first == 0 { throw error("U+0000 cannot be stored") }
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard UTF16.isLeadSurrogate(first), position + 1 < source.count, source[position] == UInt8(ascii: "\\"),
      source[position + 1] == UInt8(ascii: "u")
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
    guard position + 6 <= source.count else { throw error("Four hexadecimal digits were expected after \\u") }
    for byte in source[(position + 2)..<(position + 6)] {
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
        throw error("Four hexadecimal digits were expected after \\u")
      }
      value = value << 4 | UInt16(digit)
    }
    position += 6
    return value
  }

  /// Reads a number by the grammar `-? int frac? exp?`.
  mutating func number() throws(JSONSyntaxError) {
    let start = position
    let outputStart = outputPosition
    if source[position] == UInt8(ascii: "-") { position += 1 }
    let integerStart = position
    try digits()
    let integerCount = position - integerStart
    if source[integerStart] == UInt8(ascii: "0"), integerCount > 1 {
      throw error("A number must not begin with a zero")
    }
    if position < source.count, source[position] == UInt8(ascii: ".") {
      position += 1
      try digits()
    }
    let exponentStart = position
    if position < source.count, source[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < source.count, source[position] == UInt8(ascii: "+") || source[position] == UInt8(ascii: "-") {
        position += 1
      }
      try digits()
    }
    guard position - start <= 1_000 else { throw error("A number has more than 1,000 characters") }
    if exponentStart < position || integerCount > 300 {
      let text = String(decoding: source[start..<position], as: UTF8.self)
      guard let value = Double(text), value.isFinite else { throw error("A number is beyond an IEEE 754 double") }
    }
    if position - start > 400 || position - exponentStart > 5 { hasPlainNumbers = false }
    append(.number, from: outputStart)
  }

  @inline(__always)
  private mutating func digits() throws(JSONSyntaxError) {
    let start = position
    while position < source.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= source[position] { position += 1 }
    guard position > start else { throw error("A digit was expected") }
  }
}
