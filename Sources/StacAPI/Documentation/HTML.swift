/// Text of HTML in which what is not markup is escaped.
struct HTML: ExpressibleByStringInterpolation, Sendable {
  private(set) var text: String

  init(stringLiteral value: String) { text = value }
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
  /// Plain text.
  init(escaping plain: some StringProtocol) { text = Self.escaped(plain) }
  init(joining parts: [HTML], separator: HTML = "") { text = parts.map(\.text).joined(separator: separator.text) }

  static func += (left: inout HTML, right: HTML) { left.text += right.text }

  static func escaped(_ plain: some StringProtocol) -> String {
    var output = ""
    for character in plain.unicodeScalars {
      switch character {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "\"": output += "&quot;"
      default: output.unicodeScalars.append(character)
      }
    }
    return output
  }

  /// Collects markup, and plain text escaped.
  struct StringInterpolation: StringInterpolationProtocol {
    var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(2 * literalCapacity) }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ plain: some StringProtocol) { text += HTML.escaped(plain) }
    mutating func appendInterpolation(_ number: Int) { text += String(number) }
    mutating func appendInterpolation(_ html: HTML) { text += html.text }
    mutating func appendInterpolation(_ parts: [HTML]) { for part in parts { text += part.text } }
  }
}
