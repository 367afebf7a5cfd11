/// A reader of the JSON form of a model file: RFC 8259 with limits, and `NaN`, `Infinity` and `-Infinity`, which XGBoost
/// writes and JSON has not.
///
/// Nearly all of a file is arrays of numbers, which become flat arrays at once.
struct ModelText {
  private let bytes: [UInt8]
  private var position = 0
  private var account: ReadingAccount

  private init(_ bytes: [UInt8], limits: ModelLimits) {
    self.bytes = bytes
    account = ReadingAccount(
      depth: limits.depth, values: limits.textValues, advice: "save it as UBJSON (model.ubj)")
  }

  /// Reads one whole document.
  static func parse(_ bytes: [UInt8], limits: ModelLimits) throws(ModelFileError) -> ModelValue {
    var reader = ModelText(bytes, limits: limits)
    let value = try reader.value()
    guard reader.next() == nil else { throw reader.fault("Something follows the end of the document") }
    return value
  }

  private func fault(_ what: String) -> ModelFileError {
    .damaged("The JSON of the model file cannot be read: \(what) at byte \(position).")
  }

  /// The next byte that is no blank, which stays unread.
  private mutating func next() -> UInt8? {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      case let byte: return byte
      }
    }
    return nil
  }

  private mutating func expect(_ byte: UInt8) throws(ModelFileError) {
    guard next() == byte else { throw fault("'\(Character(Unicode.Scalar(byte)))' is missing") }
    position += 1
  }

  private mutating func value() throws(ModelFileError) -> ModelValue {
    try account.count()
    switch next() {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try text())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default:
      switch try number() {
      case .integer(let integer): return .integer(integer)
      case .real(let real): return .real(Double(real))
      }
    }
  }

  private mutating func word(_ word: String, _ value: ModelValue) throws(ModelFileError) -> ModelValue {
    guard bytes[position...].starts(with: word.utf8) else { throw fault("An unknown word stands") }
    position += word.utf8.count
    return value
  }

  private mutating func enter() throws(ModelFileError) {
    position += 1
    try account.enter()
  }

  /// Whether another element follows; reads the comma or the closing byte.
  private mutating func continues(_ isFirst: Bool, until end: UInt8) throws(ModelFileError) -> Bool {
    if next() == end {
      position += 1
      account.leave()
      return false
    }
    if !isFirst { try expect(UInt8(ascii: ",")) }
    return true
  }

  private mutating func object() throws(ModelFileError) -> ModelValue {
    try enter()
    var members: [String: ModelValue] = [:]
    while try continues(members.isEmpty, until: UInt8(ascii: "}")) {
      guard next() == UInt8(ascii: "\"") else { throw fault("The name of a member is missing") }
      let name = try text()
      try expect(UInt8(ascii: ":"))
      guard members.updateValue(try value(), forKey: name) == nil else {
        throw fault("The member '\(name.prefix(60))' is repeated")
      }
    }
    return .object(members)
  }

  private mutating func array() throws(ModelFileError) -> ModelValue {
    try enter()
    guard try startsNumbers() else {
      var elements: [ModelValue] = []
      while try continues(elements.isEmpty, until: UInt8(ascii: "]")) { elements.append(try value()) }
      return elements.isEmpty ? .integers([]) : .list(elements)
    }
    var integers: [Int64] = []
    while try continues(integers.isEmpty, until: UInt8(ascii: "]")) {
      try account.count()
      switch try element() {
      case .integer(let integer): integers.append(integer)
      case .real(let real): return try reals(integers.map { Float($0) } + [real])
      }
    }
    return .integers(integers)
  }

  /// The rest of an array of numbers of which not all are whole.
  private mutating func reals(_ start: [Float]) throws(ModelFileError) -> ModelValue {
    var reals = start
    while try continues(false, until: UInt8(ascii: "]")) {
      try account.count()
      switch try element() {
      case .integer(let integer): reals.append(Float(integer))
      case .real(let real): reals.append(real)
      }
    }
    return .reals(reals)
  }

  /// Whether the first element of an array is a number, or `null`, which stands for NaN there.
  private mutating func startsNumbers() throws(ModelFileError) -> Bool {
    guard let byte = next() else { throw fault("It ends too early") }
    return byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte) || "NIn".utf8.contains(byte)
  }

  private mutating func element() throws(ModelFileError) -> Number {
    guard next() == UInt8(ascii: "n") else { return try number() }
    _ = try word("null", .null)
    return .real(.nan)
  }

  private mutating func text() throws(ModelFileError) -> String {
    let start = position + 1
    var end = start
    var hasEscapes = false
    while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
      guard bytes[end] >= 0x20 else { throw fault("A text holds a control character") }
      if bytes[end] == UInt8(ascii: "\\") {
        hasEscapes = true
        end += 1
      }
      end += 1
    }
    guard end < bytes.count else { throw fault("A text is not closed") }
    position = end + 1
    let raw = hasEscapes ? try unescaped(bytes[start..<end]) : Array(bytes[start..<end])
    guard let text = String(validating: raw, as: UTF8.self) else { throw fault("A text is not valid UTF-8") }
    return text
  }

  private func unescaped(_ raw: ArraySlice<UInt8>) throws(ModelFileError) -> [UInt8] {
    var output: [UInt8] = []
    var units: [UInt16] = []
    var rest = raw
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "u") {
        let digits = rest.dropFirst().prefix(4)
        guard digits.count == 4, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
          throw fault("A text has an unknown escape before it ends")
        }
        units.append(unit)
        rest = rest.dropFirst(5)
        continue
      }
      output += String(decoding: units, as: UTF16.self).utf8
      units = []
      guard byte == UInt8(ascii: "\\") else {
        output.append(byte)
        continue
      }
      guard let escape = rest.popFirst(), let plain = Self.escapes[escape] else {
        throw fault("A text has an unknown escape before it ends")
      }
      output.append(plain)
    }
    return output + String(decoding: units, as: UTF16.self).utf8
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F, UInt8(ascii: "b"): 0x08,
    UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
  ]
}

extension ModelText {
  private enum Number {
    case integer(Int64)
    case real(Float)
  }

  /// Reads a number; one with a point or an exponent is rounded once to float32.
  private mutating func number() throws(ModelFileError) -> Number {
    let start = position
    let isNegative = position < bytes.count && bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    if let constant = try constant() { return .real(isNegative ? -constant : constant) }
    var (digits, digitCount, exponent) = (UInt64(0), 0, 0)
    readDigits(&digits, &digitCount)
    var isWhole = true
    guard digitCount > 0 else { throw fault("A value is missing") }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      let before = digitCount
      readDigits(&digits, &digitCount)
      guard digitCount > before else { throw fault("A number has no digits behind its point") }
      exponent = before - digitCount
      isWhole = false
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      exponent += try exponentPart()
      isWhole = false
    }
    if isWhole, digitCount <= 18 { return .integer(isNegative ? -Int64(digits) : Int64(digits)) }
    if digitCount <= 15, let real = Self.rounded(digits, exponent) { return .real(isNegative ? -real : real) }
    guard let real = Float(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      throw fault("A number cannot be read")
    }
    return .real(real)
  }

  private mutating func constant() throws(ModelFileError) -> Float? {
    guard position < bytes.count else { throw fault("It ends too early") }
    switch bytes[position] {
    case UInt8(ascii: "N"):
      _ = try word("NaN", .null)
      return .nan
    case UInt8(ascii: "I"):
      _ = try word("Infinity", .null)
      return .infinity
    default: return nil
    }
  }

  /// Digits beyond the eighteenth are counted only: such numbers are read another way.
  private mutating func readDigits(_ digits: inout UInt64, _ count: inout Int) {
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      if count < 18 { digits = digits * 10 + UInt64(bytes[position] - 0x30) }
      count += 1
      position += 1
    }
  }

  private mutating func exponentPart() throws(ModelFileError) -> Int {
    position += 1
    var isNegative = false
    if position < bytes.count, [UInt8(ascii: "-"), UInt8(ascii: "+")].contains(bytes[position]) {
      isNegative = bytes[position] == UInt8(ascii: "-")
      position += 1
    }
    var (digits, count) = (UInt64(0), 0)
    readDigits(&digits, &count)
    guard count > 0 else { throw fault("A number has no digits in its exponent") }
    let size = count > 6 ? 1_000_000 : Int(digits)
    return isNegative ? -size : size
  }

  private static let powersOfTen: [Double] = (0...22).map { exponent in
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }

  /// digits * 10^exponent rounded once to float32; nil where this way is not exact.
  ///
  /// Both factors are exact in double precision, so that their product or quotient is rounded once. It then rounds to
  /// float32 as the exact value does, unless it lies just between two of them.
  private static func rounded(_ digits: UInt64, _ exponent: Int) -> Float? {
    guard abs(exponent) <= 22 else { return nil }
    let double =
      exponent < 0 ? Double(digits) / powersOfTen[-exponent] : Double(digits) * powersOfTen[exponent]
    if double == 0 { return 0 }
    let isBetween = double.bitPattern & 0x1FFF_FFFF == 0x1000_0000
    guard !isBetween, double >= 1e-37, double <= 1e38 else { return nil }
    return Float(double)
  }
}
