/// What kind of work an operator does; its operands and the way it is written follow from it.
public enum OperatorFamily: Sendable, Hashable {
  case logical, comparison, isNull, like, between, membership, arithmetic, character, spatial, temporal, array
}

extension Operator {
  /// The kind of work the operator does.
  public var family: OperatorFamily {
    switch self {
    case .and, .or, .not: .logical
    case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual: .comparison
    case .isNull: .isNull
    case .like: .like
    case .between: .between
    case .in: .membership
    case .plus, .minus, .times, .divide, .power, .modulo, .integerDivide: .arithmetic
    case .casei, .accenti: .character
    case .sIntersects, .sEquals, .sDisjoint, .sTouches, .sWithin, .sOverlaps, .sCrosses, .sContains: .spatial
    case .aEquals, .aContains, .aContainedBy, .aOverlaps: .array
    case .tAfter, .tBefore, .tContains, .tDisjoint, .tDuring, .tEquals, .tFinishedBy, .tFinishes, .tIntersects,
      .tMeets, .tMetBy, .tOverlappedBy, .tOverlaps, .tStartedBy, .tStarts:
      .temporal
    }
  }

  /// How many operands the operator takes.
  public var operandCount: ClosedRange<Int> {
    switch self {
    case .and, .or: 2...Int.max
    case .not, .isNull, .casei, .accenti: 1...1
    case .between: 3...3
    default: 2...2
    }
  }

  /// Whether CQL2 text writes the operator like a function: its name, then its operands in parentheses.
  public var isWrittenAsFunction: Bool {
    switch family {
    case .character, .spatial, .temporal, .array: true
    default: false
    }
  }

  /// The operator as CQL2 text writes it: `S_INTERSECTS`, `IS NULL`, `<=`.
  public var keyword: String {
    switch self {
    case .isNull: "IS NULL"
    case .integerDivide: "div"
    default: rawValue.uppercased()
    }
  }

  /// The operator of a name in CQL2 JSON; names are compared without regard to case.
  static func named(_ name: String) -> Operator? { byLowercasedName[name.lowercased()] }

  /// The operator that CQL2 text writes as a function of that name, in any case.
  static func function(named name: String) -> Operator? {
    named(name).flatMap { $0.isWrittenAsFunction ? $0 : nil }
  }

  private static let byLowercasedName = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0.rawValue.lowercased(), $0) })
}

extension Expression {
  /// Whether the expression may be a condition: a boolean, an operator that yields one, or something whose value may be
  /// one (a property, a function).
  var canBeCondition: Bool {
    switch self {
    case .boolean, .property, .function: true
    case .operation(let symbol, _): symbol.family != .arithmetic && symbol.family != .character
    default: false
    }
  }

  /// Whether CQL2 text writes the expression with an operator between or before its operands.
  var isInfix: Bool {
    if case .operation(let symbol, _) = self { !symbol.isWrittenAsFunction } else { false }
  }
}
