import StacModel

extension Expression {
  /// Checks that the expression is a filter: every property and function is known, every operator has the operands it
  /// needs, and the whole is true or false.
  ///
  /// Beyond the standard, and because people expect it: BETWEEN takes instants as well as numbers, a text that can be
  /// read as a timestamp or a date compares with a property declared as one, dates mix with timestamps, and booleans
  /// may be compared with conditions.
  ///
  /// - Throws: ``FilterTypeError`` with the path of the first misfit.
  public func check(properties: some PropertyTypes) throws(FilterTypeError) {
    let type = try type(properties: properties)
    guard type == .boolean || type == .any else {
      throw FilterTypeError(
        path: [], message: "expected a condition, which is true or false, found \(described(as: type))")
    }
  }

  /// The type of the expression's value; ``ValueType/any`` where it depends on the data.
  ///
  /// - Throws: ``FilterTypeError`` with the path of the first misfit in the expression or below it.
  public func type(properties: some PropertyTypes) throws(FilterTypeError) -> ValueType {
    try TypeChecker(properties: properties).type(of: self, at: [])
  }

  /// The expression and its type in words, for messages.
  func described(as type: ValueType) -> String {
    switch self {
    case .property, .function: "\(summary), which is \(type.phrase)"
    default: summary
    }
  }
}

extension ValueType {
  /// The type in words: `a number`.
  var phrase: String {
    switch self {
    case .boolean, .number, .string, .timestamp, .date, .geometry: "a \(rawValue)"
    case .interval: "an interval"
    case .array: "an array"
    case .any: "of any type"
    }
  }

  var isInstant: Bool { self == .timestamp || self == .date }

  /// Whether values of the type have an order among each other and stand in comparisons.
  var isScalar: Bool {
    switch self {
    case .boolean, .number, .string, .timestamp, .date, .any: true
    case .interval, .geometry, .array: false
    }
  }
}

/// An expression with what the checker found out about it.
struct TypedExpression {
  let expression: Expression
  let type: ValueType
  let path: [Int]

  func misfit(_ expected: String) -> FilterTypeError {
    FilterTypeError(path: path, message: "expected \(expected), found \(expression.described(as: type))")
  }
}

/// Works out the types of one expression, from the leaves up.
struct TypeChecker<Properties: PropertyTypes> {
  let properties: Properties

  func type(of expression: Expression, at path: [Int]) throws(FilterTypeError) -> ValueType {
    switch expression {
    case .boolean: return .boolean
    case .number: return .number
    case .string: return .string
    case .timestamp: return .timestamp
    case .date: return .date
    case .geometry, .boundingBox: return .geometry
    case .unbounded: throw FilterTypeError(path: path, message: "'..' may stand only as the end of an interval")
    case .property(let name):
      guard let type = properties.type(ofProperty: name) else {
        throw FilterTypeError(path: path, message: "there is no queryable property '\(name.prefix(128))'")
      }
      return type
    case .interval(let start, let end): return try intervalType(start, end, at: path)
    case .array(let elements):
      _ = try typed(elements, at: path)
      return .array
    case .function(let name, let arguments): return try functionType(name, arguments, at: path)
    case .operation(let symbol, let operands): return try operationType(symbol, operands, at: path)
    }
  }

  func typed(_ expressions: [Expression], at path: [Int]) throws(FilterTypeError) -> [TypedExpression] {
    var result: [TypedExpression] = []
    result.reserveCapacity(expressions.count)
    for (index, expression) in expressions.enumerated() {
      let path = path + [index]
      result.append(TypedExpression(expression: expression, type: try type(of: expression, at: path), path: path))
    }
    return result
  }

  // MARK: Intervals and functions

  private func intervalType(
    _ start: Expression, _ end: Expression, at path: [Int]
  ) throws(FilterTypeError) -> ValueType {
    for (index, expression) in [start, end].enumerated() where expression != .unbounded {
      let type = try type(of: expression, at: path + [index])
      guard type.isInstant || type == .any else {
        throw TypedExpression(expression: expression, type: type, path: path + [index])
          .misfit("a timestamp or a date as the end of an interval")
      }
    }
    if let first = start.constantInstants, let last = end.constantInstants, first.lowerBound > last.upperBound {
      throw FilterTypeError(path: path, message: "the interval must not end before it starts")
    }
    return .interval
  }

  private func functionType(
    _ name: String, _ arguments: [Expression], at path: [Int]
  ) throws(FilterTypeError) -> ValueType {
    guard let function = FilterFunction.named(name) else {
      let names = FilterFunction.all.map(\.name).joined(separator: ", ")
      throw FilterTypeError(
        path: path, message: "there is no function '\(name.prefix(64))'; the functions are \(names)")
    }
    let count = function.arguments.count
    guard arguments.count == count || function.isVariadic && arguments.count > count else {
      let expected = "\(count) \(count == 1 ? "argument" : "arguments")\(function.isVariadic ? " or more" : "")"
      throw FilterTypeError(
        path: path, message: "the function '\(function.name)' takes \(expected), found \(arguments.count)")
    }
    for (index, argument) in try typed(arguments, at: path).enumerated() {
      guard let declared = function.argument(at: index), !accepts(argument, for: declared.type) else { continue }
      throw argument.misfit("\(declared.type.phrase) as the \(declared.name) of '\(function.name)'")
    }
    return function.returns
  }

  private func accepts(_ argument: TypedExpression, for declared: ValueType) -> Bool {
    if declared == .any || argument.type == .any || argument.type == declared { return true }
    guard declared.isInstant else { return false }
    return argument.type.isInstant || argument.expression.readableInstant != nil
  }
}

extension Expression {
  /// The instant that a text literal stands for where an instant is needed; nil for everything else.
  ///
  /// `'2020-02-09T10:00:00Z'` reads as a timestamp, `'2020-02-09'` as a date.
  public var readableInstant: Expression? {
    guard case .string(let text) = self, let instant = Expression(intervalEnd: text), instant != .unbounded else {
      return nil
    }
    return instant
  }

  /// First and last instant of a timestamp or date literal.
  fileprivate var constantInstants: ClosedRange<Timestamp>? {
    switch self {
    case .timestamp(let timestamp): timestamp...timestamp
    case .date(let date): date.start...date.end
    default: nil
    }
  }
}
