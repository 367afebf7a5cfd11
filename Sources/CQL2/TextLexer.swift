/// A word of CQL2 text.
enum TextToken: Sendable, Hashable {
  /// A keyword, a function's name or a property's name without quotes.
  case word(String)
  /// A name in double quotes, unescaped.
  case quotedName(String)
  /// A character literal, unescaped.
  case string(String)
  /// The text of a number without sign.
  case number(String)
  /// One of `( ) , = <> < > <= >= + - * / % ^`.
  case symbol(String)
  case end

  /// The token as a message quotes it.
  var description: String {
    switch self {
    case .word(let text), .symbol(let text): "'\(text.prefix(64))'"
    case .quotedName(let name): "the name \"\(name.prefix(64))\""
    case .string(let text): "the string '\(text.prefix(64))'"
    case .number(let text): "the number \(text.prefix(64))"
    case .end: "the end of the filter"
    }
  }
}

/// Cuts CQL2 text into words (OGC 21-065r2, annex A), one at a time.
struct TextLexer {
  private let scalars: String.UnicodeScalarView
  private var index: String.UnicodeScalarView.Index
  /// Code points before `index`.
  private var offset = 0

  init(_ text: String) {
    scalars = text.unicodeScalars
    index = scalars.startIndex
  }

  private var current: Unicode.Scalar? { index < scalars.endIndex ? scalars[index] : nil }

  private mutating func advance() {
    index = scalars.index(after: index)
    offset += 1
  }

  private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    advance()
    return true
  }

  /// The next token and the number of code points before it.
  mutating func next() throws(CQL2SyntaxError) -> (token: TextToken, offset: Int) {
    while let scalar = current, scalar.isFilterWhitespace { advance() }
    let start = offset
    guard let first = current else { return (.end, start) }
    switch first {
    case "'": return (.string(try string()), start)
    case "\"": return (.quotedName(try quotedName()), start)
    case "0"..."9", ".": return (.number(try number()), start)
    case _ where first.startsIdentifier: return (.word(word()), start)
    default: return (.symbol(try symbol(first)), start)
    }
  }

  private func error(at offset: Int, _ message: String) -> CQL2SyntaxError {
    CQL2SyntaxError(location: SourcePlace.Location.character(offset).description, message: message)
  }

  private mutating func word() -> String {
    let start = index
    while let scalar = current, scalar.continuesIdentifier { advance() }
    return String(scalars[start..<index])
  }

  private mutating func symbol(_ first: Unicode.Scalar) throws(CQL2SyntaxError) -> String {
    let start = offset
    advance()
    switch first {
    case "=" where current == "=": throw error(at: start, "'==' has no meaning in CQL2; 'equal' is written =")
    case "(", ")", ",", "=", "+", "-", "*", "/", "%", "^": return String(first)
    case "<":
      if skip("=") { return "<=" }
      return skip(">") ? "<>" : "<"
    case ">": return skip("=") ? ">=" : ">"
    case "!": throw error(at: start, "'!' has no meaning in CQL2; 'not equal' is written <>")
    case "\0": throw error(at: start, "the character U+0000 must not occur")
    default: throw error(at: start, "'\(first)' has no meaning here; a string is written in single quotes")
    }
  }

  /// Reads digits, a fraction and an exponent, as far as they are there.
  private mutating func number() throws(CQL2SyntaxError) -> String {
    let (start, startOffset) = (index, offset)
    var digitCount = digits()
    if skip(".") { digitCount += digits() }
    guard digitCount > 0 else { throw error(at: startOffset, "expected a digit before or after the decimal point") }
    if current == "e" || current == "E" {
      advance()
      if !skip("+") { _ = skip("-") }
      guard digits() > 0 else { throw error(at: offset, "expected the digits of an exponent") }
    }
    if let scalar = current, scalar.continuesIdentifier {
      throw error(
        at: offset, "a number must not be followed by '\(scalar)'; a name that begins with a digit needs double quotes")
    }
    return String(scalars[start..<index])
  }

  private mutating func digits() -> Int {
    var count = 0
    while let scalar = current, "0"..."9" ~= scalar {
      advance()
      count += 1
    }
    return count
  }

  /// Reads a character literal: `''` and `\'` stand for a quote, `\\` for a backslash, `\a \b \t \n \v \f \r` for control
  /// characters (requirement /req/cql2-text/escaping); a backslash before anything else stands for itself, so that the
  /// LIKE pattern `'50\%'` needs no second one.
  private mutating func string() throws(CQL2SyntaxError) -> String {
    let start = offset
    var text = String.UnicodeScalarView()
    advance()
    while let scalar = current {
      switch scalar {
      case "\0": throw error(at: offset, "the character U+0000 must not occur")
      case "\\":
        advance()
        appendEscaped(to: &text)
      case "'":
        advance()
        guard skip("'") else { return String(text) }
        text.append("'")
      default:
        text.append(scalar)
        advance()
      }
    }
    throw error(at: start, "the string that begins here has no closing quote (')")
  }

  /// Reads what follows a backslash.
  private mutating func appendEscaped(to text: inout String.UnicodeScalarView) {
    if let scalar = current, let meaning = CharacterLiteral.meaning(ofEscaped: scalar) {
      text.append(meaning)
      advance()
    } else {
      text.append("\\")
    }
  }

  private mutating func quotedName() throws(CQL2SyntaxError) -> String {
    let start = offset
    var name = String.UnicodeScalarView()
    advance()
    while let scalar = current {
      if scalar == "\0" { throw error(at: offset, "the character U+0000 must not occur") }
      advance()
      if scalar == "\"", !skip("\"") {
        guard !name.isEmpty else { throw error(at: start, "expected a property name between the double quotes") }
        return String(name)
      }
      name.append(scalar)
    }
    throw error(at: start, "the name that begins here has no closing double quote (\")")
  }
}
