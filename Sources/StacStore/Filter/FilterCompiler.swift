public import CQL2
public import Postgres
import StacModel

/// Prints filters as SQL conditions: what a user wrote is bound, names of properties too.
///
/// Unknown is NULL, and the operators of SQL treat it as the standard's truth tables do. Nothing in the data can make a
/// condition fail: values are taken from `jsonb` by the functions of `sql/functions`, which give NULL for other types.
public struct FilterCompiler: Sendable {
  let columns: FilterColumns
  let properties: any PropertyTypes

  /// The condition of a filter on the table that the statement calls `i`.
  ///
  /// - Parameters:
  ///   - expression: a filter that ``CQL2/Expression/check(properties:)`` has accepted.
  ///   - columns: the table.
  ///   - properties: the types of properties, by which their values are read.
  /// - Returns: a boolean expression, in parentheses where it needs them.
  /// - Throws: ``FilterTypeError`` where parts do not fit together.
  public static func condition(
    _ expression: Expression, columns: FilterColumns, properties: some PropertyTypes
  ) throws(FilterTypeError) -> SQL {
    let compiler = FilterCompiler(columns: columns, properties: properties)
    guard columns.hidesProperties else { return try compiler.condition(expression, at: []) }
    return "(\(try compiler.conjuncts(expression, at: []).joined(separator: " AND ")))"
  }

  /// The conditions all of which must hold, those on properties alone so that the planner takes them for met nearly always.
  private func conjuncts(_ expression: Expression, at path: [Int]) throws(FilterTypeError) -> [SQL] {
    guard case .operation(.and, let parts) = expression, Operator.and.operandCount ~= parts.count else {
      if columns.hasColumn(in: expression) { return [try condition(expression, at: path)] }
      return [.taken(asMet: try walked(expression, at: path))]
    }
    var conditions: [SQL] = []
    for (index, part) in parts.enumerated() { conditions += try conjuncts(part, at: path + [index]) }
    return conditions
  }

  /// A part that must be a boolean.
  func condition(_ expression: Expression, at path: [Int]) throws(FilterTypeError) -> SQL {
    switch try value(expression, at: path) {
    case .boolean(let sql): return sql
    case .untyped(let json): return "gnomon.boolean(\(json))"
    case let other: throw FilterTypeError(path: path, message: "expected a condition, found \(other.kind)")
    }
  }

  /// A part of any type.
  func value(_ expression: Expression, at path: [Int]) throws(FilterTypeError) -> FilterValue {
    switch expression {
    case .boolean(let flag): return .boolean(flag ? "true" : "false")
    case .number(let number): return .number("\(number: number)")
    case .string(let text): return .string("\(try bindable(text, at: path))")
    case .timestamp(let timestamp): return .instant("\(timestamp: timestamp)")
    case .date(let date): return .day("\(timestamp: date.start)")
    case .geometry(let geometry):
      guard !geometry.isTangled(countingOnlyAreas: false) else {
        throw FilterTypeError(path: path, message: "the geometry crosses itself about a thousand times or more")
      }
      return .geometry("\(validated: geometry)")
    case .boundingBox(let box): return .geometry(Self.geometry(of: box))
    case .array(let elements): return .array(try array(elements, at: path))
    case .property(let name): return try property(name, at: path)
    case .operation(let symbol, let arguments): return try operation(symbol, arguments, at: path)
    case .function(let name, let arguments): return try function(name, arguments, at: path)
    case .interval, .unbounded:
      throw FilterTypeError(path: path, message: "an interval can only stand in a temporal function")
    }
  }

  /// The children of a part, each with its own path.
  func values(_ arguments: [Expression], at path: [Int]) throws(FilterTypeError) -> [FilterValue] {
    var values: [FilterValue] = []
    for (index, argument) in arguments.enumerated() { values.append(try value(argument, at: path + [index])) }
    return values
  }

  private func property(_ name: String, at path: [Int]) throws(FilterTypeError) -> FilterValue {
    if let column = columns.column(name) { return column }
    let json = columns.json(try bindable(name, at: path))
    switch properties.type(ofProperty: name) {
    case nil: throw FilterTypeError(path: path, message: "there is no property '\(name.prefix(64))'")
    case .any: return .untyped(json)
    case .boolean: return .boolean("gnomon.boolean(\(json))")
    case .number: return .number("gnomon.number(\(json))")
    case .string: return .string("gnomon.text(\(json))")
    case .timestamp: return .instant("gnomon.instant(\(json))")
    case .date: return .day("gnomon.instant(\(json))")
    case .array: return .array("gnomon.elements(\(json))")
    case .geometry, .interval:
      throw FilterTypeError(path: path, message: "only the property 'geometry' can be compared in space")
    }
  }

  private func operation(
    _ symbol: Operator, _ arguments: [Expression], at path: [Int]
  ) throws(FilterTypeError) -> FilterValue {
    guard symbol.operandCount ~= arguments.count else {
      throw FilterTypeError(path: path, message: "\(symbol.keyword) has \(arguments.count) operands")
    }
    switch symbol.family {
    case .logical: return .boolean(try logical(symbol, arguments, at: path))
    case .comparison: return .boolean(try comparison(symbol, arguments, at: path))
    case .isNull: return .boolean(try isNull(arguments[0], at: path + [0]))
    case .between: return .boolean(try between(arguments, at: path))
    case .membership: return .boolean(try membership(arguments, at: path))
    case .like: return .boolean(try like(arguments, at: path))
    case .character: return .string(try folded(symbol, arguments, at: path))
    case .arithmetic: return .number(try arithmetic(symbol, arguments, at: path))
    case .spatial: return .boolean(try spatial(symbol, arguments, at: path))
    case .temporal: return .boolean(try temporal(symbol, arguments, at: path))
    case .array: return .boolean(try arrayComparison(symbol, arguments, at: path))
    }
  }

  private func logical(
    _ symbol: Operator, _ arguments: [Expression], at path: [Int]
  ) throws(FilterTypeError) -> SQL {
    if symbol == .not { return "(NOT \(try condition(arguments[0], at: path + [0])))" }
    var conditions: [SQL] = []
    for (index, argument) in arguments.enumerated() { conditions.append(try condition(argument, at: path + [index])) }
    return "(\(conditions.joined(separator: symbol == .and ? " AND " : " OR ")))"
  }

  private func isNull(_ expression: Expression, at path: [Int]) throws(FilterTypeError) -> SQL {
    switch expression {
    case .property(let name):
      guard columns.column(name) != nil || properties.type(ofProperty: name) != nil else {
        throw FilterTypeError(path: path, message: "there is no property '\(name.prefix(64))'")
      }
      return columns.isNull(try bindable(name, at: path))
    case .interval:
      let bounds = try bounds(expression, at: path)
      return "(num_nulls(\(bounds.start), \(bounds.end)) > 0)"
    default:
      return "((\(try value(expression, at: path).sql)) IS NULL)"
    }
  }

  /// A text that PostgreSQL can hold.
  func bindable(_ text: String, at path: [Int]) throws(FilterTypeError) -> String {
    guard !text.utf8.contains(0) else { throw FilterTypeError(path: path, message: "U+0000 is not allowed") }
    return text
  }
}
