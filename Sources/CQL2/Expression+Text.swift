import StacModel

extension Expression {
  /// The expression as CQL2 text (OGC 21-065r2, annex A), which reads back as the same tree.
  public var text: String {
    var printer = TextPrinter()
    printer.append(self, within: .disjunction)
    return printer.text
  }
}

/// How tightly a part of CQL2 text holds together, from the loosest.
private enum Binding: Int, Comparable {
  case disjunction, conjunction, negation, predicate, sum, product, power, primary

  static func < (left: Binding, right: Binding) -> Bool { left.rawValue < right.rawValue }
}

/// Writes CQL2 text with as few parentheses as the tree needs.
private struct TextPrinter {
  var text = ""

  /// Appends an expression where the grammar takes what binds at least as tightly as `minimum`.
  mutating func append(_ expression: Expression, within minimum: Binding) {
    guard expression.binding < minimum else { return append(expression) }
    text += "("
    append(expression)
    text += ")"
  }

  private mutating func append(_ expression: Expression) {
    switch expression {
    case .boolean(let value): text += value ? "TRUE" : "FALSE"
    case .number(let number): text += number.text
    case .string(let string): text += CharacterLiteral.quoted(string)
    case .timestamp(let timestamp): text += "TIMESTAMP('\(timestamp)')"
    case .date(let date): text += "DATE('\(date)')"
    case .interval(let start, let end):
      text += "INTERVAL("
      appendIntervalEnd(start)
      text += ", "
      appendIntervalEnd(end)
      text += ")"
    case .unbounded: text += "'..'"
    case .geometry(let geometry): text += geometry.wellKnownText
    case .boundingBox(let box): text += "BBOX(\(box.numbers.map(decimal).joined(separator: ", ")))"
    case .array(let elements): appendList(elements)
    case .property(let name): text += Identifier.isPlain(name) ? name : Identifier.quoted(name)
    case .operation(let symbol, let operands): append(symbol, operands)
    case .function(let name, let arguments): appendCall(name, arguments)
    }
  }

  private mutating func appendIntervalEnd(_ end: Expression) {
    switch end {
    case .timestamp(let timestamp): text += "'\(timestamp)'"
    case .date(let date): text += "'\(date)'"
    default: append(end)
    }
  }

  private mutating func append(_ symbol: Operator, _ operands: [Expression]) {
    switch symbol.family {
    case .logical where symbol == .not: appendNegation(of: operands)
    case .logical: append(operands, joinedBy: symbol.keyword, each: symbol == .or ? .conjunction : .negation)
    case .comparison, .like: append(operands, joinedBy: symbol.keyword, each: .sum)
    case .arithmetic: appendArithmetic(symbol, operands)
    case .isNull, .between, .membership: appendPredicate(symbol, operands, negated: false)
    case .character, .spatial, .temporal, .array: appendCall(symbol.keyword, operands)
    }
  }

  private mutating func append(_ operands: [Expression], joinedBy keyword: String, each minimum: Binding) {
    for (index, operand) in operands.enumerated() {
      if index > 0 { text += keyword == "," ? ", " : " \(keyword) " }
      append(operand, within: minimum)
    }
  }

  /// NOT stands inside LIKE, BETWEEN, IN and IS NULL, in front of everything else.
  private mutating func appendNegation(of operands: [Expression]) {
    if case .operation(let symbol, let inner)? = operands.first, operands.count == 1 {
      switch symbol.family {
      case .like: return append(inner, joinedBy: "NOT LIKE", each: .sum)
      case .isNull, .between, .membership: return appendPredicate(symbol, inner, negated: true)
      default: break
      }
    }
    text += "NOT "
    append(operands, joinedBy: ",", each: .predicate)
  }

  private mutating func appendPredicate(_ symbol: Operator, _ operands: [Expression], negated: Bool) {
    guard let first = operands.first else { return }
    append(first, within: .sum)
    switch symbol {
    case .isNull: text += negated ? " IS NOT NULL" : " IS NULL"
    case .between:
      text += negated ? " NOT BETWEEN " : " BETWEEN "
      append(Array(operands.dropFirst()), joinedBy: "AND", each: .sum)
    default:
      text += negated ? " NOT IN " : " IN "
      if case .array(let elements)? = operands.last { appendElements(elements) } else { appendElements([]) }
    }
  }

  /// Sums and products group from the left; a power has no neighbour without parentheses.
  private mutating func appendArithmetic(_ symbol: Operator, _ operands: [Expression]) {
    let binding = symbol.arithmeticBinding
    let tighter: Binding = binding == .sum ? .product : binding == .product ? .power : .primary
    for (index, operand) in operands.enumerated() {
      if index > 0 { text += " \(symbol.keyword) " }
      append(operand, within: index == 0 && binding != .power ? binding : tighter)
    }
  }

  private mutating func appendCall(_ name: String, _ arguments: [Expression]) {
    text += name
    appendElements(arguments)
  }

  private mutating func appendElements(_ elements: [Expression]) {
    text += "("
    append(elements, joinedBy: ",", each: .disjunction)
    text += ")"
  }

  /// A list of one operation needs a second pair, for the first would only group.
  private mutating func appendList(_ elements: [Expression]) {
    let isLoneOperation = elements.count == 1 && elements[0].isInfix
    text += isLoneOperation ? "((" : "("
    append(elements, joinedBy: ",", each: .disjunction)
    text += isLoneOperation ? "))" : ")"
  }
}

extension Expression {
  fileprivate var binding: Binding {
    guard case .operation(let symbol, let operands) = self else { return .primary }
    switch symbol.family {
    case .logical where symbol == .not:
      guard case .operation(let inner, _)? = operands.first else { return .negation }
      switch inner.family {
      case .like, .isNull, .between, .membership: return .predicate
      default: return .negation
      }
    case .logical: return symbol == .or ? .disjunction : .conjunction
    case .comparison, .like, .isNull, .between, .membership: return .predicate
    case .arithmetic: return symbol.arithmeticBinding
    case .character, .spatial, .temporal, .array: return .primary
    }
  }
}

extension Operator {
  fileprivate var arithmeticBinding: Binding {
    switch self {
    case .plus, .minus: .sum
    case .power: .power
    default: .product
    }
  }
}
