/// A function beside the standard's operators that filters may call; `/functions` lists them.
public struct FilterFunction: Sendable, Hashable {
  public struct Argument: Sendable, Hashable {
    public let name: String
    public let type: ValueType

    public init(_ name: String, _ type: ValueType) {
      self.name = name
      self.type = type
    }
  }

  public let name: String
  public let description: String
  public let arguments: [Argument]
  public let returns: ValueType
  /// Whether the last argument may be given again and again.
  public let isVariadic: Bool

  public init(
    _ name: String, _ description: String, _ arguments: [Argument], returns: ValueType, isVariadic: Bool = false
  ) {
    self.name = name
    self.description = description
    self.arguments = arguments
    self.returns = returns
    self.isVariadic = isVariadic
  }

  /// The argument at an index; the last one again and again where the function is variadic.
  public func argument(at index: Int) -> Argument? {
    if arguments.indices.contains(index) { return arguments[index] }
    return isVariadic ? arguments.last : nil
  }

  /// Every function; names are compared without regard to case.
  ///
  /// Undefined results (a logarithm of zero, an overflow) are null, so that no item can make a filter fail.
  public static let all: [FilterFunction] = [
    .init("abs", "Absolute value", [.init("value", .number)], returns: .number),
    .init("ceil", "Smallest whole number that is not less", [.init("value", .number)], returns: .number),
    .init("floor", "Largest whole number that is not greater", [.init("value", .number)], returns: .number),
    .init("round", "Nearest whole number, halves away from zero", [.init("value", .number)], returns: .number),
    .init("sqrt", "Square root", [.init("value", .number)], returns: .number),
    .init("min", "Least of the numbers", [.init("value", .number)], returns: .number, isVariadic: true),
    .init("max", "Greatest of the numbers", [.init("value", .number)], returns: .number, isVariadic: true),
    .init("length", "Number of characters", [.init("text", .string)], returns: .number),
    .init("lower", "Text in lower case", [.init("text", .string)], returns: .string),
    .init("upper", "Text in upper case", [.init("text", .string)], returns: .string),
    .init("concat", "Texts one after the other", [.init("text", .string)], returns: .string, isVariadic: true),
    .init("year", "Calendar year in UTC", [.init("instant", .timestamp)], returns: .number),
    .init("month", "Calendar month in UTC, 1 to 12", [.init("instant", .timestamp)], returns: .number),
    .init("day", "Day of the month in UTC, 1 to 31", [.init("instant", .timestamp)], returns: .number),
    .init("size", "Number of elements", [.init("array", .array)], returns: .number),
    .init("area", "Area on the ellipsoid in square metres", [.init("geometry", .geometry)], returns: .number),
  ]

  /// The function of that name.
  public static func named(_ name: String) -> FilterFunction? {
    let name = name.lowercased()
    return all.first { $0.name == name }
  }
}
