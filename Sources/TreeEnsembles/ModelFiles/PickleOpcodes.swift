/// The opcodes of Python's pickle, of all protocols.
///
/// Source: CPython, `Lib/pickletools.py`.
enum PickleOpcodes {
  /// What stands behind an opcode.
  private enum Argument {
    case bytes(Int)
    /// As many bytes as a number of so many bytes says, little-endian.
    case counted(Int)
    case lines(Int)
    case number
    case quoted
  }

  /// Whether Python would read the bytes as a pickle to its end, whatever follows: from an opcode that puts something on the
  /// stack, over known opcodes with their arguments, to `STOP`.
  static func lead(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, pushing.contains(first) else { return false }
    var rest = bytes
    while let opcode = rest.popFirst() {
      if opcode == UInt8(ascii: ".") { return true }
      guard let argument = argument(of: opcode), skip(argument, &rest) else { return false }
    }
    return false
  }

  private static let pushing =
    Set("(])}NKJMIFLSVUXTGBCcP".utf8).union([0x80, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x95, 0x96])
  private static let bare =
    Set("(012)]}abdeltsuoNQR".utf8).union([0x81, 0x85, 0x86, 0x87, 0x88, 0x89]).union(0x8F...0x94).union([0x97, 0x98])

  private static func argument(of opcode: UInt8) -> Argument? {
    if bare.contains(opcode) { return .bytes(0) }
    switch opcode {
    case UInt8(ascii: "K"), UInt8(ascii: "h"), UInt8(ascii: "q"), 0x80, 0x82: return .bytes(1)
    case UInt8(ascii: "M"), 0x83: return .bytes(2)
    case UInt8(ascii: "J"), UInt8(ascii: "j"), UInt8(ascii: "r"), 0x84: return .bytes(4)
    case UInt8(ascii: "G"), 0x95: return .bytes(8)
    case UInt8(ascii: "U"), UInt8(ascii: "C"), 0x8A, 0x8C: return .counted(1)
    case UInt8(ascii: "T"), UInt8(ascii: "B"), UInt8(ascii: "X"), 0x8B: return .counted(4)
    case 0x8D, 0x8E, 0x96: return .counted(8)
    case UInt8(ascii: "I"), UInt8(ascii: "F"), UInt8(ascii: "L"): return .number
    case UInt8(ascii: "S"): return .quoted
    case UInt8(ascii: "V"), UInt8(ascii: "g"), UInt8(ascii: "p"), UInt8(ascii: "P"): return .lines(1)
    case UInt8(ascii: "c"), UInt8(ascii: "i"): return .lines(2)
    default: return nil
    }
  }

  /// Takes an argument away; false where there is none of its form.
  private static func skip(_ argument: Argument, _ rest: inout ArraySlice<UInt8>) -> Bool {
    switch argument {
    case .bytes(let count): return drop(UInt64(count), &rest)
    case .counted(let width):
      guard rest.count >= width else { return false }
      let count = rest.prefix(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      rest = rest.dropFirst(width)
      return drop(count, &rest)
    case .lines(let count):
      for _ in 0..<count where line(&rest) == nil { return false }
      return true
    case .number: return line(&rest)?.allSatisfy { "0123456789+-.eEinfaL".utf8.contains($0) } ?? false
    case .quoted: return line(&rest).map { $0.first == $0.last && ($0.first == 0x27 || $0.first == 0x22) } ?? false
    }
  }

  private static func drop(_ count: UInt64, _ rest: inout ArraySlice<UInt8>) -> Bool {
    guard count <= UInt64(rest.count) else { return false }
    rest = rest.dropFirst(Int(count))
    return true
  }

  private static func line(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    defer { rest = rest[(end + 1)...] }
    return rest[..<end]
  }
}
