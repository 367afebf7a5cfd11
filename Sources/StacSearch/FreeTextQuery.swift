public import StacModel

/// What a free-text search asks for: words and phrases, joined.
///
/// Source: STAC API free-text search 1.0.0-rc.1, basic and advanced. ``and(_:)`` and ``or(_:)`` hold two or more.
public indirect enum FreeTextQuery: Sendable, Hashable {
  /// Words that stand one behind the other, one space between; one word alone is a phrase of one.
  case phrase(String)
  case and([FreeTextQuery])
  case or([FreeTextQuery])
  case not(FreeTextQuery)

  /// Reads a query as text, in either class: a comma-separated list of terms, or terms with `AND`, `OR`, `NOT`,
  /// `+`, `-`, quotes and parentheses.
  ///
  /// - Words with spaces between mean any of them; in a list with commas they mean the words in that order.
  /// - `+a` must be there and `-a` must not; what has no sign beside a `+a` may be there.
  /// - `AND` binds tighter than `OR`, and `OR` tighter than a mere space.
  /// - Throws: ``ParameterError`` naming `q`, with the character where it cannot be read.
  public init(parsing text: String) throws(ParameterError) {
    self = try FreeTextParser.parse(text)
  }

  /// Any of the terms, each taken literally, as a JSON body lists them.
  ///
  /// - Throws: ``ParameterError`` naming `q`.
  public init(terms: [String]) throws(ParameterError) {
    var phrases: [FreeTextQuery] = []
    var size = 0
    for term in terms {
      size += term.utf8.count
      let words = term.split(whereSeparator: \.isWhitespace)
      guard !words.isEmpty else { throw ParameterError("q", "a search term is empty") }
      phrases.append(.phrase(words.joined(separator: " ")))
    }
    guard size <= FreeTextParser.mostBytes, terms.count <= FreeTextParser.mostTerms else {
      throw FreeTextParser.tooLong
    }
    guard let first = phrases.first else { throw ParameterError("q", "a search term was expected") }
    self = phrases.count == 1 ? first : .or(phrases)
  }
}

extension RequestParameters {
  /// The free-text query: a string of either class, or in a body also an array of terms.
  func freeText() throws(ParameterError) -> FreeTextQuery? {
    switch value("q") {
    case nil: return nil
    case .text(let text), .json(.string(let text)): return try FreeTextQuery(parsing: text)
    case .json(let json):
      guard let terms = json.strings else { throw ParameterError("q", "a string or an array of strings was expected") }
      return try FreeTextQuery(terms: terms)
    }
  }
}
