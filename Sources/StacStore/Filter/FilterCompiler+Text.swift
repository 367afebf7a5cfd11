import CQL2
import Postgres

extension FilterCompiler {
  /// A part that must be a text.
  func text(_ expression: Expression, at path: [Int]) throws(FilterTypeError) -> SQL {
    switch try value(expression, at: path) {
    case .string(let sql): return sql
    case .untyped(let json): return "gnomon.text(\(json))"
    case let other: throw FilterTypeError(path: path, message: "expected a text, found \(other.kind)")
    }
  }

  /// `CASEI` and `ACCENTI`.
  func folded(_ symbol: Operator, _ arguments: [Expression], at path: [Int]) throws(FilterTypeError) -> SQL {
    let argument = try text(arguments[0], at: path + [0])
    return symbol == .casei ? "gnomon.casei(\(argument))" : "gnomon.accenti(\(argument))"
  }

  /// `LIKE`: `%` is any text, `_` any character, `\` makes the next character plain, which is how PostgreSQL has it.
  func like(_ arguments: [Expression], at path: [Int]) throws(FilterTypeError) -> SQL {
    let tested = try text(arguments[0], at: path + [0])
    let pattern = try self.pattern(arguments[1], at: path + [1])
    return "(\(tested) COLLATE \"C\" LIKE \(pattern))"
  }

  /// A pattern that does not end with an escape that escapes nothing, at which PostgreSQL would fail: it stands for itself.
  private func pattern(_ expression: Expression, at path: [Int]) throws(FilterTypeError) -> SQL {
    switch expression {
    case .string(let pattern):
      let escapes = pattern.reversed().prefix { $0 == "\\" }.count
      return "\(try bindable(escapes % 2 == 0 ? pattern : pattern + "\\", at: path))"
    case .operation(let symbol, let arguments) where symbol.family == .character && arguments.count == 1:
      let argument = try self.pattern(arguments[0], at: path + [0])
      return symbol == .casei ? "gnomon.casei(\(argument))" : "gnomon.accenti(\(argument))"
    default:
      return "gnomon.pattern(\(try text(expression, at: path)))"
    }
  }
}
