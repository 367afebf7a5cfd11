package import CQL2

extension Expression {
  /// The properties of documents without which no item meets the condition: compared with what is absent, it is unknown.
  ///
  /// There may be more of them than these. What stands in columns of its own or is derived is none. Names are told apart by
  /// their bytes, as the database does.
  package var requiredProperties: Set<[UInt8]> {
    guard case .operation(let symbol, let arguments) = self else { return propertiesOfValue }
    switch symbol.family {
    case .logical: return Self.required(symbol, arguments)
    case .comparison, .like: return Self.union(arguments.map(\.propertiesOfValue))
    case .between, .membership: return arguments.first?.propertiesOfValue ?? []
    case .array: return Self.union(arguments.filter(\.isProperty).map(\.propertiesOfValue))
    case .isNull, .character, .arithmetic, .spatial, .temporal: return []
    }
  }

  private static func required(_ symbol: Operator, _ arguments: [Expression]) -> Set<[UInt8]> {
    switch (symbol, arguments.first) {
    case (.and, _): return union(arguments.map(\.requiredProperties))
    case (.or, let first?):
      return arguments.dropFirst().reduce(first.requiredProperties) { $0.intersection($1.requiredProperties) }
    // Unknown stays unknown; an empty list is no part of this, which nothing is in whether it is there or not.
    case (.not, .operation(let negated, let operands)?):
      switch negated.family {
      case .comparison, .like: return union(operands.map(\.propertiesOfValue))
      case .isNull: return union(operands.filter(\.isProperty).map(\.propertiesOfValue))
      default: return []
      }
    default: return []
    }
  }

  private static func union(_ sets: [Set<[UInt8]>]) -> Set<[UInt8]> { sets.reduce(into: []) { $0.formUnion($1) } }

  private var isProperty: Bool { if case .property = self { true } else { false } }

  /// The properties of documents without which the value is null.
  private var propertiesOfValue: Set<[UInt8]> {
    switch self {
    case .property(let name) where FilterColumns.items.column(name) == nil && !DerivedProperty.has(name):
      return [Array(name.utf8)]
    case .operation(let symbol, let operands) where symbol.family == .character || symbol.family == .arithmetic:
      return Self.union(operands.map(\.propertiesOfValue))
    default: return []
    }
  }
}
