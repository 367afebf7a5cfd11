/// Writes a value as compact text, noting where its parts stand.
struct JSONTextWriter {
  private(set) var bytes: [UInt8] = []
  private(set) var nodes: [JSONNode] = []
  private(set) var hasPlainNumbers = true

  mutating func append(_ value: JSONValue) {
    let start = bytes.count
    switch value {
    case .null:
      JSONSerializer.append(value, to: &bytes)
      close(.null, from: start)
    case .bool:
      JSONSerializer.append(value, to: &bytes)
      close(.bool, from: start)
    case .number(let number):
      JSONSerializer.append(value, to: &bytes)
      close(.number, from: start)
      if !number.isPlain { hasPlainNumbers = false }
    case .string(let text): append(text)
    case .array(let elements):
      let node = open(.array, UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(element)
      }
      close(node, UInt8(ascii: "]"), count: elements.count)
    case .object(let object):
      let node = open(.object, UInt8(ascii: "{"))
      for (index, member) in object.members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(member.name)
        bytes.append(UInt8(ascii: ":"))
        append(member.value)
      }
      close(node, UInt8(ascii: "}"), count: object.count)
    }
  }

  private mutating func append(_ text: String) {
    let start = bytes.count
    JSONSerializer.append(text, to: &bytes)
    close(bytes[start...].contains(UInt8(ascii: "\\")) ? .escapedString : .string, from: start)
  }

  private mutating func close(_ kind: JSONNode.Kind, from start: Int) {
    nodes.append(JSONNode(kind, start: start, end: bytes.count, next: nodes.count + 1))
  }

  private mutating func open(_ kind: JSONNode.Kind, _ bracket: UInt8) -> Int {
    nodes.append(JSONNode(kind, start: bytes.count))
    bytes.append(bracket)
    return nodes.count - 1
  }

  private mutating func close(_ node: Int, _ bracket: UInt8, count: Int) {
    bytes.append(bracket)
    nodes[node].close(end: bytes.count, next: nodes.count, count: count)
  }
}

extension JSONNumber {
  /// Whether the text is short and its exponent has three digits at most, so that PostgreSQL's `jsonb` takes it.
  public var isPlain: Bool {
    guard text.utf8.count <= 400 else { return false }
    guard let exponent = text.utf8.lastIndex(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) else {
      return true
    }
    return text.utf8.distance(from: exponent, to: text.utf8.endIndex) <= 5
  }
}
