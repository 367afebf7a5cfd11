import StacModel

/// Reads CQL2 JSON (OGC 21-065r2, annex B).
///
/// Stricter than the schema nowhere, more liberal in three things that harm nobody: operator names in any case, AND and
/// OR of one operand, and `-` of one operand.
struct CQL2JSONParser {
  private var budget: ExpressionBudget
  private var nesting = 0

  /// Reads a whole filter.
  static func parse(_ json: JSONValue, limits: FilterLimits) throws(CQL2SyntaxError) -> PlacedExpression {
    var parser = CQL2JSONParser(budget: ExpressionBudget(limits))
    return try parser.condition(json, at: .root)
  }

  private init(budget: ExpressionBudget) { self.budget = budget }

  // MARK: Errors and results

  func error(_ pointer: JSONPointer, _ message: String) -> CQL2SyntaxError {
    CQL2SyntaxError(location: SourcePlace.Location.pointer(pointer).description, message: message)
  }

  /// An expression that stands at a place, counted.
  mutating func node(
    _ expression: Expression, at pointer: JSONPointer, children: [PlacedExpression] = []
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    let node = PlacedExpression(expression, .pointer(pointer), children: children)
    try budget.spend(on: node.place)
    return node
  }

  private mutating func operation(
    _ symbol: Operator, at pointer: JSONPointer, _ operands: [PlacedExpression]
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    try node(.operation(symbol, operands.map(\.expression)), at: pointer, children: operands)
  }

  // MARK: Expressions

  /// A value that may be true or false.
  private mutating func condition(
    _ json: JSONValue, at pointer: JSONPointer
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    let node = try expression(json, at: pointer)
    guard node.expression.canBeCondition else {
      throw error(pointer, "expected a condition such as {\"op\": \"=\", …}, found \(node.expression.summary)")
    }
    return node
  }

  /// Any expression.
  mutating func expression(_ json: JSONValue, at pointer: JSONPointer) throws(CQL2SyntaxError) -> PlacedExpression {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= budget.limits.depth else {
      throw error(pointer, "a filter must not be nested deeper than \(budget.limits.depth) levels")
    }
    switch json {
    case .null: throw error(pointer, "null is no value to compare with; use {\"op\": \"isNull\", …}")
    case .bool(let value): return try node(.boolean(value), at: pointer)
    case .number(let number): return try node(.number(number), at: pointer)
    case .string(let text): return try node(.string(try checked(text, at: pointer)), at: pointer)
    case .array(let values): return try list(values, at: pointer)
    case .object(let object): return try self.object(object, at: pointer)
    }
  }

  private mutating func list(_ values: [JSONValue], at pointer: JSONPointer) throws(CQL2SyntaxError) -> PlacedExpression
  {
    var elements: [PlacedExpression] = []
    for (index, value) in values.enumerated() {
      elements.append(try expression(value, at: pointer.appending(index)))
    }
    return try node(.array(elements.map(\.expression)), at: pointer, children: elements)
  }

  func checked(_ text: String, at pointer: JSONPointer) throws(CQL2SyntaxError) -> String {
    guard !text.unicodeScalars.contains("\0") else { throw error(pointer, "the character U+0000 must not occur") }
    return text
  }

  private mutating func object(_ object: JSONObject, at pointer: JSONPointer) throws(CQL2SyntaxError)
    -> PlacedExpression
  {
    if let name = object["op"] {
      try refuseMembers(of: object, except: ["op", "args"], at: pointer)
      return try operation(named: name, of: object["args"], at: pointer)
    }
    return try literal(object, at: pointer)
  }

  func refuseMembers(
    of object: JSONObject, except known: Set<String>, at pointer: JSONPointer
  ) throws(CQL2SyntaxError) {
    guard let unknown = object.names.first(where: { !known.contains($0) }) else { return }
    let names = known.sorted().map { "'\($0)'" }.joined(separator: ", ")
    throw error(pointer.appending(unknown), "expected no member besides \(names)")
  }
}

// MARK: Operators

extension CQL2JSONParser {
  private mutating func operation(
    named json: JSONValue, of arguments: JSONValue?, at pointer: JSONPointer
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    guard let name = json.string else {
      throw error(pointer.appending("op"), "expected the name of an operator or a function, found \(json.kind)")
    }
    let place = pointer.appending("args")
    guard let values = arguments?.array else {
      let found = arguments.map { "found \($0.kind)" } ?? "which is missing"
      throw error(
        arguments == nil ? pointer : place,
        "expected an array 'args' with the operands of '\(name.prefix(64))', \(found)")
    }
    if let symbol = Operator.named(name) {
      return try operation(symbol, of: values, at: pointer)
    }
    guard Identifier.namesFunction(name) else {
      throw error(pointer.appending("op"), Self.unknownOperator(name))
    }
    var operands: [PlacedExpression] = []
    for (index, value) in values.enumerated() { operands.append(try expression(value, at: place.appending(index))) }
    return try node(.function(name, operands.map(\.expression)), at: pointer, children: operands)
  }

  private static func unknownOperator(_ name: String) -> String {
    switch name.lowercased() {
    case "date", "timestamp", "interval", "bbox": "expected an operator; a literal is written {\"\(name)\": …}"
    case "!=", "==": "'\(name)' is no operator of CQL2; expected \(name == "==" ? "=" : "<>")"
    default: "'\(name.prefix(64))' is no operator of CQL2, and no name that a function can have"
    }
  }

  private mutating func operation(
    _ symbol: Operator, of values: [JSONValue], at pointer: JSONPointer
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    let place = pointer.appending("args")
    if symbol.family == .logical, symbol != .not, values.count == 1 {
      return try condition(values[0], at: place.appending(0))
    }
    if symbol == .minus, values.count == 1 {
      let minusOne = try node(.number(JSONNumber(-1)), at: pointer)
      return try operation(
        .times, at: pointer, [minusOne, try expression(values[0], at: place.appending(0)).asNumber()])
    }
    guard symbol.operandCount ~= values.count else {
      let count = symbol.operandCount.lowerBound
      let plural = count == 1 ? "operand" : symbol.family == .logical ? "operands or more" : "operands"
      throw error(place, "expected \(count) \(plural) of '\(symbol.rawValue)', \(values.count) found")
    }
    var operands: [PlacedExpression] = []
    for (index, value) in values.enumerated() {
      operands.append(try operand(value, of: symbol, index: index, at: place.appending(index)))
    }
    return try operation(symbol, at: pointer, operands)
  }

  private mutating func operand(
    _ json: JSONValue, of symbol: Operator, index: Int, at pointer: JSONPointer
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    switch symbol.family {
    case .logical: return try condition(json, at: pointer)
    case .arithmetic: return try expression(json, at: pointer).asNumber()
    case .array: return try expression(json, at: pointer)
    case .membership where index == 1: return try membershipList(json, at: pointer)
    default: return try expression(json, at: pointer).asValue()
    }
  }

  private mutating func membershipList(
    _ json: JSONValue, at pointer: JSONPointer
  ) throws(CQL2SyntaxError) -> PlacedExpression {
    guard let values = json.array, !values.isEmpty else {
      throw error(pointer, "expected an array of at least one value, found \(json == [] ? "an empty one" : json.kind)")
    }
    var elements: [PlacedExpression] = []
    for (index, element) in values.enumerated() {
      elements.append(try expression(element, at: pointer.appending(index)).asValue())
    }
    return try node(.array(elements.map(\.expression)), at: pointer, children: elements)
  }
}
