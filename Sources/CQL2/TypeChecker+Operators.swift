// The operands that operators take.

extension TypeChecker {
  func operationType(
    _ symbol: Operator, _ operands: [Expression], at path: [Int]
  ) throws(FilterTypeError) -> ValueType {
    guard symbol.operandCount ~= operands.count else {
      let count = symbol.operandCount
      let expected = "\(count.lowerBound)\(count.upperBound > count.lowerBound ? " or more" : "")"
      throw FilterTypeError(
        path: path, message: "\(symbol.keyword) takes \(expected) operands, found \(operands.count)")
    }
    if symbol.family == .membership { return try membershipType(operands, at: path) }
    let operands = try typed(operands, at: path)
    switch symbol.family {
    case .logical: try require(operands, "a condition for \(symbol.keyword)") { $0 == .boolean }
    case .comparison: try requireComparable(operands[0], operands[1])
    case .isNull: break
    case .like: try checkLike(operands)
    case .between: try checkBetween(operands)
    case .membership: break
    case .arithmetic:
      try require(operands, "a number for '\(symbol.keyword)'") { $0 == .number }
      return .number
    case .character:
      try require(operands, "a string in \(symbol.keyword)") { $0 == .string }
      return .string
    case .spatial: try require(operands, "a geometry in \(symbol.keyword)") { $0 == .geometry }
    case .temporal:
      try require(operands, "a timestamp, a date or an interval in \(symbol.keyword)") {
        $0.isInstant || $0 == .interval
      }
    case .array: try require(operands, "an array in \(symbol.keyword)") { $0 == .array }
    }
    return .boolean
  }

  /// Requires a type of every operand; one of any type passes, for the data decide.
  private func require(
    _ operands: [TypedExpression], _ expected: String, _ isAllowed: (ValueType) -> Bool
  ) throws(FilterTypeError) {
    guard let operand = operands.first(where: { $0.type != .any && !isAllowed($0.type) }) else { return }
    if case .string(let text) = operand.expression, operand.expression.readableInstant != nil, isAllowed(.timestamp) {
      let keyword = text.count == 10 ? "DATE" : "TIMESTAMP"
      throw FilterTypeError(
        path: operand.path, message: "expected \(expected), found a string; write \(keyword)('\(text.prefix(64))')")
    }
    throw operand.misfit(expected)
  }

  /// Requires two scalars that compare with each other (requirement /req/basic-cql2/binary-comparison-predicate D).
  private func requireComparable(_ left: TypedExpression, _ right: TypedExpression) throws(FilterTypeError) {
    for operand in [left, right] where !operand.type.isScalar { throw operand.misfit(Self.scalarRule(operand.type)) }
    if left.type == right.type || left.type == .any || right.type == .any { return }
    switch (left.type.isInstant, right.type.isInstant) {
    case (true, true): return
    case (true, false): if try isReadable(right, against: left) { return }
    case (false, true): if try isReadable(left, against: right) { return }
    case (false, false): break
    }
    throw right.misfit("\(left.type.phrase) to compare with \(left.expression.summary)")
  }

  /// Whether a text literal stands beside an instant, for which it must be readable.
  private func isReadable(
    _ literal: TypedExpression, against instant: TypedExpression
  ) throws(FilterTypeError) -> Bool {
    guard case .string = literal.expression else { return false }
    guard literal.expression.readableInstant == nil else { return true }
    let example = instant.type == .date ? "'2020-02-09'" : "'2020-02-09T10:00:00Z'"
    throw literal.misfit("a \(instant.type.rawValue) such as \(example) to compare with \(instant.expression.summary)")
  }

  private static func scalarRule(_ type: ValueType) -> String {
    switch type {
    case .geometry: "a scalar to compare (geometries are compared with S_EQUALS)"
    case .interval: "a scalar to compare (intervals are compared with T_EQUALS)"
    default: "a scalar to compare (arrays are compared with A_EQUALS)"
    }
  }

  private func checkLike(_ operands: [TypedExpression]) throws(FilterTypeError) {
    try require([operands[0]], "a string before LIKE") { $0 == .string }
    guard operands[1].expression.isPattern else {
      throw operands[1].misfit("a string in quotes, or CASEI or ACCENTI around one, as the pattern of LIKE")
    }
  }

  private func checkBetween(_ operands: [TypedExpression]) throws(FilterTypeError) {
    try requireComparable(operands[0], operands[1])
    try requireComparable(operands[0], operands[2])
    try requireComparable(operands[1], operands[2])
    let instants = operands.contains { $0.type.isInstant }
    try require(operands, "a number or an instant for BETWEEN (strings are compared with >= and <=)") {
      $0 == .number || $0.isInstant || instants && $0 == .string
    }
  }

  private func membershipType(_ operands: [Expression], at path: [Int]) throws(FilterTypeError) -> ValueType {
    guard case .array(let elements) = operands[1], !elements.isEmpty else {
      throw FilterTypeError(path: path + [1], message: "expected a list of at least one value for IN")
    }
    let path0 = path + [0]
    let value = TypedExpression(expression: operands[0], type: try type(of: operands[0], at: path0), path: path0)
    for element in try typed(elements, at: path + [1]) { try requireComparable(value, element) }
    return .boolean
  }
}

extension Expression {
  /// Rule `patternExpression`: a text literal, perhaps in CASEI or ACCENTI.
  fileprivate var isPattern: Bool {
    switch self {
    case .string: true
    case .operation(let symbol, let operands) where symbol.family == .character:
      operands.first?.isPattern ?? false
    default: false
    }
  }
}
