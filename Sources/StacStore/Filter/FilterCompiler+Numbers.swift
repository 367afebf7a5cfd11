import CQL2
import Postgres

extension FilterCompiler {
  /// A part that must be a number.
  func number(_ expression: Expression, at path: [Int]) throws(FilterTypeError) -> SQL {
    switch try value(expression, at: path) {
    case .number(let sql): return sql
    case .untyped(let json): return "gnomon.number(\(json))"
    case let other: throw FilterTypeError(path: path, message: "expected a number, found \(other.kind)")
    }
  }

  /// `+ - * / % div ^`, in exact decimal numbers.
  func arithmetic(
    _ symbol: Operator, _ arguments: [Expression], at path: [Int]
  ) throws(FilterTypeError) -> SQL {
    let left = try number(arguments[0], at: path + [0])
    let right = try number(arguments[1], at: path + [1])
    switch symbol {
    case .plus: return "gnomon.plus(\(left), \(right))"
    case .minus: return "gnomon.minus(\(left), \(right))"
    case .times: return "gnomon.times(\(left), \(right))"
    case .divide: return "gnomon.divided(\(left), \(right))"
    case .modulo: return "gnomon.modulo(\(left), \(right))"
    case .integerDivide: return "gnomon.whole_quotient(\(left), \(right))"
    default: return "gnomon.power(\(left), \(right))"
    }
  }
}
