/// A reader of UBJSON (draft 12) as XGBoost writes it: big-endian numbers, strongly typed arrays `[$d#L…`.
///
/// No length of the file is believed before that many bytes are there, so a hostile length allocates nothing.
struct UBJSONReader {
  private let bytes: [UInt8]
  private var position = 0
  private var account: ReadingAccount

  private init(_ bytes: [UInt8], limits: ModelLimits) {
    self.bytes = bytes
    account = ReadingAccount(
      depth: limits.depth, values: limits.values, advice: "train with fewer or smaller trees")
  }

  /// Reads one whole document.
  static func parse(_ bytes: [UInt8], limits: ModelLimits) throws(ModelFileError) -> ModelValue {
    var reader = UBJSONReader(bytes, limits: limits)
    let value = try reader.value(marker: try reader.byte())
    guard reader.position == bytes.count else { throw reader.fault("Bytes follow the end of the document") }
    return value
  }

  private func fault(_ what: String) -> ModelFileError {
    .damaged("\(what) at byte \(position) of the UBJSON file.")
  }

  private mutating func byte() throws(ModelFileError) -> UInt8 {
    guard position < bytes.count else { throw fault("The file ends too early") }
    position += 1
    return bytes[position - 1]
  }

  private mutating func value(marker: UInt8) throws(ModelFileError) -> ModelValue {
    try account.count()
    switch marker {
    case UInt8(ascii: "{"): return .object(try nested { reader throws(ModelFileError) in try reader.object() })
    case UInt8(ascii: "["): return try nested { reader throws(ModelFileError) in try reader.array() }
    case UInt8(ascii: "S"): return .string(try text())
    case UInt8(ascii: "T"): return .bool(true)
    case UInt8(ascii: "F"): return .bool(false)
    case UInt8(ascii: "Z"): return .null
    case UInt8(ascii: "d"), UInt8(ascii: "D"): return .real(try real(marker))
    default: return .integer(try integer(marker))
    }
  }

  private mutating func nested<Result>(
    _ body: (inout UBJSONReader) throws(ModelFileError) -> Result
  ) throws(ModelFileError) -> Result {
    try account.enter()
    let result = try body(&self)
    account.leave()
    return result
  }

  private mutating func object() throws(ModelFileError) -> [String: ModelValue] {
    var members: [String: ModelValue] = [:]
    while true {
      guard position < bytes.count else { throw fault("The file ends too early") }
      if bytes[position] == UInt8(ascii: "}") {
        position += 1
        return members
      }
      let name = try text()
      guard members.updateValue(try value(marker: try byte()), forKey: name) == nil else {
        throw fault("The member '\(name.prefix(60))' is repeated")
      }
    }
  }

  private mutating func array() throws(ModelFileError) -> ModelValue {
    guard position < bytes.count else { throw fault("The file ends too early") }
    switch bytes[position] {
    case UInt8(ascii: "$"):
      position += 1
      let type = try byte()
      guard try byte() == UInt8(ascii: "#") else { throw fault("A typed array has no length") }
      return try typedArray(type)
    case UInt8(ascii: "#"):
      position += 1
      let length = try length(elementSize: 1)
      var elements: [ModelValue] = []
      for _ in 0..<length { elements.append(try value(marker: try byte())) }
      return .list(elements)
    default:
      var elements: [ModelValue] = []
      while true {
        let marker = try byte()
        if marker == UInt8(ascii: "]") { return .list(elements) }
        elements.append(try value(marker: marker))
      }
    }
  }

  private mutating func typedArray(_ type: UInt8) throws(ModelFileError) -> ModelValue {
    let length = try length(elementSize: try size(type))
    try account.count(length)
    if type == UInt8(ascii: "d") || type == UInt8(ascii: "D") {
      var reals: [Float] = []
      reals.reserveCapacity(length)
      for _ in 0..<length { reals.append(Float(try real(type))) }
      return .reals(reals)
    }
    var integers: [Int64] = []
    integers.reserveCapacity(length)
    for _ in 0..<length { integers.append(try integer(type)) }
    return .integers(integers)
  }

  /// Bytes of a number of a type.
  private func size(_ type: UInt8) throws(ModelFileError) -> Int {
    switch type {
    case UInt8(ascii: "i"), UInt8(ascii: "U"): return 1
    case UInt8(ascii: "I"): return 2
    case UInt8(ascii: "l"), UInt8(ascii: "d"): return 4
    case UInt8(ascii: "L"), UInt8(ascii: "D"): return 8
    default: throw fault("The type \(type) is not one of UBJSON's numbers")
    }
  }

  /// Reads a length and checks that so many elements can follow.
  private mutating func length(elementSize: Int) throws(ModelFileError) -> Int {
    let length = try integer(try byte())
    guard length >= 0, length <= Int64((bytes.count - position) / elementSize) else {
      throw fault("A length is beyond the end of the file")
    }
    return Int(length)
  }

  private mutating func text() throws(ModelFileError) -> String {
    let length = try length(elementSize: 1)
    guard let text = String(validating: bytes[position..<(position + length)], as: UTF8.self) else {
      throw fault("A text is not valid UTF-8")
    }
    position += length
    return text
  }

  private mutating func bits(_ size: Int) throws(ModelFileError) -> UInt64 {
    guard bytes.count - position >= size else { throw fault("The file ends too early") }
    var bits: UInt64 = 0
    for index in position..<(position + size) { bits = bits << 8 | UInt64(bytes[index]) }
    position += size
    return bits
  }

  private mutating func integer(_ type: UInt8) throws(ModelFileError) -> Int64 {
    let size = try size(type)
    guard type != UInt8(ascii: "d"), type != UInt8(ascii: "D") else { throw fault("A whole number was expected") }
    let bits = try bits(size)
    if type == UInt8(ascii: "U") { return Int64(bits) }
    let shift = 64 - 8 * size
    return Int64(bitPattern: bits << UInt64(shift)) >> Int64(shift)
  }

  private mutating func real(_ type: UInt8) throws(ModelFileError) -> Double {
    if type == UInt8(ascii: "D") { return Double(bitPattern: try bits(8)) }
    return Double(Float(bitPattern: UInt32(truncatingIfNeeded: try bits(4))))
  }
}
