/// The name of a member of an object that is being read.
struct ScannedName {
  let fingerprint: UInt64
  /// The name's node; a place in the compact text.
  let node: Int
  let isASCII: Bool
}

/// The names of one object: the last in ``JSONScanner/names``, and a set of them where they are many.
struct NameScope {
  let start: Int
  var set: Set<String>?
  /// From how many names on there is the set: fewer where names have to be compared as texts.
  private(set) var fewNames = 64
  /// A bit for each fingerprint, by its lowest bits.
  private var bits: UInt64 = 0
  /// Whether all names so far are ASCII.
  private var isASCII = true

  init(start: Int) { self.start = start }

  /// Notes a name, and tells whether it may be there already.
  @inline(__always)
  mutating func note(_ name: ScannedName) -> Bool {
    let bit: UInt64 = 1 << (name.fingerprint & 63)
    if !name.isASCII {
      isASCII = false
      compareFewer()
    }
    defer { bits |= bit }
    return bits & bit != 0 || !isASCII
  }

  /// Lets fewer be compared: texts are slow to compare, and ASCII names of one fingerprint are made to be compared.
  mutating func compareFewer() { fewNames = 4 }
}

extension JSONScanner {
  /// Reads a member's name, which no other member of the object may have.
  mutating func name(in scope: inout NameScope) throws(JSONSyntaxError) {
    let start = position
    let isASCII = try string()
    let node = nodes.count - 1
    // As a rule the name stands in the source as it does in the compact text.
    let fingerprint =
      runStart <= start
      ? Self.fingerprint(UnsafeBufferPointer(rebasing: source[(start + 1)..<(position - 1)]))
      : withBytes(of: node) { Self.fingerprint($0) }
    let name = ScannedName(fingerprint: fingerprint, node: node, isASCII: isASCII)
    if isRepeated(name, in: &scope) {
      let text = text(of: name)
      position = start
      throw error("The member name '\(text)' is repeated")
    }
    names.append(name)
  }

  @inline(__always)
  private func isRepeated(_ name: ScannedName, in scope: inout NameScope) -> Bool {
    if scope.set == nil, names.count - scope.start >= scope.fewNames {
      scope.set = Set((scope.start..<names.count).map { text(of: names[$0]) })
    }
    if scope.set != nil { return scope.set?.insert(text(of: name)).inserted == false }
    return scope.note(name) && isAmongFew(name, in: &scope)
  }

  /// Compares a name with those before it one by one.
  private func isAmongFew(_ name: ScannedName, in scope: inout NameScope) -> Bool {
    for index in scope.start..<names.count {
      // Beyond ASCII names are compared as texts: the Unicode forms of one name are one.
      if name.isASCII, names[index].isASCII, names[index].fingerprint != name.fingerprint { continue }
      if text(of: names[index]) == text(of: name) { return true }
      scope.compareFewer()
    }
    return false
  }

  private func text(of name: ScannedName) -> String {
    withBytes(of: name.node) { JSONText.decoded($0) }
  }

  /// Calls a body with the compact bytes of a string between its quotes.
  private func withBytes<Result>(of node: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let range = nodes[node].range
    let (start, end) = (range.lowerBound + 1, range.upperBound - 1)
    if start >= output.count {
      let shift = runStart - output.count
      return body(UnsafeBufferPointer(rebasing: source[(start + shift)..<(end + shift)]))
    }
    // Partly written already: a run began within the name, or behind it.
    let bytes = output[start..<min(end, output.count)] + source[runStart..<(runStart + max(0, end - output.count))]
    return Array(bytes).withUnsafeBufferPointer(body)
  }

  /// A number that differs where names differ, nearly always.
  @inline(__always)
  private static func fingerprint(_ name: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let bytes = UnsafeRawBufferPointer(name)
    var sum = UInt64(truncatingIfNeeded: bytes.count)
    guard bytes.count >= 8 else {
      var word: UInt64 = 0
      for byte in bytes { word = word << 8 | UInt64(byte) }
      return mixed(sum, word)
    }
    var place = 0
    while place + 8 < bytes.count {
      sum = mixed(sum, bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      place += 8
    }
    // The last eight bytes, some of them for the second time.
    return mixed(sum, bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self))
  }

  private static func mixed(_ sum: UInt64, _ word: UInt64) -> UInt64 {
    let product = (sum ^ word ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}
