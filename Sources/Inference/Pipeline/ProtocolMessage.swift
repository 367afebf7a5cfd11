/// The fields of a message of Protocol Buffers, one after the other.
///
/// Source: Protocol Buffers, encoding.
struct ProtocolMessage {
  struct Field {
    enum Content {
      case number(UInt64)
      /// A text, bytes, a message within, or packed numbers.
      case bytes(ArraySlice<UInt8>)
      case fixed
    }

    let number: UInt64
    let content: Content
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// Whether everything was read.
  var isRead: Bool { rest.isEmpty }

  /// The next field; nil at the end, or where there is none.
  mutating func next() -> Field? {
    let start = rest
    if !rest.isEmpty, let key = takeNumber(), let content = content(ofKind: key & 7) {
      return Field(number: key >> 3, content: content)
    }
    rest = start
    return nil
  }

  private mutating func content(ofKind kind: UInt64) -> Field.Content? {
    switch kind {
    case 0: return takeNumber().map(Field.Content.number)
    case 1, 5:
      let count = kind == 1 ? 8 : 4
      guard rest.count >= count else { return nil }
      rest = rest.dropFirst(count)
      return .fixed
    case 2:
      guard let length = takeNumber(), length <= UInt64(rest.count) else { return nil }
      defer { rest = rest.dropFirst(Int(length)) }
      return .bytes(rest.prefix(Int(length)))
    default: return nil
    }
  }

  /// A number to the base of 128.
  private mutating func takeNumber() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 63, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}
