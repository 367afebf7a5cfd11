/// Numbers as text, the same in every locale.
enum DecimalText {
  /// Appends a number with at most `digits` (0 to 9) decimals, without trailing zeros; not finite becomes `null`.
  static func append(_ value: Double, digits: Int, to bytes: inout [UInt8]) {
    let scale = powers[digits]
    let scaled = (value * Double(scale)).rounded()
    guard scaled.isFinite, abs(scaled) < 9e18 else {
      bytes += value.isFinite ? Array("\(value)".utf8) : Array("null".utf8)
      return
    }
    let number = Int64(scaled)
    if number < 0 { bytes.append(45) }
    let magnitude = number.magnitude
    bytes += Array(String(magnitude / scale).utf8)
    var fraction = magnitude % scale
    if fraction == 0 { return }
    var count = digits
    while fraction % 10 == 0 {
      fraction /= 10
      count -= 1
    }
    let text = String(fraction)
    bytes.append(46)
    bytes += [UInt8](repeating: 48, count: count - text.utf8.count)
    bytes += Array(text.utf8)
  }

  private static let powers: [UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
  ]

  /// Appends a JSON string with its quotes.
  static func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(34)
    for byte in text.utf8 {
      switch byte {
      case 34, 92: bytes += [92, byte]
      case 10: bytes += [92, 110]
      case 13: bytes += [92, 114]
      case 9: bytes += [92, 116]
      case 0..<32:
        let digits = Array(String(byte, radix: 16).utf8)
        bytes += Array("\\u00".utf8) + (digits.count == 1 ? [48] : []) + digits
      default: bytes.append(byte)
      }
    }
    bytes.append(34)
  }
}
