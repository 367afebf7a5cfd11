/// Reads a JSON text in one pass: checks it, notes where its values stand, and makes it compact.
///
/// Text that is compact already is copied in long runs, or not at all.
struct JSONScanner: ~Copyable {
  let source: UnsafeBufferPointer<UInt8>
  var position = 0
  /// The compact text but for the run from `runStart` to `position`, which is compact as it stands.
  var output: [UInt8] = []
  var runStart = 0
  var nodes: GrowingMemory<JSONNode>
  var names = GrowingMemory<ScannedName>(capacity: 64)
  var hasPlainNumbers = true
  private var depth = 0
  private var values = 0
  private let limits: JSONLimits

  /// What a scan has found.
  struct Scanned {
    /// The compact text, nil where it is the source.
    let output: [UInt8]?
    let nodes: [JSONNode]
    let hasPlainNumbers: Bool
  }

  init(_ source: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
    self.source = source
    self.limits = limits
    nodes = GrowingMemory(capacity: min(source.count / 10 + 8, limits.values))
  }

  mutating func scan() throws(JSONSyntaxError) -> Scanned {
    guard source.count < 1 << 31 else { throw error("The JSON text has two gigabytes or more") }
    if source.starts(with: [0xEF, 0xBB, 0xBF]) { throw error("A byte order mark must not precede JSON") }
    skipWhitespace()
    try value()
    let end = position
    skipWhitespace()
    guard position == source.count else { throw error("Text follows the JSON value") }
    if end == source.count, runStart == 0, output.isEmpty {
      return Scanned(output: nil, nodes: nodes.array, hasPlainNumbers: hasPlainNumbers)
    }
    flush(upTo: position, continuingAt: position)
    return Scanned(output: output, nodes: nodes.array, hasPlainNumbers: hasPlainNumbers)
  }

  func error(_ message: String) -> JSONSyntaxError { JSONSyntaxError(position: position, message: message) }

  /// Where in the compact text the byte at `position` goes.
  var outputPosition: Int { output.count + position - runStart }

  /// Copies the run that ends at one place of the source, and begins a new one at another.
  mutating func flush(upTo end: Int, continuingAt start: Int) {
    output.append(contentsOf: UnsafeBufferPointer(rebasing: source[runStart..<end]))
    runStart = start
  }

  /// Most texts have no space between the tokens.
  @inline(__always)
  private mutating func skipWhitespace() {
    if position < source.count, source[position] <= 0x20 { skipSpace() }
  }

  private mutating func skipSpace() {
    let end = position
    while position < source.count {
      switch source[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default:
        if position > end { flush(upTo: end, continuingAt: position) }
        return
      }
    }
    flush(upTo: end, continuingAt: position)
  }

  private mutating func value() throws(JSONSyntaxError) {
    guard position < source.count else { throw error("The JSON text ends too early") }
    values += 1
    guard values <= limits.values else { throw error("The JSON text holds more than \(limits.values) values") }
    switch source[position] {
    case UInt8(ascii: "{"): try object()
    case UInt8(ascii: "["): try array()
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"): try literal("true", .bool)
    case UInt8(ascii: "f"): try literal("false", .bool)
    case UInt8(ascii: "n"): try literal("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    default: throw error("A JSON value was expected")
    }
  }

  private mutating func literal(_ text: StaticString, _ kind: JSONNode.Kind) throws(JSONSyntaxError) {
    let count = text.utf8CodeUnitCount
    let expected = UnsafeBufferPointer(start: text.utf8Start, count: count)
    guard position + count <= source.count, source[position..<(position + count)].elementsEqual(expected) else {
      throw error("A JSON value was expected")
    }
    let start = outputPosition
    position += count
    append(kind, from: start)
  }

  /// Notes a scalar, or a name, that ends at `position`.
  @inline(__always)
  mutating func append(_ kind: JSONNode.Kind, from start: Int) {
    nodes.append(JSONNode(kind, start: start, end: outputPosition, next: nodes.count + 1))
  }

  private mutating func enter(_ kind: JSONNode.Kind) throws(JSONSyntaxError) -> Int {
    depth += 1
    guard depth <= limits.depth else { throw error("The JSON text is nested deeper than \(limits.depth) levels") }
    nodes.append(JSONNode(kind, start: outputPosition))
    position += 1
    skipWhitespace()
    return nodes.count - 1
  }

  /// Leaves a container behind whose closing byte `position` stands.
  private mutating func leave(_ node: Int, count: Int) {
    depth -= 1
    nodes[node].close(end: outputPosition, next: nodes.count, count: count)
  }

  /// Whether the container ends before its first element.
  private mutating func endsAtOnce(with closing: UInt8) -> Bool {
    guard position < source.count, source[position] == closing else { return false }
    position += 1
    return true
  }

  /// Reads the `,` or the closing byte after an element; true when the container ends.
  @inline(__always)
  private mutating func ends(with closing: UInt8) throws(JSONSyntaxError) -> Bool {
    skipWhitespace()
    guard position < source.count else { throw error("The JSON text ends too early") }
    let byte = source[position]
    guard byte == closing || byte == UInt8(ascii: ",") else {
      throw error("A comma or '\(Character(UnicodeScalar(closing)))' was expected")
    }
    position += 1
    if byte == closing { return true }
    skipWhitespace()
    return false
  }

  private mutating func array() throws(JSONSyntaxError) {
    let node = try enter(.array)
    var count = 0
    if !endsAtOnce(with: UInt8(ascii: "]")) {
      repeat {
        try value()
        count += 1
      } while try !ends(with: UInt8(ascii: "]"))
    }
    leave(node, count: count)
  }

  private mutating func object() throws(JSONSyntaxError) {
    let node = try enter(.object)
    var scope = NameScope(start: names.count)
    var count = 0
    if !endsAtOnce(with: UInt8(ascii: "}")) {
      repeat {
        guard position < source.count, source[position] == UInt8(ascii: "\"") else {
          throw error("A member name in double quotes was expected")
        }
        try name(in: &scope)
        skipWhitespace()
        guard position < source.count, source[position] == UInt8(ascii: ":") else {
          throw error("A colon was expected")
        }
        position += 1
        skipWhitespace()
        try value()
        count += 1
      } while try !ends(with: UInt8(ascii: "}"))
    }
    names.keepFirst(scope.start)
    leave(node, count: count)
  }
}
