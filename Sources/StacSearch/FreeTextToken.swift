import StacModel

/// One token of a free-text query and where it begins, counting characters from 1.
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
    var scanner = FreeTextScanner(characters: Array(text))
    var tokens: [FreeTextToken] = []
    while let token = try scanner.token() { tokens.append(token) }
    return tokens
  }
}

/// Takes a free-text query apart.
private struct FreeTextScanner {
  let characters: [Character]
  var index = 0

  mutating func token() throws(ParameterError) -> FreeTextToken? {
    while index < characters.count, characters[index].isWhitespace { index += 1 }
    guard index < characters.count else { return nil }
    let position = index + 1
    switch characters[index] {
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
    guard index + 1 < characters.count else { return false }
    let next = characters[index + 1]
    return !next.isWhitespace && next != "," && next != ")"
  }

  private mutating func word() -> String {
    let start = index
    while index < characters.count, !characters[index].isWhitespace, !",()\"".contains(characters[index]) { index += 1 }
    return String(characters[start..<index])
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
    while index < characters.count, characters[index] != "\"" { index += 1 }
    guard index < characters.count else { throw FreeTextParser.error(start + 1, "a quote is not closed, opened") }
    let words = String(characters[(start + 1)..<index]).split(whereSeparator: \.isWhitespace)
    index += 1
    guard !words.isEmpty else { throw FreeTextParser.error(start + 1, "the quotes hold nothing") }
    return words.joined(separator: " ")
  }
}
