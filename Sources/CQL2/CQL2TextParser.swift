import StacModel

/// Reads CQL2 text by recursive descent (OGC 21-065r2, annex A).
///
/// One chain of rules serves conditions and values, so that a parenthesis needs no guess about what it holds; the shape
/// of the result is checked where an operator takes it. Chains of one operator are read in a loop; every step down
/// counts, so that no text can exhaust the stack.
struct CQL2TextParser {
  private var lexer: TextLexer
  private(set) var token: TextToken = .end
  /// Code points before `token`.
  private(set) var offset = 0
  private var budget: ExpressionBudget
  private var nesting = 0

  /// Reads a whole text.
  static func parse(_ text: String, limits: FilterLimits) throws(CQL2SyntaxError) -> PlacedExpression {
    guard text.utf8.count <= limits.bytes else {
      throw CQL2SyntaxError(
        location: "character 1",
        message: "a filter must not be longer than \(limits.bytes) bytes, \(text.utf8.count) found")
    }
    var parser = CQL2TextParser(lexer: TextLexer(text), budget: ExpressionBudget(limits))
    try parser.advance()
    guard parser.token != .end else { throw parser.expected("a condition") }
    let filter = try parser.expression()
    try parser.finish(filter, with: .end, orElse: "the end of the filter")
    return filter
  }

  private init(lexer: TextLexer, budget: ExpressionBudget) {
    self.lexer = lexer
    self.budget = budget
  }

  // MARK: Words

  mutating func advance() throws(CQL2SyntaxError) { (token, offset) = try lexer.next() }

  /// Whether the next token is a parenthesis that opens; the current one stays.
  func isFollowedByParenthesis() throws(CQL2SyntaxError) -> Bool {
    var ahead = lexer
    return try ahead.next().token == .symbol("(")
  }

  func isKeyword(_ keyword: String) -> Bool {
    if case .word(let word) = token { word.lowercased() == keyword } else { false }
  }

  mutating func skipKeyword(_ keyword: String) throws(CQL2SyntaxError) -> Bool {
    guard isKeyword(keyword) else { return false }
    try advance()
    return true
  }

  mutating func skip(_ symbol: String) throws(CQL2SyntaxError) -> Bool {
    guard token == .symbol(symbol) else { return false }
    try advance()
    return true
  }

  mutating func require(_ symbol: String, _ what: String) throws(CQL2SyntaxError) {
    guard try skip(symbol) else { throw expected(what) }
  }

  // MARK: Errors and results

  func error(at offset: Int, _ message: String) -> CQL2SyntaxError {
    CQL2SyntaxError(location: SourcePlace.Location.character(offset).description, message: message)
  }

  func expected(_ what: String) -> CQL2SyntaxError {
    error(at: offset, "expected \(what), found \(token.description)")
  }

  /// An expression that begins at a character, counted.
  mutating func node(
    _ expression: Expression, at location: SourcePlace.Location, children: [PlacedExpression] = []
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    let node = PlacedExpression(expression, location, children: children)
    try budget.spend(on: node.place)
    return node
  }

  mutating func operation(
    _ symbol: Operator, at location: SourcePlace.Location, _ operands: [PlacedExpression]
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    try node(.operation(symbol, operands.map(\.expression)), at: location, children: operands)
  }

  /// Reads an expression one level further down, inside a pair of parentheses.
  mutating func nestedExpression() throws(CQL2SyntaxError) -> PlacedExpression {
    guard nesting < budget.limits.depth else {
      throw error(at: offset, "a filter must not be nested deeper than \(budget.limits.depth) levels")
    }
    nesting += 1
    defer { nesting -= 1 }
    return try expression()
  }

  /// Requires that a condition ends here.
  mutating func finish(
    _ node: PlacedExpression, with end: TextToken, orElse name: String
  ) throws(CQL2SyntaxError) {
    guard node.expression.canBeCondition else { throw comparisonExpected(after: node) }
    guard token == end else {
      if case .operation = node.expression { throw expected("AND, OR or \(name)") }
      if case .boolean = node.expression { throw expected("AND, OR or \(name)") }
      throw comparisonExpected(after: node)
    }
  }

  func comparisonExpected(after node: PlacedExpression) -> CQL2SyntaxError {
    expected("a comparison operator, IS, IN, LIKE or BETWEEN after \(node.expression.summary)")
  }
}

// MARK: Conditions

extension CQL2TextParser {
  /// Rule `booleanExpression`, and every other expression.
  mutating func expression() throws(CQL2SyntaxError) -> PlacedExpression {
    let first = try conjunction()
    guard isKeyword("or") else { return first }
    var operands = [try condition(first)]
    while try skipKeyword("or") {
      let next = try conjunction()
      operands.append(try condition(next))
    }
    return try operation(.or, at: first.place.location, operands)
  }

  /// Rule `booleanTerm`.
  private mutating func conjunction() throws(CQL2SyntaxError) -> PlacedExpression {
    let first = try negation()
    guard isKeyword("and") else { return first }
    var operands = [try condition(first)]
    while try skipKeyword("and") {
      let next = try negation()
      operands.append(try condition(next))
    }
    return try operation(.and, at: first.place.location, operands)
  }

  private func condition(_ node: PlacedExpression) throws(CQL2SyntaxError) -> PlacedExpression {
    guard node.expression.canBeCondition else { throw comparisonExpected(after: node) }
    return node
  }

  /// Rule `booleanFactor`; more than one NOT is allowed.
  private mutating func negation() throws(CQL2SyntaxError) -> PlacedExpression {
    var places: [SourcePlace.Location] = []
    while isKeyword("not") {
      places.append(.character(offset))
      try advance()
    }
    let operand = try predicate()
    guard !places.isEmpty else { return operand }
    var result = try condition(operand)
    for place in places.reversed() { result = try operation(.not, at: place, [result]) }
    return result
  }

  /// Rule `comparisonPredicate`, or a value that nothing compares.
  private mutating func predicate() throws(CQL2SyntaxError) -> PlacedExpression {
    var left = try sum()
    if case .symbol(let symbol) = token, let comparison = Operator(rawValue: symbol), comparison.family == .comparison {
      try advance()
      left = try operation(comparison, at: left.place.location, [try left.asValue(), try sum().asValue()])
    } else {
      left = try keywordPredicate(left)
    }
    while isKeyword("is") { left = try nullPredicate(left) }
    return left
  }

  private mutating func keywordPredicate(_ left: PlacedExpression) throws(CQL2SyntaxError) -> PlacedExpression {
    let isNegated = isKeyword("not")
    if isNegated { try advance() }
    let location = left.place.location
    let predicate: PlacedExpression
    if try skipKeyword("like") {
      predicate = try operation(.like, at: location, [try left.asValue(), try sum().asValue()])
    } else if try skipKeyword("between") {
      let lower = try sum().asValue()
      guard try skipKeyword("and") else { throw expected("AND between the bounds of BETWEEN") }
      predicate = try operation(.between, at: location, [try left.asValue(), lower, try sum().asValue()])
    } else if try skipKeyword("in") {
      predicate = try operation(.in, at: location, [try left.asValue(), try membershipList()])
    } else {
      guard !isNegated else { throw expected("LIKE, BETWEEN or IN after NOT") }
      return left
    }
    return isNegated ? try operation(.not, at: location, [predicate]) : predicate
  }

  private mutating func nullPredicate(_ operand: PlacedExpression) throws(CQL2SyntaxError) -> PlacedExpression {
    try advance()
    let isNegated = try skipKeyword("not")
    guard try skipKeyword("null") else { throw expected(isNegated ? "NULL after IS NOT" : "NULL or NOT NULL after IS") }
    let location = operand.place.location
    let test = try operation(.isNull, at: location, [try operand.asValue()])
    return isNegated ? try operation(.not, at: location, [test]) : test
  }

  /// Rule `inList` in its parentheses.
  private mutating func membershipList() throws(CQL2SyntaxError) -> PlacedExpression {
    let start = offset
    try require("(", "'(' before the list of IN")
    guard token != .symbol(")") else { throw expected("a value in the list of IN") }
    var elements: [PlacedExpression] = []
    repeat { elements.append(try nestedExpression().asValue()) } while try skip(",")
    try require(")", "',' or ')' after \(elements[elements.count - 1].expression.summary)")
    return try node(.array(elements.map(\.expression)), at: .character(start), children: elements)
  }
}
