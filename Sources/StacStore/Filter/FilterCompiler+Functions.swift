import CQL2
import Postgres

extension FilterCompiler {
  /// One of ``CQL2/FilterFunction/all``.
  func function(
    _ name: String, _ arguments: [Expression], at path: [Int]
  ) throws(FilterTypeError) -> FilterValue {
    guard let function = FilterFunction.named(name) else {
      throw FilterTypeError(path: path, message: "there is no function '\(name.prefix(64))'")
    }
    let count = function.arguments.count
    guard function.isVariadic ? arguments.count >= count : arguments.count == count else {
      throw FilterTypeError(path: path, message: "\(function.name) takes \(count) arguments, not \(arguments.count)")
    }
    switch function.arguments.first?.type {
    case .number: return .number(try numeric(function.name, arguments, at: path))
    case .string: return try textual(function.name, arguments, at: path)
    case .timestamp: return .number(try calendar(function.name, try instant(arguments[0], at: path + [0]), at: path))
    case .array: return .number("jsonb_array_length(\(try array(arguments[0], at: path + [0])))::numeric")
    case .geometry: return .number("gnomon.area(\(try geometry(arguments[0], at: path + [0])))")
    default: throw Self.missing(name, at: path)
    }
  }

  private func numeric(
    _ name: String, _ arguments: [Expression], at path: [Int]
  ) throws(FilterTypeError) -> SQL {
    var numbers: [SQL] = []
    for (index, argument) in arguments.enumerated() { numbers.append(try number(argument, at: path + [index])) }
    let list = numbers.joined(separator: ", ")
    switch name {
    case "abs": return "abs(\(list))"
    case "ceil": return "ceil(\(list))"
    case "floor": return "floor(\(list))"
    case "round": return "round(\(list))"
    case "sqrt": return "gnomon.square_root(\(list))"
    case "min": return "gnomon.least(VARIADIC ARRAY[\(list)])"
    case "max": return "gnomon.greatest(VARIADIC ARRAY[\(list)])"
    default: throw Self.missing(name, at: path)
    }
  }

  private func textual(
    _ name: String, _ arguments: [Expression], at path: [Int]
  ) throws(FilterTypeError) -> FilterValue {
    var texts: [SQL] = []
    for (index, argument) in arguments.enumerated() { texts.append(try text(argument, at: path + [index])) }
    switch name {
    case "length": return .number("length(\(texts[0]))::numeric")
    case "lower": return .string("(lower(\(texts[0]) COLLATE \"und-x-icu\") COLLATE \"C\")")
    case "upper": return .string("(upper(\(texts[0]) COLLATE \"und-x-icu\") COLLATE \"C\")")
    case "concat": return .string("gnomon.concat(VARIADIC ARRAY[\(texts.joined(separator: ", "))])")
    default: throw Self.missing(name, at: path)
    }
  }

  private func calendar(_ name: String, _ instant: SQL, at path: [Int]) throws(FilterTypeError) -> SQL {
    switch name {
    case "year": return "gnomon.year(\(instant))"
    case "month": return "extract(month FROM timezone('UTC', \(instant)))"
    case "day": return "extract(day FROM timezone('UTC', \(instant)))"
    default: throw Self.missing(name, at: path)
    }
  }

  private static func missing(_ name: String, at path: [Int]) -> FilterTypeError {
    FilterTypeError(path: path, message: "the function '\(name.prefix(64))' cannot be used in a filter here")
  }
}
