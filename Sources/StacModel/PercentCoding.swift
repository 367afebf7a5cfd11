/// Percent-encoding of RFC 3986, decoded once and strictly.
public enum PercentCoding {
  /// The text of an encoded component; nil for a bad escape, a byte beyond ASCII, invalid UTF-8 or U+0000.
  public static func decode(_ text: Substring, plusIsSpace: Bool = false) -> String? {
    text.utf8.contains { $0 >= 0x80 } ? nil : decodeKeepingUnicode(text, plusIsSpace: plusIsSpace)
  }

  public static func decode(_ text: String, plusIsSpace: Bool = false) -> String? {
    decode(text[...], plusIsSpace: plusIsSpace)
  }

  /// The same for text that may hold characters beyond ASCII as they are.
  public static func decodeKeepingUnicode(_ text: Substring, plusIsSpace: Bool = false) -> String? {
    let isPlain = text.utf8.allSatisfy {
      $0 != UInt8(ascii: "%") && $0 != 0 && !(plusIsSpace && $0 == UInt8(ascii: "+"))
    }
    if isPlain { return String(text) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
      default: bytes.append(byte)
      }
    }
    guard !bytes.contains(0) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  public static func decodeKeepingUnicode(_ text: String, plusIsSpace: Bool = false) -> String? {
    decodeKeepingUnicode(text[...], plusIsSpace: plusIsSpace)
  }

  /// The text as one path segment or query value: only unreserved characters stay as they are.
  public static func encode(_ text: String) -> String {
    // A segment of dots only would be taken for a step in the path by clients that normalise.
    if text.utf8.allSatisfy(isUnreserved) { return text == "." || text == ".." ? text.replacingDots : text }
    var output: [UInt8] = []
    output.reserveCapacity(3 * text.utf8.count)
    for byte in text.utf8 {
      if isUnreserved(byte) {
        output.append(byte)
      } else {
        output.append(UInt8(ascii: "%"))
        output.append(hexadecimal[Int(byte >> 4)])
        output.append(hexadecimal[Int(byte & 0xF)])
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static let hexadecimal = Array("0123456789ABCDEF".utf8)

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension String {
  fileprivate var replacingDots: String { map { _ in "%2E" }.joined() }
}
