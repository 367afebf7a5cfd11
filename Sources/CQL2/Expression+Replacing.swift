extension Expression {
  /// The expression with parts replaced, from the root down; what takes a part's place is not looked into.
  ///
  /// - Parameter replacement: what a part is replaced by; nil where it stays.
  public func replacing(_ replacement: (Expression) -> Expression?) -> Expression {
    if let replacement = replacement(self) { return replacement }
    return switch self {
    case .interval(let start, let end):
      .interval(start: start.replacing(replacement), end: end.replacing(replacement))
    case .array(let elements): .array(elements.map { $0.replacing(replacement) })
    case .operation(let symbol, let arguments): .operation(symbol, arguments.map { $0.replacing(replacement) })
    case .function(let name, let arguments): .function(name, arguments.map { $0.replacing(replacement) })
    default: self
    }
  }

  /// Whether a property is named anywhere.
  public func names(property name: String) -> Bool {
    if case .property(let own) = self { return own == name }
    return children.contains { $0.names(property: name) }
  }
}

extension Filter {
  /// The filter with parts replaced as ``Expression/replacing(_:)`` does; faults are told where the user wrote what was
  /// there before.
  public func replacing(_ replacement: (Expression) -> Expression?) -> Filter {
    Filter(expression: expression.replacing(replacement), of: self)
  }
}
