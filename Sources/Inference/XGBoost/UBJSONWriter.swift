/// Writes UBJSON the way libxgboost 1.7 does: lengths as int64, arrays typed where that release writes them typed.
struct UBJSONWriter {
  private(set) var bytes: [UInt8] = []

  mutating func object(_ body: (inout UBJSONWriter) -> Void) {
    bytes.append(UInt8(ascii: "{"))
    body(&self)
    bytes.append(UInt8(ascii: "}"))
  }

  mutating func member(_ name: String, int32 value: Int32) {
    rawText(name)
    int32(value)
  }

  mutating func member(_ name: String, _ text: String) {
    rawText(name)
    bytes.append(UInt8(ascii: "S"))
    rawText(text)
  }

  mutating func member(_ name: String, object body: (inout UBJSONWriter) -> Void) {
    rawText(name)
    object(body)
  }

  /// An array of int32 that carries its type once.
  mutating func member(_ name: String, int32s values: [Int32]) {
    typedHeader(name, "l", values.count)
    for value in values { bigEndian(UInt32(bitPattern: value)) }
  }

  /// An array of int64 that carries its type once.
  mutating func member(_ name: String, int64s values: [Int64]) {
    typedHeader(name, "L", values.count)
    for value in values { bigEndian(UInt64(bitPattern: value)) }
  }

  /// An array of bytes that carries its type once.
  mutating func member(_ name: String, uint8s values: [UInt8]) {
    typedHeader(name, "U", values.count)
    bytes.append(contentsOf: values)
  }

  /// An array of float32 that carries its type once.
  mutating func member(_ name: String, floats values: [Float]) {
    typedHeader(name, "d", values.count)
    for value in values { bigEndian(value.bitPattern) }
  }

  /// An array of which every element carries its own type.
  mutating func member<Element>(
    _ name: String, list elements: [Element], _ body: (inout UBJSONWriter, Element) -> Void
  ) {
    rawText(name)
    bytes.append(contentsOf: "[#L".utf8)
    bigEndian(UInt64(elements.count))
    for element in elements { body(&self, element) }
  }

  mutating func int32(_ value: Int32) {
    bytes.append(UInt8(ascii: "l"))
    bigEndian(UInt32(bitPattern: value))
  }

  mutating func float(_ value: Float) {
    bytes.append(UInt8(ascii: "d"))
    bigEndian(value.bitPattern)
  }

  private mutating func typedHeader(_ name: String, _ type: String, _ count: Int) {
    rawText(name)
    bytes.append(contentsOf: "[$\(type)#L".utf8)
    bigEndian(UInt64(count))
  }

  private mutating func rawText(_ text: String) {
    bytes.append(UInt8(ascii: "L"))
    bigEndian(UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func bigEndian<Value: FixedWidthInteger & UnsignedInteger>(_ value: Value) {
    var shift = Value.bitWidth
    while shift > 0 {
      shift -= 8
      bytes.append(UInt8(truncatingIfNeeded: value >> Value(shift)))
    }
  }
}
