import CQL2
import Postgres
import StacModel

/// Conditions that are tested item by item, by no index, and only ask whether they are met: what is unknown need not be told
/// from what is false. `jsonb` is unpacked anew wherever it is named, which is most of what such a test costs.
extension FilterCompiler {
  /// A condition that is met by the same items as ``condition(_:at:)``.
  func walked(_ expression: Expression, at path: [Int]) throws(FilterTypeError) -> SQL {
    guard case .operation(let symbol, let arguments) = expression, symbol.operandCount ~= arguments.count else {
      return try condition(expression, at: path)
    }
    if symbol == .and || symbol == .or {
      var parts: [SQL] = []
      for (index, part) in arguments.enumerated() { parts.append(try walked(part, at: path + [index])) }
      return "(\(parts.joined(separator: symbol == .and ? " AND " : " OR ")))"
    }
    if let comparison = try comparedOnce(symbol, arguments, at: path) { return comparison }
    return try condition(expression, at: path)
  }

  /// In how long a list a value is looked for as `jsonb`: of more than these texts are compared sooner than unpacked.
  private static let mostComparedOnce = 16

  /// An array that is bound as it is, for one that is cast would be read anew for each item.
  private static func array(_ literals: [JSONValue]) -> SQL {
    let texts = literals.map { Array(JSONSerializer.text($0).utf8) }
    var array = BinaryArray(of: .jsonb, count: texts.count, capacity: texts.reduce(0) { $0 + $1.count + 1 })
    for text in texts { array.append(jsonText: text) }
    return "\(.binary(array.bytes))::jsonb[]"
  }

  /// A comparison of a property with literals of its type, by the order of `jsonb`; nil for every other condition.
  private func comparedOnce(
    _ symbol: Operator, _ arguments: [Expression], at path: [Int]
  ) throws(FilterTypeError) -> SQL? {
    guard arguments.count > 1 else { return nil }
    switch (symbol, arguments[0], arguments[1]) {
    case (.in, .property(let name), .array(let elements)):
      guard 1...Self.mostComparedOnce ~= elements.count else { return nil }
      let literals = elements.compactMap { literal($0, beside: name) }
      return literals.count == elements.count ? "(\(try json(name, at: path)) = ANY (\(Self.array(literals))))" : nil
    case (.between, .property(let name), let low):
      guard low.isNumber, arguments[2].isNumber, let low = literal(low, beside: name),
        let high = literal(arguments[2], beside: name)
      else { return nil }
      // Nothing but numbers lies between numbers.
      return "(\(try json(name, at: path)) BETWEEN \(json: low) AND \(json: high))"
    case (_, .property(let name), let other): return try comparedOnce(symbol, name, other, at: path)
    case (_, let other, .property(let name)): return try comparedOnce(symbol.mirrored, name, other, at: path)
    default: return nil
    }
  }

  private func comparedOnce(
    _ symbol: Operator, _ name: String, _ other: Expression, at path: [Int]
  ) throws(FilterTypeError) -> SQL? {
    guard let value = literal(other, beside: name) else { return nil }
    let (json, literal): (SQL, SQL) = (try json(name, at: path), "\(json: value)")
    switch symbol {
    case .equal: return "(\(json) = \(literal))"
    // Values of other types come before all numbers, or behind them; it is asked of what passes alone.
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      return other.isNumber ? "(\(json) \(symbol.sql) \(literal) AND jsonb_typeof(\(json)) = 'number')" : nil
    default: return nil
    }
  }

  private func json(_ name: String, at path: [Int]) throws(FilterTypeError) -> SQL {
    columns.json(try bindable(name, at: path))
  }

  /// A number, a text or a boolean in JSON, where the property beside it has that type, or none is declared.
  private func literal(_ expression: Expression, beside name: String) -> JSONValue? {
    guard columns.column(name) == nil, let type = properties.type(ofProperty: name), let value = expression.jsonLiteral
    else { return nil }
    switch (expression, type) {
    case (.number, .number), (.number, .any), (.string, .string), (.string, .any), (.boolean, .boolean),
      (.boolean, .any):
      return value
    default: return nil
    }
  }
}

extension Expression {
  fileprivate var isNumber: Bool { if case .number = self { true } else { false } }
}
