import CQL2

extension Expression {
  /// Whether indexes over properties are known to lead to what meets the condition: it compares them with literals.
  ///
  /// - Parameter indexed: the properties that have an index.
  func isServed(by indexed: Set<String>) -> Bool {
    switch self {
    case .operation(.and, let parts): parts.contains { $0.isServed(by: indexed) }
    case .operation(.or, let parts): parts.allSatisfy { $0.isServed(by: indexed) }
    default: !comparedProperties.isDisjoint(with: indexed)
    }
  }

  /// The properties that the condition names.
  var namedProperties: Set<String> {
    if case .property(let name) = self { return [name] }
    return children.reduce(into: []) { $0.formUnion($1.namedProperties) }
  }

  /// The properties whose indexes serve comparisons within the condition.
  var comparedProperties: Set<String> {
    guard case .operation(let symbol, let operands) = self else { return [] }
    if symbol == .and || symbol == .or { return operands.reduce(into: []) { $0.formUnion($1.comparedProperties) } }
    switch (symbol, operands.first, operands.last) {
    case (.like, .property(let name)?, .string(let pattern)?):
      // What the pattern begins with is a stretch of the index.
      return pattern.utf8.first.map { $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "_") } ?? false ? [name] : []
    case (_, .property(let name)?, _) where symbol.hasIndex && operands.dropFirst().allSatisfy(\.isLiteral):
      return [name]
    case (_, let literal?, .property(let name)?) where symbol.hasIndex && symbol != .between && literal.isLiteral:
      return symbol == .aContains ? [] : [name]
    default: return []
    }
  }

  private var isLiteral: Bool {
    if case .array(let elements) = self { return elements.allSatisfy(\.isScalarLiteral) }
    return isScalarLiteral
  }
}

extension Operator {
  fileprivate var hasIndex: Bool {
    switch self {
    case .equal, .less, .greater, .lessOrEqual, .greaterOrEqual, .between, .in, .aContains, .aEquals: true
    default: false
    }
  }
}
