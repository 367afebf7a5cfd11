/// The names of a session's prepared statements by their text and the types of their parameters.
struct PreparedStatements {
  private struct Entry {
    let text: [UInt8]
    let places: [Int]
    let types: [UInt32]
    let name: String
  }

  private var entries: [UInt64: [Entry]] = [:]
  private var lastNumber = 0
  /// How many there are.
  private(set) var count = 0

  /// How many a session keeps before it drops them all.
  static let limit = 256

  /// The name under which a statement was prepared.
  func name(of statement: SQL) -> String? {
    entries[Self.hash(statement)]?.first { entry in
      entry.text == statement.text && entry.places == statement.places
        && entry.types.elementsEqual(statement.binds.lazy.map(\.typeIdentifier))
    }?.name
  }

  /// A name that was not given before.
  mutating func makeName() -> String {
    lastNumber += 1
    return "s\(lastNumber)"
  }

  /// Remembers that a statement was prepared under a name.
  mutating func insert(_ statement: SQL, types: [UInt32], name: String) {
    entries[Self.hash(statement), default: []].append(
      Entry(text: statement.text, places: statement.places, types: types, name: name))
    count += 1
  }

  /// Forgets all; names are not given again.
  mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    count = 0
  }

  /// The text is hashed by words: there are few statements, and `==` has the last say.
  private static func hash(_ statement: SQL) -> UInt64 {
    let bytes = unsafe statement.text.span.bytes
    var hash = UInt64(truncatingIfNeeded: bytes.byteCount)
    var offset = 0
    while offset + 8 <= bytes.byteCount {
      let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
      hash = (hash << 5 | hash >> 59) ^ word
      hash = hash &* 0x9E37_79B9_7F4A_7C15
      offset += 8
    }
    while offset < bytes.byteCount {
      let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
      offset += 1
    }
    return hash
  }
}
