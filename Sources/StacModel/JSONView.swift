/// A value within a ``JSONText``, read where it stands.
public struct JSONView: Sendable {
  let text: JSONText
  let index: Int

  var node: JSONNode { text.nodes[index] }

  /// The value's compact text.
  public var bytes: ArraySlice<UInt8> { text.bytes[node.range] }

  /// Whether this is the literal `null`.
  public var isNull: Bool { node.kind == .null }
  /// Whether this is a string.
  public var isString: Bool { node.kind == .string || node.kind == .escapedString }
  /// Whether this is a string with a character at least.
  public var isFilledString: Bool { isString && node.range.count > 2 }

  /// The string, or nil for every other kind.
  public var string: String? {
    let range = node.range
    guard isString else { return nil }
    return text.bytes.withUnsafeBufferPointer { bytes in
      let inner = UnsafeBufferPointer(rebasing: bytes[(range.lowerBound + 1)..<(range.upperBound - 1)])
      return node.kind == .string ? String(decoding: inner, as: UTF8.self) : JSONText.decoded(inner)
    }
  }

  /// Whether this is a string that begins with a text of printable ASCII without quotes and backslashes.
  public func hasPrefix(_ prefix: StaticString) -> Bool {
    let range = node.range
    guard isString, range.count - 2 >= prefix.utf8CodeUnitCount else { return false }
    return text.isText(prefix, at: range.lowerBound + 1)
  }

  /// Whether this is a string equal to such a text.
  public func equals(_ expected: StaticString) -> Bool {
    node.range.count - 2 == expected.utf8CodeUnitCount && hasPrefix(expected)
  }

  /// The boolean, or nil for every other kind.
  public var bool: Bool? {
    node.kind == .bool ? text.bytes[node.range.lowerBound] == UInt8(ascii: "t") : nil
  }

  /// The number as the nearest double, or nil for every other kind.
  public var double: Double? {
    guard node.kind == .number else { return nil }
    let range = node.range
    return text.bytes.withUnsafeBufferPointer { bytes in
      let digits = UnsafeBufferPointer(rebasing: bytes[range])
      return JSONText.shortNumber(digits) ?? Double(String(decoding: digits, as: UTF8.self))
    }
  }

  /// The elements, or nil for every other kind.
  public var array: JSONElements? { node.kind == .array ? JSONElements(container: self) : nil }
  /// The members, or nil for every other kind.
  public var object: JSONMembers? { node.kind == .object ? JSONMembers(container: self) : nil }

  /// The kind in words, for messages: "a string", "an array", "null".
  public var kind: String {
    switch node.kind {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string, .escapedString: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The value.
  public var value: JSONValue {
    switch node.kind {
    case .null: return .null
    case .bool: return .bool(bool == true)
    case .number: return .number(JSONNumber(checkedText: String(decoding: bytes, as: UTF8.self)))
    case .string, .escapedString: return .string(string ?? "")
    case .array:
      var elements: [JSONValue] = []
      elements.reserveCapacity(node.count)
      if let array { for element in array { elements.append(element.value) } }
      return .array(elements)
    case .object:
      return .object(object?.value ?? [:])
    }
  }
}

/// The elements of an array within a ``JSONText``.
public struct JSONElements: Sendable, Sequence {
  let container: JSONView

  public var count: Int { container.node.count }
  public var isEmpty: Bool { count == 0 }
  public var first: JSONView? { isEmpty ? nil : JSONView(text: container.text, index: container.index + 1) }

  public func makeIterator() -> Iterator { Iterator(container) }

  public struct Iterator: IteratorProtocol {
    private let text: JSONText
    private var index: Int
    private let end: Int

    init(_ container: JSONView) {
      text = container.text
      index = container.index + 1
      end = Int(container.node.next)
    }

    public mutating func next() -> JSONView? {
      guard index < end else { return nil }
      defer { index = Int(text.nodes[index].next) }
      return JSONView(text: text, index: index)
    }
  }
}

/// The members of an object within a ``JSONText``.
public struct JSONMembers: Sendable, Sequence {
  /// One name and its value.
  public struct Member: Sendable {
    let text: JSONText
    let index: Int

    public var name: String { JSONView(text: text, index: index).string ?? "" }
    public var value: JSONView { JSONView(text: text, index: index + 1) }
  }

  let container: JSONView

  public var count: Int { container.node.count }
  public var isEmpty: Bool { count == 0 }

  /// The value of a member with a name of printable ASCII without quotes and backslashes, nil where there is none.
  public subscript(name: StaticString) -> JSONView? {
    container.text.indexOfValue(named: name, in: container.index).map { JSONView(text: container.text, index: $0) }
  }

  /// Whether there is a member with one of some names, each of printable ASCII without quotes and backslashes.
  public func contains(anyOf names: [StaticString]) -> Bool {
    let text = container.text
    let end = Int(container.node.next)
    return text.nodes.withUnsafeBufferPointer { nodes in
      var index = container.index + 1
      while index < end {
        let length = Int(nodes[index].end - nodes[index].start) - 2
        let place = Int(nodes[index].start) + 1
        for name in names where name.utf8CodeUnitCount == length && text.isText(name, at: place) { return true }
        index = Int(nodes[index + 1].next)
      }
      return false
    }
  }

  /// A number that is the same where the members have the same names and kinds of values, in the same order; another
  /// in every process.
  public var shape: Int {
    let text = container.text
    var hasher = Hasher()
    text.bytes.withUnsafeBytes { bytes in
      var index = container.index + 1
      while index < Int(container.node.next) {
        let value = text.nodes[index + 1]
        hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: bytes[text.nodes[index].range]))
        hasher.combine(value.kind == .escapedString ? .string : value.kind)
        index = Int(value.next)
      }
    }
    return hasher.finalize()
  }

  /// The object.
  public var value: JSONObject {
    var members: [JSONObject.Member] = []
    members.reserveCapacity(count)
    for member in self { members.append(JSONObject.Member(name: member.name, value: member.value.value)) }
    return JSONObject(members)
  }

  public func makeIterator() -> Iterator { Iterator(container) }

  public struct Iterator: IteratorProtocol {
    private let text: JSONText
    private var index: Int
    private let end: Int

    init(_ container: JSONView) {
      text = container.text
      index = container.index + 1
      end = Int(container.node.next)
    }

    public mutating func next() -> Member? {
      guard index < end else { return nil }
      defer { index = Int(text.nodes[index + 1].next) }
      return Member(text: text, index: index)
    }
  }
}
