import CQL2
import Postgres
import StacModel

extension FilterCompiler {
  /// `=`, `<>`, `<`, `>`, `<=`, `>=`.
  func comparison(
    _ symbol: Operator, _ arguments: [Expression], at path: [Int]
  ) throws(FilterTypeError) -> SQL {
    if let condition = try collectionComparison(symbol, arguments, at: path) { return condition }
    let left = try operand(arguments[0], beside: arguments[1], at: path + [0])
    let right = try operand(arguments[1], beside: arguments[0], at: path + [1])
    return try Self.compare(left, symbol.sql, right, at: path)
  }

  /// A comparison of two values, of one type or brought to one.
  static func compare(
    _ left: FilterValue, _ symbol: SQL, _ right: FilterValue, at path: [Int]
  ) throws(FilterTypeError) -> SQL {
    switch (left, right) {
    case (.untyped(let left), .untyped(let right)): return "(gnomon.compare(\(left), \(right)) \(symbol) 0)"
    case (.untyped(let json), _):
      guard let read = right.reading(json) else { break }
      return try compare(read, symbol, right, at: path)
    case (_, .untyped(let json)):
      guard let read = left.reading(json) else { break }
      return try compare(left, symbol, read, at: path)
    case (.string(let left), .string(let right)): return "(\(left) COLLATE \"C\" \(symbol) \(right))"
    case (.boolean(let left), .boolean(let right)), (.number(let left), .number(let right)):
      return "(\(left) \(symbol) \(right))"
    case (.instant(let left), .instant(let right)), (.instant(let left), .day(let right)),
      (.day(let left), .instant(let right)), (.day(let left), .day(let right)):
      return "(\(left) \(symbol) \(right))"
    default: break
    }
    throw FilterTypeError(path: path, message: "\(left.kind) cannot be compared with \(right.kind)")
  }

  /// A part; a string beside an instant is read as one.
  func operand(
    _ expression: Expression, beside other: Expression, at path: [Int]
  ) throws(FilterTypeError) -> FilterValue {
    guard case .string(let text) = expression, isTemporal(other) else { return try value(expression, at: path) }
    if let date = CalendarDate(text) { return .day("\(timestamp: date.start)") }
    if let timestamp = Timestamp(text) { return .instant("\(timestamp: timestamp)") }
    throw FilterTypeError(
      path: path, message: "expected a timestamp (RFC 3339) or a date, found '\(text.prefix(64))'")
  }

  /// Whether a part is an instant by its own or its declared type.
  func isTemporal(_ expression: Expression) -> Bool {
    switch expression {
    case .timestamp, .date: return true
    case .property(let name):
      if case .instant = columns.column(name) { return true }
      let type = columns.column(name) == nil ? properties.type(ofProperty: name) : nil
      return type == .timestamp || type == .date
    case .function(let name, _):
      let type = FilterFunction.named(name)?.returns
      return type == .timestamp || type == .date
    default: return false
    }
  }

  /// `BETWEEN`: unknown where one of the three is.
  func between(_ arguments: [Expression], at path: [Int]) throws(FilterTypeError) -> SQL {
    // One instant among the three makes instants of the strings.
    let beside = arguments.first(where: isTemporal) ?? arguments[0]
    let tested = try operand(arguments[0], beside: beside, at: path + [0])
    let low = try operand(arguments[1], beside: beside, at: path + [1])
    let high = try operand(arguments[2], beside: beside, at: path + [2])
    let above = try Self.compare(tested, ">=", low, at: path)
    let below = try Self.compare(tested, "<=", high, at: path)
    if arguments[1...].allSatisfy(\.isScalarLiteral) { return "(\(above) AND \(below))" }
    return "(CASE WHEN num_nulls(\(low.sql), \(high.sql)) = 0 THEN \(above) AND \(below) END)"
  }

  /// `IN`: literals of one type are compared with at once.
  func membership(_ arguments: [Expression], at path: [Int]) throws(FilterTypeError) -> SQL {
    guard case .array(let elements) = arguments[1] else {
      throw FilterTypeError(path: path + [1], message: "expected a list of values")
    }
    if elements.isEmpty { return "false" }
    if let condition = collectionMembership(arguments[0], elements) { return condition }
    var literals = LiteralList()
    var conditions: [SQL] = []
    for (index, element) in elements.enumerated() {
      let read = try operand(element, beside: arguments[0], at: path + [1, index])
      if literals.append(element, read: read) { continue }
      let tested = try operand(arguments[0], beside: element, at: path + [0])
      conditions.append(try Self.compare(tested, "=", read, at: path))
    }
    for list in literals.lists {
      let tested = try operand(arguments[0], beside: list.sample ?? arguments[0], at: path + [0])
      conditions.append(try Self.compare(tested, "=", list.value, at: path))
    }
    return conditions.count == 1 ? conditions[0] : "(\(conditions.joined(separator: " OR ")))"
  }
}

/// The literals of a list, by type.
private struct LiteralList {
  private var numbers: [String] = []
  private var strings: [String] = []
  private var instants: [Int64] = []

  /// Takes a literal; false for what is none.
  mutating func append(_ element: Expression, read: FilterValue) -> Bool {
    switch (element, read) {
    case (.number(let number), .number): numbers.append(number.plainText)
    case (.string(let text), .string): strings.append(text)
    case (.timestamp(let timestamp), _): instants.append(timestamp.microseconds)
    case (.date(let date), _): instants.append(date.start.microseconds)
    case (.string(let text), .day): instants.append(CalendarDate(text)?.start.microseconds ?? 0)
    case (.string(let text), .instant): instants.append(Timestamp(text)?.microseconds ?? 0)
    default: return false
    }
    return true
  }

  /// What stands behind `=` for each type that occurs, and a literal that tells how to read a string before it.
  var lists: [(value: FilterValue, sample: Expression?)] {
    var lists: [(FilterValue, Expression?)] = []
    if !numbers.isEmpty { lists.append((.number("ANY (\(SQL.Bind.textArray(numbers))::numeric[])"), nil)) }
    if !strings.isEmpty { lists.append((.string("ANY (\(SQL.Bind.textArray(strings)))"), nil)) }
    if let first = instants.first {
      let sample = Expression.timestamp(Timestamp(microseconds: first))
      lists.append((.instant("ANY (\(SQL.Bind.timestampArray(instants)))"), sample))
    }
    return lists
  }
}

extension FilterValue {
  /// A property of no declared type, read as a value of this type; nil for types that do not compare.
  func reading(_ json: SQL) -> FilterValue? {
    switch self {
    case .boolean: .boolean("gnomon.boolean(\(json))")
    case .number: .number("gnomon.number(\(json))")
    case .string: .string("gnomon.text(\(json))")
    case .instant, .day: .instant("gnomon.instant(\(json))")
    case .geometry, .array, .untyped: nil
    }
  }
}

extension Expression {
  /// Whether it is a number, a text, a boolean or an instant as written.
  var isScalarLiteral: Bool {
    switch self {
    case .boolean, .number, .string, .timestamp, .date: true
    default: false
    }
  }
}

extension Operator {
  /// A comparison as SQL writes it, which is as CQL2 does.
  var sql: SQL {
    switch self {
    case .notEqual: "<>"
    case .less: "<"
    case .greater: ">"
    case .lessOrEqual: "<="
    case .greaterOrEqual: ">="
    default: "="
    }
  }
}
