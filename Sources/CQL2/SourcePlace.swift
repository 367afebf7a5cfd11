import StacModel

/// Where an expression and all that is below it stand in what the user wrote.
struct SourcePlace: Sendable, Hashable {
  /// The beginning of one expression.
  enum Location: Sendable, Hashable, CustomStringConvertible {
    /// Unicode code points before it.
    case character(Int)
    case pointer(JSONPointer)

    var description: String {
      switch self {
      case .character(let offset): "character \(offset + 1)"
      case .pointer(.root): "the filter"
      case .pointer(let pointer): pointer.description
      }
    }
  }

  let location: Location
  /// The places of ``Expression/children``, in their order.
  let children: [SourcePlace]
  /// How many expressions there are from this one down to the deepest leaf.
  let height: Int

  init(_ location: Location, children: [SourcePlace] = []) {
    self.location = location
    self.children = children
    height = 1 + (children.lazy.map(\.height).max() ?? 0)
  }

  /// The place at the end of the path, or the last one that the path reaches.
  subscript(path: [Int]) -> SourcePlace {
    var place = self
    for index in path where place.children.indices.contains(index) { place = place.children[index] }
    return place
  }
}

/// An expression with its place.
struct PlacedExpression {
  let expression: Expression
  let place: SourcePlace
  /// How many pairs of parentheses were written around it.
  var parentheses = 0

  init(_ expression: Expression, _ location: SourcePlace.Location, children: [PlacedExpression] = []) {
    self.expression = expression
    place = SourcePlace(location, children: children.map(\.place))
  }
}

extension PlacedExpression {
  /// The expression, which must be no list.
  func asValue() throws(CQL2SyntaxError) -> PlacedExpression {
    guard case .array = expression else { return self }
    throw CQL2SyntaxError(
      location: place.location.description,
      message: "a list may stand only after IN, in array functions (A_EQUALS, A_CONTAINS, …) and in function arguments")
  }

  /// The expression, which must be one whose value may be a number.
  func asNumber() throws(CQL2SyntaxError) -> PlacedExpression {
    switch expression {
    case .number, .property, .function: return self
    case .operation(let symbol, _) where symbol.family == .arithmetic: return self
    default:
      throw CQL2SyntaxError(
        location: place.location.description,
        message: "arithmetic needs a number, a property or a function, found \(expression.summary)")
    }
  }
}

/// Counts the expressions of one filter.
struct ExpressionBudget {
  let limits: FilterLimits
  private var nodes = 0

  init(_ limits: FilterLimits) { self.limits = limits }

  /// Counts one more expression.
  mutating func spend(on place: SourcePlace) throws(CQL2SyntaxError) {
    nodes += 1
    guard nodes <= limits.nodes else {
      throw CQL2SyntaxError(
        location: place.location.description, message: "a filter must not have more than \(limits.nodes) parts")
    }
    guard place.height <= limits.depth else {
      throw CQL2SyntaxError(
        location: place.location.description,
        message: "a filter must not be nested deeper than \(limits.depth) levels")
    }
  }
}
