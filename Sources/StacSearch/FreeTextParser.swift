import StacModel

/// A recursive-descent parser of free-text queries; positions in messages count code points from 1.
///
///     list   = groups *("," groups)
///     groups = group *(group)
///     group  = chain *("OR" chain)
///     chain  = signed *("AND" signed)
///     signed = ["+" / "-" / "NOT"] (word / quoted / "(" list ")")
struct FreeTextParser {
  static let mostBytes = 4_096
  static let mostTerms = 100
  private static let mostLevels = 16
  static let tooLong = ParameterError("q", "more than \(mostTerms) terms or \(mostBytes) bytes are given")

  private let tokens: [FreeTextToken]
  private let length: Int
  private var index = 0
  private var levels = 0

  static func parse(_ text: String) throws(ParameterError) -> FreeTextQuery {
    guard text.utf8.count <= mostBytes else { throw tooLong }
    let tokens = try FreeTextToken.tokens(of: text)
    guard tokens.count(where: \.isTerm) <= mostTerms else { throw tooLong }
    var parser = FreeTextParser(tokens: tokens, length: text.unicodeScalars.count)
    let query = try parser.list()
    if let token = parser.next { throw error(token.position, "a parenthesis is closed that was not opened") }
    return query
  }

  private init(tokens: [FreeTextToken], length: Int) {
    self.tokens = tokens
    self.length = length
  }

  static func error(_ position: Int, _ message: String) -> ParameterError {
    ParameterError("q", "\(message) at character \(position)")
  }

  private var next: FreeTextToken? { index < tokens.count ? tokens[index] : nil }

  private mutating func skip(_ kind: FreeTextToken.Kind) -> Bool {
    guard next?.kind == kind else { return false }
    index += 1
    return true
  }

  private mutating func list() throws(ParameterError) -> FreeTextQuery {
    var elements: [Element] = []
    repeat { elements.append(try groups()) } while skip(.comma)
    guard elements.count > 1 else { return elements[0].query }
    return FreeTextQuery.any(elements.map(\.asListElement))
  }

  /// What stands between commas.
  private struct Element {
    let query: FreeTextQuery
    /// The words, where there are only words without signs.
    let words: [String]?

    var asListElement: FreeTextQuery { words.map { .phrase($0.joined(separator: " ")) } ?? query }
  }

  private mutating func groups() throws(ParameterError) -> Element {
    let start = index
    var required: [FreeTextQuery] = []
    var excluded: [FreeTextQuery] = []
    var optional: [FreeTextQuery] = []
    repeat {
      let group = try group()
      switch group.sign {
      case .plus: required.append(group.query)
      case .minus: excluded.append(group.query)
      default: optional.append(group.query)
      }
    } while next.map { $0.kind != .comma && $0.kind != .closing } ?? false
    let words = tokens[start..<index].compactMap(\.word)
    let found = required.isEmpty ? optional.isEmpty ? nil : .any(optional) : FreeTextQuery.all(required)
    let query = FreeTextQuery.all([found].compactMap(\.self) + excluded.map { .not($0) })
    return Element(query: query, words: words.count == index - start ? words : nil)
  }

  /// A query and the sign that stands before it.
  private struct Signed {
    var sign: FreeTextToken.Kind?
    let query: FreeTextQuery

    /// The query as an operand of AND and OR, where a minus is a plain negation.
    var operand: FreeTextQuery { sign == .minus ? .not(query) : query }
  }

  /// Chains joined by OR; one that is alone keeps its sign.
  private mutating func group() throws(ParameterError) -> Signed {
    let first = try chain()
    guard next?.kind == .or else { return first }
    var operands = [first.operand]
    while skip(.or) { operands.append(try chain().operand) }
    return Signed(query: .any(operands))
  }

  /// Terms joined by AND; one that is alone keeps its sign.
  private mutating func chain() throws(ParameterError) -> Signed {
    let first = try signed()
    guard next?.kind == .and else { return first }
    var operands = [first.operand]
    while skip(.and) { operands.append(try signed().operand) }
    return Signed(query: .all(operands))
  }

  private mutating func signed() throws(ParameterError) -> Signed {
    if skip(.minus) { return Signed(sign: .minus, query: try operand()) }
    if skip(.plus) { return Signed(sign: .plus, query: try operand()) }
    return Signed(query: try operand())
  }

  private mutating func operand() throws(ParameterError) -> FreeTextQuery {
    guard let token = next else { throw Self.error(length + 1, "a search term was expected") }
    index += 1
    switch token.kind {
    case .word(let text), .quoted(let text): return .phrase(text)
    case .opening:
      levels += 1
      guard levels <= Self.mostLevels else { throw Self.error(token.position, "parentheses are nested too deeply") }
      let query = try list()
      guard skip(.closing) else { throw Self.error(token.position, "a parenthesis is not closed, opened") }
      levels -= 1
      return query
    default: throw Self.error(token.position, "a search term was expected")
    }
  }
}

extension FreeTextQuery {
  /// Any of one query or more.
  fileprivate static func any(_ queries: [FreeTextQuery]) -> FreeTextQuery {
    queries.count == 1 ? queries[0] : .or(queries.flatMap { if case .or(let parts) = $0 { parts } else { [$0] } })
  }

  /// All of one query or more.
  fileprivate static func all(_ queries: [FreeTextQuery]) -> FreeTextQuery {
    queries.count == 1 ? queries[0] : .and(queries.flatMap { if case .and(let parts) = $0 { parts } else { [$0] } })
  }
}
