import CQL2
import Postgres
import StacModel
import StacSearch

/// What a search asks of properties: its filter, the query extension, and properties given as parameters.
struct PropertyConditions {
  let filter: Filter?
  let query: Expression?
  let parameters: [PropertyParameter]

  /// The conditions on the table, all of which must hold.
  ///
  /// - Throws: ``ParameterError`` naming the parameter, and where in it the fault is.
  func sql(on columns: FilterColumns, queryables: Queryables) throws(ParameterError) -> [SQL] {
    var conditions: [SQL] = []
    if let filter {
      let condition = try Self.sql(filter.expression, of: "filter", writtenIn: filter, on: columns, queryables)
      conditions.append(condition)
    }
    if let query {
      let query = query.readingNumbers(of: queryables)
      conditions.append(try Self.sql(query, of: "query", on: columns, queryables))
    }
    for parameter in parameters {
      let expression = try parameter.expression(properties: queryables)
      conditions.append(try Self.sql(expression, of: parameter.name, on: columns, queryables))
    }
    return conditions
  }

  /// One condition on items, the sum of a search's.
  static func sql(
    _ expression: Expression, on columns: FilterColumns, _ queryables: Queryables
  ) throws(ParameterError) -> SQL {
    try sql(expression.readingNumbers(of: queryables), of: "filter", on: columns, queryables)
  }

  /// The condition of a parameter; what is wrong is told where it stands in the filter that the expression was written in.
  private static func sql(
    _ expression: Expression, of name: String, writtenIn filter: Filter? = nil, on columns: FilterColumns,
    _ queryables: Queryables
  ) throws(ParameterError) -> SQL {
    do throws(FilterTypeError) {
      try expression.check(properties: queryables)
      let condition = try FilterCompiler.condition(expression, columns: columns, properties: queryables)
      return columns.isItems && expression.isOfModels ? "(i.is_model AND \(condition))" : condition
    } catch {
      let place = filter.map { "\($0.location(of: error.path)): " } ?? ""
      throw ParameterError(name, place + error.message)
    }
  }
}

extension Expression {
  /// The expression with texts that are numbers as numbers where the property beside them holds numbers.
  ///
  /// Clients on a command line send `{"eo:cloud_cover": {"lt": "20"}}`.
  func readingNumbers(of queryables: Queryables) -> Expression {
    guard case .operation(let symbol, let arguments) = self else { return self }
    guard case .property(let name)? = arguments.first, queryables[name]?.holdsNumbers == true else {
      return .operation(symbol, arguments.map { $0.readingNumbers(of: queryables) })
    }
    return .operation(symbol, arguments.map(\.asNumber))
  }

  private var asNumber: Expression {
    switch self {
    case .string(let text):
      if case .number(let number)? = try? JSONParser.parse(text) { .number(number) } else { self }
    case .array(let elements): .array(elements.map(\.asNumber))
    default: self
    }
  }
}

extension PropertyDefinition {
  /// Whether the values are numbers and nothing else, by the declaration or by the data.
  fileprivate var holdsNumbers: Bool { type == .number || type == .any && jsonTypes == [.number] }
}
