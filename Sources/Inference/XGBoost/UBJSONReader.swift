/// A reader of Universal Binary JSON (draft 12) as XGBoost writes it, bounded in depth and in values.
///
/// No count in the file is believed before as many bytes are there; what the file claims never decides an allocation.
struct UBJSONReader {
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0
  private var values = 0

  private static let maximumDepth = 32
  private static let maximumValues = 20_000_000

  /// Reads one whole value.
  static func read(_ bytes: [UInt8]) throws(ModelFileError) -> ArtifactValue {
    var reader = UBJSONReader(bytes)
    let value = try reader.value(marker: reader.byte())
    guard reader.position == bytes.count else { throw reader.error("bytes follow the model") }
    return value
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  private func error(_ message: String) -> ModelFileError {
    ModelFileError(.damaged, "The model file is damaged: \(message) at byte \(position).")
  }

  private mutating func byte() throws(ModelFileError) -> UInt8 {
    guard position < bytes.count else { throw error("it ends too early") }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func bits(_ count: Int) throws(ModelFileError) -> UInt64 {
    guard bytes.count - position >= count else { throw error("it ends too early") }
    var value: UInt64 = 0
    for index in position..<(position + count) { value = value << 8 | UInt64(bytes[index]) }
    position += count
    return value
  }

  private mutating func integer(_ marker: UInt8) throws(ModelFileError) -> Int64? {
    switch marker {
    case UInt8(ascii: "i"): Int64(Int8(bitPattern: UInt8(try bits(1))))
    case UInt8(ascii: "U"): Int64(try bits(1))
    case UInt8(ascii: "I"): Int64(Int16(bitPattern: UInt16(try bits(2))))
    case UInt8(ascii: "l"): Int64(Int32(bitPattern: UInt32(try bits(4))))
    case UInt8(ascii: "L"): Int64(bitPattern: try bits(8))
    default: nil
    }
  }

  private mutating func real(_ marker: UInt8) throws(ModelFileError) -> Double? {
    switch marker {
    case UInt8(ascii: "d"): Double(Float(bitPattern: UInt32(try bits(4))))
    case UInt8(ascii: "D"): Double(bitPattern: try bits(8))
    default: nil
    }
  }

  /// A length; never more than the bytes that are left, each element having one byte at least.
  private mutating func length() throws(ModelFileError) -> Int {
    guard let value = try integer(byte()), value >= 0, value <= Int64(bytes.count - position) else {
      throw error("a length is missing or larger than the file")
    }
    return Int(value)
  }

  private mutating func string() throws(ModelFileError) -> String {
    let count = try length()
    guard let text = String(validating: bytes[position..<(position + count)], as: UTF8.self) else {
      throw error("a text is not UTF-8")
    }
    position += count
    return text
  }

  private mutating func value(marker: UInt8) throws(ModelFileError) -> ArtifactValue {
    values += 1
    guard values <= Self.maximumValues else { throw error("there are too many values") }
    if let value = try integer(marker) { return .integer(value) }
    if let value = try real(marker) { return .real(value) }
    switch marker {
    case UInt8(ascii: "Z"), UInt8(ascii: "N"): return .null
    case UInt8(ascii: "T"): return .bool(true)
    case UInt8(ascii: "F"): return .bool(false)
    case UInt8(ascii: "S"): return .string(try string())
    case UInt8(ascii: "["): return try nested { reader throws(ModelFileError) in try reader.array() }
    case UInt8(ascii: "{"): return try nested { reader throws(ModelFileError) in try reader.object() }
    default: throw error("an unknown type marker stands")
    }
  }

  private mutating func nested(
    _ read: (inout UBJSONReader) throws(ModelFileError) -> ArtifactValue
  ) throws(ModelFileError) -> ArtifactValue {
    depth += 1
    guard depth <= Self.maximumDepth else { throw error("it is nested too deeply") }
    let value = try read(&self)
    depth -= 1
    return value
  }

  private func isNext(_ scalar: Unicode.Scalar) -> Bool { position < bytes.count && bytes[position] == UInt8(ascii: scalar) }

  private mutating func array() throws(ModelFileError) -> ArtifactValue {
    if isNext("$") {
      position += 1
      let type = try byte()
      guard isNext("#") else { throw error("a typed array has no count") }
      position += 1
      return try typedArray(type)
    }
    var elements: [ArtifactValue] = []
    if isNext("#") {
      position += 1
      for _ in 0..<(try length()) { elements.append(try value(marker: byte())) }
    } else {
      while !isNext("]") { elements.append(try value(marker: byte())) }
      position += 1
    }
    return Self.packed(elements)
  }

  private mutating func typedArray(_ type: UInt8) throws(ModelFileError) -> ArtifactValue {
    let width: Int
    switch type {
    case UInt8(ascii: "i"), UInt8(ascii: "U"): width = 1
    case UInt8(ascii: "I"): width = 2
    case UInt8(ascii: "l"), UInt8(ascii: "d"): width = 4
    case UInt8(ascii: "L"), UInt8(ascii: "D"): width = 8
    default: throw error("an array has an unknown type")
    }
    let count = try length()
    guard count <= (bytes.count - position) / width else { throw error("an array is longer than the file") }
    values += count
    guard values <= Self.maximumValues else { throw error("there are too many values") }
    if type == UInt8(ascii: "d") || type == UInt8(ascii: "D") {
      var reals: [Float] = []
      reals.reserveCapacity(count)
      for _ in 0..<count { reals.append(Float(try real(type) ?? 0)) }
      return .reals(reals)
    }
    var integers: [Int64] = []
    integers.reserveCapacity(count)
    for _ in 0..<count { integers.append(try integer(type) ?? 0) }
    return .integers(integers)
  }

  private static func packed(_ elements: [ArtifactValue]) -> ArtifactValue {
    let integers = elements.compactMap { if case .integer(let value) = $0 { value } else { Int64?.none } }
    return integers.count == elements.count ? .integers(integers) : .array(elements)
  }

  private mutating func object() throws(ModelFileError) -> ArtifactValue {
    var members: [String: ArtifactValue] = [:]
    while !isNext("}") {
      let name = try string()
      guard members.updateValue(try value(marker: byte()), forKey: name) == nil else {
        throw error("the member '\(name.prefix(64))' is repeated")
      }
    }
    position += 1
    return .object(members)
  }
}
