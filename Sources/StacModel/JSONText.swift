/// A JSON text that was read once: its compact form, and where in it each value stands.
///
/// What is asked of it is read from the text itself (``JSONView``), and only then made a value: most of a document is
/// checked, stored and served without ever being one.
public final class JSONText: Sendable {
  /// The compact text: member order and number text as they came, no space between the tokens, and only those
  /// characters escaped that RFC 8259 section 7 demands.
  public let bytes: [UInt8]
  /// Whether every number is short: at most 400 characters, an exponent of at most three digits.
  public let hasPlainNumbers: Bool
  /// The values and member names in the order of the text: a container before what it holds, a name before its value.
  let nodes: [JSONNode]

  init(bytes: [UInt8], nodes: [JSONNode], hasPlainNumbers: Bool) {
    self.bytes = bytes
    self.nodes = nodes
    self.hasPlainNumbers = hasPlainNumbers
  }

  /// Reads one whole text, as strictly as ``JSONParser``.
  ///
  /// - Throws: ``JSONSyntaxError`` with the byte offset of the first fault.
  public convenience init(_ source: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
    let scanned = try source.withUnsafeBufferPointer { buffer throws(JSONSyntaxError) in
      var scanner = JSONScanner(buffer, limits: limits)
      return try scanner.scan()
    }
    self.init(bytes: scanned.output ?? source, nodes: scanned.nodes, hasPlainNumbers: scanned.hasPlainNumbers)
  }

  /// The text of a value.
  public convenience init(_ value: JSONValue) {
    var writer = JSONTextWriter()
    writer.append(value)
    self.init(bytes: writer.bytes, nodes: writer.nodes, hasPlainNumbers: writer.hasPlainNumbers)
  }

  /// The text of a value within a text, which is not read again.
  public convenience init(_ view: JSONView) {
    let node = view.node
    let nodes = view.text.nodes[view.index..<Int(node.next)].map { $0.moved(by: node.start, view.index) }
    self.init(bytes: Array(view.bytes), nodes: nodes, hasPlainNumbers: view.text.hasPlainNumbers)
  }

  /// The whole text's value.
  public var root: JSONView { JSONView(text: self, index: 0) }
}

extension JSONText: Hashable {
  /// Texts are equal where their compact forms are.
  public static func == (left: JSONText, right: JSONText) -> Bool { left.bytes == right.bytes }

  public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

/// Where a value or a member's name stands in a compact text.
struct JSONNode: Sendable {
  enum Kind: UInt32 {
    case null, bool, number, string, array, object
    /// A string with a backslash in it.
    case escapedString
  }

  /// Offset of the first byte: a string's quote, a container's bracket.
  private(set) var start: UInt32
  /// Offset behind the last byte.
  private(set) var end: UInt32 = 0
  /// Index of the node behind this one and all that it holds.
  private(set) var next: UInt32 = 0
  /// The kind in the lowest three bits, above them how many elements or members there are.
  private var kindAndCount: UInt32

  init(_ kind: Kind, start: Int) {
    self.start = UInt32(truncatingIfNeeded: start)
    kindAndCount = kind.rawValue
  }

  /// The node of a scalar, or of a name.
  init(_ kind: Kind, start: Int, end: Int, next: Int) {
    self.init(kind, start: start)
    close(end: end, next: next, count: 0)
  }

  mutating func close(end: Int, next: Int, count: Int) {
    self.end = UInt32(truncatingIfNeeded: end)
    self.next = UInt32(truncatingIfNeeded: next)
    kindAndCount |= UInt32(truncatingIfNeeded: count) << 3
  }

  /// The node in a text that begins so many bytes and nodes later.
  func moved(by bytes: UInt32, _ nodes: Int) -> JSONNode {
    var node = self
    node.start -= bytes
    node.end -= bytes
    node.next -= UInt32(truncatingIfNeeded: nodes)
    return node
  }

  var kind: Kind { Kind(rawValue: kindAndCount & 7) ?? .null }
  var count: Int { Int(kindAndCount >> 3) }
  var range: Range<Int> { Int(start)..<Int(end) }
}
