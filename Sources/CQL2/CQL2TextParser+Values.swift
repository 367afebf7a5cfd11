// Literals, properties, functions and parentheses in CQL2 text.

import StacModel

extension CQL2TextParser {
  /// What no operator takes apart.
  mutating func primary() throws(CQL2SyntaxError) -> PlacedExpression {
    let start = SourcePlace.Location.character(offset)
    switch token {
    case .string(let text):
      try advance()
      return try node(.string(text), at: start)
    case .number(let text):
      let number = try number(text)
      try advance()
      return try node(.number(number), at: start)
    case .quotedName(let name):
      try advance()
      return try node(.property(name), at: start)
    case .word(let word): return try wordExpression(word, at: start)
    case .symbol("("): return try parenthesized(at: start)
    case .symbol, .end: throw expected("a property, a value, a function or '('")
    }
  }

  private mutating func wordExpression(
    _ word: String, at start: SourcePlace.Location
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    let name = word.lowercased()
    if name == "true" || name == "false" {
      try advance()
      return try node(.boolean(name == "true"), at: start)
    }
    if name == "null" { throw error(at: offset, "NULL is no value to compare with; write IS NULL or IS NOT NULL") }
    guard !Identifier.reserved.contains(name) else {
      throw expected("a property, a value or a function (a property of that name needs double quotes)")
    }
    if let geometry = try geometry(tagged: name) { return try node(.geometry(geometry), at: start) }
    guard try isFollowedByParenthesis() else {
      try advance()
      return try node(.property(word), at: start)
    }
    try advance()
    return try call(of: word, at: start)
  }

  /// Reads what stands in the parentheses behind a name.
  private mutating func call(
    of word: String, at start: SourcePlace.Location
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    switch word.lowercased() {
    case "date": return try node(.date(try instantLiteral("DATE", "'2020-02-09'") { CalendarDate($0) }), at: start)
    case "timestamp":
      let timestamp = try instantLiteral("TIMESTAMP", "'2020-02-09T10:00:00Z'") { Timestamp(filterText: $0) }
      return try node(.timestamp(timestamp), at: start)
    case "interval": return try interval(at: start)
    case "bbox": return try node(.boundingBox(try boundingBox()), at: start)
    default: break
    }
    if let symbol = Operator.function(named: word) { return try call(of: symbol, at: start) }
    try require("(", "'('")
    let arguments = token == .symbol(")") ? [] : try self.arguments(of: FilterFunction.named(word))
    try require(")", "',' or ')' in the arguments of '\(word)'")
    return try node(.function(word, arguments.map(\.expression)), at: start, children: arguments)
  }

  private mutating func call(
    of symbol: Operator, at start: SourcePlace.Location
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    let count = symbol.operandCount.lowerBound
    try require("(", "'('")
    var operands: [PlacedExpression] = []
    while operands.count < count {
      if !operands.isEmpty { try require(",", "',' and the second argument of \(symbol.keyword)") }
      let operand = try nestedExpression()
      operands.append(symbol.family == .array ? try arrayOperand(operand) : try operand.asValue())
    }
    try require(")", "')' after \(count == 1 ? "the argument" : "the two arguments") of \(symbol.keyword)")
    return try operation(symbol, at: start, operands)
  }
}

// MARK: Parentheses and lists

extension CQL2TextParser {
  /// Reads `( … )`: a group when it holds one expression, else a list. A group remembers its parentheses, for where a
  /// list may stand they can make one.
  private mutating func parenthesized(at start: SourcePlace.Location) throws(CQL2SyntaxError) -> PlacedExpression {
    try advance()
    if try skip(")") { return try node(.array([]), at: start) }
    var first = try nestedExpression()
    if token == .symbol(",") {
      var elements = [try element(first)]
      while try skip(",") { elements.append(try element(try nestedExpression())) }
      try require(")", "',' or ')' in the list")
      return try node(.array(elements.map(\.expression)), at: start, children: elements)
    }
    guard try skip(")") else { throw closingExpected(after: first) }
    first.parentheses += 1
    return first
  }

  private func closingExpected(after node: PlacedExpression) -> CQL2SyntaxError {
    switch node.expression {
    case .operation(let symbol, _) where symbol.family != .arithmetic: expected("AND, OR or ')'")
    default: expected("an operator or ')' after \(node.expression.summary)")
    }
  }

  /// Arguments between commas; where a known function takes no list, parentheses only group.
  private mutating func arguments(of function: FilterFunction?) throws(CQL2SyntaxError) -> [PlacedExpression] {
    var arguments: [PlacedExpression] = []
    repeat {
      let argument = try nestedExpression()
      let takesList = function.map { $0.argument(at: arguments.count)?.type == .array } ?? true
      arguments.append(takesList ? try element(argument) : argument)
    } while try skip(",")
    return arguments
  }

  /// Decides what parentheses around one expression mean where a list may stand. The grammar leaves it open: around an
  /// operation one pair groups; every other pair makes a list of one.
  private mutating func element(_ node: PlacedExpression) throws(CQL2SyntaxError) -> PlacedExpression {
    try wrap(node, pairs: node.expression.isInfix ? max(0, node.parentheses - 1) : node.parentheses)
  }

  /// The operand of an array function, where parentheses are always a list.
  private mutating func arrayOperand(_ node: PlacedExpression) throws(CQL2SyntaxError) -> PlacedExpression {
    let element = try element(node)
    if case .array = element.expression { return element }
    return try wrap(element, pairs: min(1, node.parentheses))
  }

  private mutating func wrap(_ inner: PlacedExpression, pairs: Int) throws(CQL2SyntaxError) -> PlacedExpression {
    var result = inner
    for _ in 0..<pairs { result = try node(.array([result.expression]), at: inner.place.location, children: [result]) }
    return result
  }
}

// MARK: Temporal literals

extension CQL2TextParser {
  private mutating func instantLiteral<Instant>(
    _ keyword: String, _ example: String, _ read: (String) -> Instant?
  ) throws(CQL2SyntaxError) -> Instant {
    try require("(", "'('")
    guard case .string(let text) = token else { throw expected("a \(keyword.lowercased()) such as \(example)") }
    guard let instant = read(text) else {
      throw error(at: offset, "expected a \(keyword.lowercased()) such as \(example), found '\(text.prefix(64))'")
    }
    try advance()
    try require(")", "')' after the \(keyword.lowercased())")
    return instant
  }

  private mutating func interval(at start: SourcePlace.Location) throws(CQL2SyntaxError) -> PlacedExpression {
    try require("(", "'('")
    let first = try intervalEnd()
    try require(",", "',' between the ends of INTERVAL")
    let last = try intervalEnd()
    try require(")", "')' after the second end of INTERVAL")
    return try node(.interval(start: first.expression, end: last.expression), at: start, children: [first, last])
  }

  /// Rule `instantParameter`; DATE(…) and TIMESTAMP(…) are allowed too.
  private mutating func intervalEnd() throws(CQL2SyntaxError) -> PlacedExpression {
    let start = offset
    let end = try nestedExpression()
    switch end.expression {
    case .property, .function, .date, .timestamp: return end
    case .string(let text):
      if let instant = Expression(intervalEnd: text) { return try node(instant, at: .character(start)) }
    default: break
    }
    throw error(at: start, "\(Expression.intervalEndRule), found \(end.expression.summary)")
  }
}
