import CQL2

extension Expression {
  /// Whether indexes over properties lead to what meets the condition.
  ///
  /// - Parameter indexed: the properties that have an index.
  func isServed(by indexed: Set<String>) -> Bool {
    switch self {
    case .operation(.and, let parts): parts.contains { $0.isServed(by: indexed) }
    case .operation(.or, let parts): parts.allSatisfy { $0.isServed(by: indexed) }
    default: !comparedProperties.isDisjoint(with: indexed)
    }
  }

  /// The properties whose indexes serve comparisons within the condition.
  var comparedProperties: Set<String> {
    guard case .operation(let symbol, let operands) = self else { return [] }
    switch (symbol, operands.first, operands.last) {
    case (.and, _, _), (.or, _, _): return operands.reduce(into: []) { $0.formUnion($1.comparedProperties) }
    case (.between, .property(let name)?, _), (.in, .property(let name)?, _), (.aContains, .property(let name)?, _),
      (.aEquals, .property(let name)?, _):
      return [name]
    case (.like, .property(let name)?, .string(let pattern)?):
      // What the pattern begins with is a stretch of the index.
      return pattern.isEmpty || pattern.hasPrefix("%") || pattern.hasPrefix("_") ? [] : [name]
    case (.equal, .property(let name)?, _), (.less, .property(let name)?, _), (.greater, .property(let name)?, _),
      (.lessOrEqual, .property(let name)?, _), (.greaterOrEqual, .property(let name)?, _):
      return [name]
    case (.equal, _, .property(let name)?), (.less, _, .property(let name)?), (.greater, _, .property(let name)?),
      (.lessOrEqual, _, .property(let name)?), (.greaterOrEqual, _, .property(let name)?):
      return [name]
    default: return []
    }
  }
}
