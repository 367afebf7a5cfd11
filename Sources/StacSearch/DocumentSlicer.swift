public import StacModel

extension FieldSelection {
  /// The document with the selected members only, in their order.
  ///
  /// The stored text is cut, not decoded: the work is one pass over the bytes. An object of which a path inside is
  /// wanted stays, if need be empty. Where `links` is left out the result has no place for links either.
  public func applied(to document: SerializedDocument) -> SerializedDocument {
    var cutter = DocumentCutter(self)
    cutter.cut(document.bytes.span.bytes, linksPosition: document.linksPosition)
    return SerializedDocument(bytes: cutter.text, linksPosition: cutter.linksPosition)
  }
}

/// Cuts documents to the selected members, one after the other in one piece of memory.
public struct DocumentCutter {
  private let tree: FieldTree
  private let keepsAll: Bool
  /// The document that was cut last.
  public private(set) var text: [UInt8] = []
  /// As of ``SerializedDocument/linksPosition``, in what was cut last.
  public private(set) var linksPosition = 0

  public init(_ fields: FieldSelection) {
    tree = fields.tree
    let root = tree.nodes[FieldTree.root]
    keepsAll = root.mark == .keep && !root.dropsBelow
  }

  /// Cuts a document, which takes the place of the one before it.
  public mutating func cut(_ document: RawSpan, linksPosition position: Int) {
    text.removeAll(keepingCapacity: true)
    document.withUnsafeBytes { bytes in
      guard !keepsAll else {
        text.append(contentsOf: bytes)
        linksPosition = position
        return
      }
      // The slicer and its pointer end with the closure.
      var slicer = DocumentSlicer(bytes.assumingMemoryBound(to: UInt8.self), linksPosition: position, tree, text)
      text = []
      slicer.object(at: FieldTree.root, isKept: tree.nodes[FieldTree.root].mark == .keep)
      text = slicer.output
      linksPosition = slicer.linksPosition
    }
  }
}

/// Cuts the wanted members out of compact JSON text that was written by ``JSONSerializer``.
private struct DocumentSlicer {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let tree: FieldTree
  private let oldLinksPosition: Int
  private var position = 0
  private(set) var output: [UInt8]
  private(set) var linksPosition = 0

  /// - Parameter output: empty, with memory to write to.
  init(_ text: UnsafeBufferPointer<UInt8>, linksPosition: Int, _ tree: FieldTree, _ output: consuming [UInt8]) {
    bytes = text
    oldLinksPosition = linksPosition
    self.tree = tree
    self.output = output
  }

  private var byte: UInt8 { position < bytes.count ? bytes[position] : 0 }

  /// Copies the wanted members of the object that begins here.
  mutating func object(at node: Int, isKept: Bool) {
    let isWithoutDatetime = tree.nodes[node].dependsOnDatetime && datetimeIsNull()
    output.append(UInt8(ascii: "{"))
    position += 1
    var isFirst = true
    while byte == UInt8(ascii: "\"") {
      let start = position
      let child = member(of: node)
      let action = action(child, isKept, isWithoutDatetime)
      if action == .skip {
        skipValue()
      } else {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        isFirst = false
        write(from: start, child, action)
      }
      if byte == UInt8(ascii: ",") { position += 1 }
    }
    output.append(UInt8(ascii: "}"))
    position += 1
  }

  private enum Action: Equatable {
    case skip, copy
    /// Take a part of the object.
    case descend(isKept: Bool)
  }

  /// What becomes of the value that begins here.
  private func action(_ child: Int?, _ isKept: Bool, _ isWithoutDatetime: Bool) -> Action {
    guard let child else { return isKept ? .copy : .skip }
    let node = tree.nodes[child]
    let isKept =
      switch node.mark {
      case .none: isKept
      case .keep: true
      case .drop: false
      case .keepWithoutDatetime: isKept || isWithoutDatetime
      }
    switch byte {
    case UInt8(ascii: "{"):
      if isKept { return node.dropsBelow ? .descend(isKept: true) : .copy }
      return node.keepsBelow ? .descend(isKept: false) : .skip
    case UInt8(ascii: "["): return isKept || node.keepsBelow ? .copy : .skip
    default: return isKept ? .copy : .skip
    }
  }

  /// Writes the member whose name begins at `start` and whose value begins here.
  private mutating func write(from start: Int, _ child: Int?, _ action: Action) {
    if position + 1 == oldLinksPosition { linksPosition = output.count + position + 1 - start }
    if let child, case .descend(let isKept) = action {
      output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<position]))
      object(at: child, isKept: isKept)
    } else {
      skipValue()
      output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<position]))
    }
  }

  /// Reads the name of the member that begins here and stops at its value.
  private mutating func member(of node: Int) -> Int? {
    let start = position
    let isEscaped = skipString()
    let name = (start + 1)..<max(start + 1, position - 1)
    let end = position
    position = min(position + 1, bytes.count)
    guard !tree.nodes[node].children.isEmpty else { return nil }
    guard isEscaped else { return tree.child(of: node, named: bytes, name) }
    guard let text = (try? JSONParser.parse(Array(bytes[start..<end])))?.string else { return nil }
    let decoded = Array(text.utf8)
    return decoded.withUnsafeBufferPointer { tree.child(of: node, named: $0, decoded.indices) }
  }

  /// Whether the object that begins here has no `datetime`, or a null.
  private func datetimeIsNull() -> Bool {
    var ahead = self
    ahead.output = []
    ahead.position += 1
    while ahead.byte == UInt8(ascii: "\"") {
      let start = ahead.position
      _ = ahead.skipString()
      let isDatetime = bytes[start..<ahead.position].elementsEqual(#""datetime""#.utf8)
      ahead.position += 1
      if isDatetime { return ahead.byte == UInt8(ascii: "n") }
      ahead.skipValue()
      if ahead.byte == UInt8(ascii: ",") { ahead.position += 1 }
    }
    return true
  }

  /// Passes over the string that begins here; true where it holds an escape.
  private mutating func skipString() -> Bool {
    var isEscaped = false
    var index = position + 1
    while index < bytes.count {
      index = quoteOrBackslash(from: index)
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\\") else { break }
      isEscaped = true
      index += 2
    }
    position = min(index + 1, bytes.count)
    return isEscaped
  }

  /// Where the first quote or backslash stands, or the end; eight bytes are looked at together.
  private func quoteOrBackslash(from start: Int) -> Int {
    var index = start
    while index + 8 <= bytes.count {
      let word = UInt64(
        littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let found = Self.zeros(word ^ 0x2222_2222_2222_2222) | Self.zeros(word ^ 0x5C5C_5C5C_5C5C_5C5C)
      if found != 0 { return index + found.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") { index += 1 }
    return index
  }

  /// The highest bit of bytes that are zero; of those above the lowest such byte some may be set too.
  private static func zeros(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }

  /// Passes over the value that begins here.
  private mutating func skipValue() {
    switch byte {
    case UInt8(ascii: "\""): _ = skipString()
    case UInt8(ascii: "{"), UInt8(ascii: "["): position = end(ofContainerAt: position)
    default:
      while position < bytes.count {
        switch bytes[position] {
        case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"): return
        default: position += 1
        }
      }
    }
  }

  /// Where the object or array ends that begins at an index.
  private func end(ofContainerAt start: Int) -> Int {
    var depth = 0
    var index = start
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""): index = end(ofStringAt: index)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        index += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        index += 1
        if depth == 0 { return index }
      default: index += 1
      }
    }
    return bytes.count
  }

  /// Where the string ends that begins at an index, behind its quote.
  private func end(ofStringAt start: Int) -> Int {
    var index = quoteOrBackslash(from: start + 1)
    while index < bytes.count, bytes[index] == UInt8(ascii: "\\") { index = quoteOrBackslash(from: index + 2) }
    return min(index + 1, bytes.count)
  }
}
