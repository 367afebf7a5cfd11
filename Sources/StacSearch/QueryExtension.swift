import CQL2
import StacModel

/// The query extension's object as a CQL2 expression.
///
/// Source: STAC API query extension 1.0.0: text is compared without regard to case. Text that reads as a date or a
/// date-time is compared as it is, since it may stand for a point in time.
struct QueryExtension {
  private var conditions: [Expression] = []
  private static let mostConditions = 1_000
  private static let mostValues = 10_000
  private static let operators = "eq, neq, lt, lte, gt, gte, startsWith, endsWith, contains, in"

  /// Reads `{"<property>": {"<operator>": value, …}, …}`; nil where there is no condition.
  static func expression(_ json: JSONValue) throws(ParameterError) -> Expression? {
    guard let object = json.object else { throw error("an object of properties was expected, not \(json.kind)") }
    var query = QueryExtension()
    for member in object.members {
      let property = try RequestParameters.propertyName(member.name[...], in: "query")
      try query.add(property, member.value)
    }
    guard query.conditions.count > 1 else { return query.conditions.first }
    return .operation(.and, query.conditions)
  }

  private mutating func add(_ property: String, _ json: JSONValue) throws(ParameterError) {
    guard case .object(let object) = json else {
      // A value without an operator is an equality, as the extension's schema says.
      return conditions.append(try Self.equality(property, json))
    }
    guard !object.isEmpty else {
      throw Self.error("'\(property.prefix(64))' has no operator; known are \(Self.operators)")
    }
    for member in object.members {
      conditions.append(try Self.condition(property, member.name, member.value))
      guard conditions.count <= Self.mostConditions else {
        throw Self.error("more than \(Self.mostConditions) conditions are given")
      }
    }
  }

  private static func condition(
    _ property: String, _ name: String, _ value: JSONValue
  ) throws(ParameterError) -> Expression {
    switch name {
    case "eq": try equality(property, value)
    case "neq": .operation(.not, [try equality(property, value)])
    case "lt": try order(.less, property, value)
    case "lte": try order(.lessOrEqual, property, value)
    case "gt": try order(.greater, property, value)
    case "gte": try order(.greaterOrEqual, property, value)
    case "startsWith": try like(property, name, value, "", "%")
    case "endsWith": try like(property, name, value, "%", "")
    case "contains": try like(property, name, value, "%", "%")
    case "in": try membership(property, value)
    default: throw error("'\(name.prefix(64))' is not an operator; known are \(operators)")
    }
  }

  private static func equality(_ property: String, _ value: JSONValue) throws(ParameterError) -> Expression {
    switch value {
    case .null: .operation(.isNull, [.property(property)])
    case .bool(let value): .operation(.equal, [.property(property), .boolean(value)])
    case .number(let value): .operation(.equal, [.property(property), .number(value)])
    case .string(let text) where isTime(text): .operation(.equal, [.property(property), .string(text)])
    case .string(let text): .operation(.equal, [folded(.property(property)), folded(.string(text))])
    case .array, .object:
      throw error("'\(property.prefix(64))' can be compared with a string, a number, a boolean or null only")
    }
  }

  private static func order(
    _ operation: Operator, _ property: String, _ value: JSONValue
  ) throws(ParameterError) -> Expression {
    switch value {
    case .number(let number): return .operation(operation, [.property(property), .number(number)])
    case .string(let text):
      let limit = Timestamp(text).map(Expression.timestamp) ?? .string(text)
      return .operation(operation, [.property(property), limit])
    default: throw error("'\(property.prefix(64))' has an order against numbers and strings only")
    }
  }

  private static func like(
    _ property: String, _ name: String, _ value: JSONValue, _ before: String, _ behind: String
  ) throws(ParameterError) -> Expression {
    guard let text = value.string else { throw error("\(name) of '\(property.prefix(64))' needs a string") }
    let pattern = before + escaped(text) + behind
    return .operation(.like, [folded(.property(property)), folded(.string(pattern))])
  }

  private static func membership(_ property: String, _ value: JSONValue) throws(ParameterError) -> Expression {
    guard let values = value.array else { throw error("in of '\(property.prefix(64))' needs an array") }
    guard values.count <= mostValues else { throw error("in has more than \(mostValues) values") }
    var plain: [Expression] = []
    var words: [Expression] = []
    for value in values {
      switch value {
      case .number(let number): plain.append(.number(number))
      case .bool(let value): plain.append(.boolean(value))
      case .string(let text) where isTime(text): plain.append(.string(text))
      case .string(let text): words.append(folded(.string(text)))
      default: throw error("in of '\(property.prefix(64))' takes strings, numbers and booleans only")
      }
    }
    var alternatives: [Expression] = []
    // Values of one type at a time: a list of CQL2 holds one type.
    for kind in [ValueType.number, .boolean, .string] {
      let values = plain.filter { $0.literalType == kind }
      if !values.isEmpty { alternatives.append(.operation(.in, [.property(property), .array(values)])) }
    }
    if !words.isEmpty { alternatives.append(.operation(.in, [folded(.property(property)), .array(words)])) }
    guard let first = alternatives.first else { return .boolean(false) }
    return alternatives.count == 1 ? first : .operation(.or, alternatives)
  }

  private static func folded(_ expression: Expression) -> Expression { .operation(.casei, [expression]) }

  private static func isTime(_ text: String) -> Bool { Timestamp(text) != nil || CalendarDate(text) != nil }

  /// The text with the characters that mean something in a LIKE pattern made literal.
  private static func escaped(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "%" || scalar == "_" || scalar == "\\" { escaped.append("\\") }
      escaped.append(scalar)
    }
    return String(escaped)
  }

  private static func error(_ message: String) -> ParameterError { ParameterError("query", message) }
}

extension Expression {
  fileprivate var literalType: ValueType? {
    switch self {
    case .number: .number
    case .boolean: .boolean
    case .string: .string
    default: nil
    }
  }
}

extension RequestParameters {
  /// The query extension's conditions; JSON in a query string too.
  func queryExpression() throws(ParameterError) -> Expression? {
    guard let json = try json("query") else { return nil }
    return try QueryExtension.expression(json)
  }
}
