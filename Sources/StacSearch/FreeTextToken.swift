import StacModel

/// One token of a free-text query and where it begins, counting code points from 1.
struct FreeTextToken {
  enum Kind: Equatable {
    case word(String)
    case quoted(String)
    case and, or, plus, minus, comma, opening, closing
  }

  let kind: Kind
  let position: Int

  /// The text of a plain word.
  var word: String? { if case .word(let text) = kind { text } else { nil } }

  var isTerm: Bool {
    switch kind {
    case .word, .quoted: true
    default: false
    }
  }

  static func tokens(of text: String) throws(ParameterError) -> [FreeTextToken] {
    var scanner = FreeTextScanner(scalars: Array(text.unicodeScalars))
    var tokens: [FreeTextToken] = []
    while let token = try scanner.token() { tokens.append(token) }
    return tokens
  }
}

/// Takes a free-text query apart.
private struct FreeTextScanner {
  let scalars: [Unicode.Scalar]
  var index = 0

  mutating func token() throws(ParameterError) -> FreeTextToken? {
    while index < scalars.count, scalars[index].properties.isWhitespace { index += 1 }
    guard index < scalars.count else { return nil }
    let position = index + 1
    switch scalars[index] {
    case ",": return symbol(.comma)
    case "(": return symbol(.opening)
    case ")": return symbol(.closing)
    case "+" where isSign: return symbol(.plus)
    case "-" where isSign: return symbol(.minus)
    case "\"": return FreeTextToken(kind: .quoted(try quoted()), position: position)
    default: return FreeTextToken(kind: Self.kind(word()), position: position)
    }
  }

  private mutating func symbol(_ kind: FreeTextToken.Kind) -> FreeTextToken {
    index += 1
    return FreeTextToken(kind: kind, position: index)
  }

  /// Whether the character here stands directly before a term; one that stands alone is a word.
  private var isSign: Bool {
    guard index + 1 < scalars.count else { return false }
    let next = scalars[index + 1]
    return !next.properties.isWhitespace && next != "," && next != ")"
  }

  private mutating func word() -> String {
    let start = index
    while index < scalars.count, !Self.endsWord(scalars[index]) { index += 1 }
    return Self.text(scalars[start..<index])
  }

  private static func endsWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || scalar == "," || scalar == "(" || scalar == ")" || scalar == "\""
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }

  private static func kind(_ word: String) -> FreeTextToken.Kind {
    switch word {
    case "AND": .and
    case "OR": .or
    case "NOT": .minus
    default: .word(word)
    }
  }

  /// Reads up to the closing quote; a run of white space counts as one space.
  private mutating func quoted() throws(ParameterError) -> String {
    let start = index
    index += 1
    while index < scalars.count, scalars[index] != "\"" { index += 1 }
    guard index < scalars.count else { throw FreeTextParser.error(start + 1, "a quote is not closed, opened") }
    let words = scalars[(start + 1)..<index].split(whereSeparator: \.properties.isWhitespace).map(Self.text)
    index += 1
    guard !words.isEmpty else { throw FreeTextParser.error(start + 1, "the quotes hold nothing") }
    return words.joined(separator: " ")
  }
}
