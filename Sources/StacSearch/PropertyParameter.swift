public import CQL2
public import StacModel

/// A queryable given as a parameter of its own: the items whose property equals the value.
///
/// Source: OGC API - Features - Part 3, requirements class queryables-query-parameters.
public struct PropertyParameter: Sendable, Hashable {
  public let name: String
  /// The value as the query string has it, percent-decoded.
  public let value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// The comparison that the parameter stands for, its value read by the property's type.
  ///
  /// A property whose type is not known is compared as every type the value can be read as.
  /// - Throws: ``ParameterError`` naming the parameter where the value is none of the property's.
  public func expression(properties: some PropertyTypes) throws(ParameterError) -> Expression {
    guard let type = properties.type(ofProperty: name) else {
      throw ParameterError(name, "the property is not known")
    }
    switch type {
    case .number: return try equals(number.map(Expression.number), "a number")
    case .boolean: return try equals(boolean.map(Expression.boolean), "true or false")
    case .timestamp: return try equals(Timestamp(value).map(Expression.timestamp), "an RFC 3339 date-time")
    case .date: return try equals(CalendarDate(value).map(Expression.date), "a date, YYYY-MM-DD")
    case .string: return equals(.string(value))
    case .any:
      let readings = [.string(value), number.map(Expression.number), boolean.map(Expression.boolean)].compactMap(\.self)
      return readings.count == 1 ? equals(readings[0]) : .operation(.or, readings.map(equals))
    case .geometry, .interval, .array: throw ParameterError(name, "the property cannot be compared with one value")
    }
  }

  private func equals(_ value: Expression) -> Expression { .operation(.equal, [.property(name), value]) }

  private func equals(_ value: Expression?, _ expected: String) throws(ParameterError) -> Expression {
    guard let value else { throw ParameterError(name, "\(expected) was expected") }
    return equals(value)
  }

  private var number: JSONNumber? {
    guard value.utf8.first != UInt8(ascii: " "), case .number(let number) = try? JSONParser.parse(value) else {
      return nil
    }
    return number
  }

  private var boolean: Bool? { value == "true" ? true : value == "false" ? false : nil }
}
