import CQL2
import Postgres
import StacModel

extension FilterCompiler {
  /// A part that must be an array, as `jsonb`.
  func array(_ expression: Expression, at path: [Int]) throws(FilterTypeError) -> SQL {
    switch try value(expression, at: path) {
    case .array(let sql): return sql
    case .untyped(let json): return "gnomon.elements(\(json))"
    case let other: throw FilterTypeError(path: path, message: "expected an array, found \(other.kind)")
    }
  }

  /// The four relations of arrays as sets.
  ///
  /// `@>` alone says whether scalars are among elements, and an index serves it; where elements may be arrays, each must
  /// be found whole.
  func arrayComparison(
    _ symbol: Operator, _ arguments: [Expression], at path: [Int]
  ) throws(FilterTypeError) -> SQL {
    var left = try array(arguments[0], at: path + [0])
    var right = try array(arguments[1], at: path + [1])
    let hasInstants = arguments.contains(where: hasInstants)
    if hasInstants {
      left = "gnomon.with_instants(\(left))"
      right = "gnomon.with_instants(\(right))"
    }
    // Where one side has only scalars, no element of the other can be found in part.
    let isPlain = !hasInstants && arguments.contains(where: \.hasOnlyScalars)
    switch symbol {
    case .aContains: return Self.contains(left, right, isPlain: isPlain)
    case .aContainedBy: return Self.contains(right, left, isPlain: isPlain)
    case .aEquals:
      let (one, other) = (Self.contains(left, right, isPlain: isPlain), Self.contains(right, left, isPlain: isPlain))
      return "(\(one) AND \(other))"
    default:
      // An index serves the operator that looks for one of several strings.
      if let strings = arguments[1].strings { return "(\(left) ?| \(texts: strings))" }
      if let strings = arguments[0].strings { return "(\(right) ?| \(texts: strings))" }
      return "gnomon.array_overlaps(\(left), \(right))"
    }
  }

  private static func contains(_ whole: SQL, _ part: SQL, isPlain: Bool) -> SQL {
    isPlain ? "(\(whole) @> \(part))" : "gnomon.array_contains(\(whole), \(part))"
  }

  /// Whether an instant is among the elements that are written.
  private func hasInstants(_ expression: Expression) -> Bool {
    guard case .array(let elements) = expression else { return false }
    return elements.contains(where: isTemporal)
  }

  /// An array of elements: bound as a whole where all are literals.
  func array(_ elements: [Expression], at path: [Int]) throws(FilterTypeError) -> SQL {
    if let literal = Expression.array(elements).jsonLiteral { return "\(json: literal)" }
    var parts: [SQL] = []
    for (index, element) in elements.enumerated() { parts.append(try self.element(element, at: path + [index])) }
    return "gnomon.array_of(VARIADIC ARRAY[\(parts.joined(separator: ", "))])"
  }

  /// An element as `jsonb`.
  private func element(_ expression: Expression, at path: [Int]) throws(FilterTypeError) -> SQL {
    if let literal = expression.jsonLiteral { return "\(json: literal)" }
    switch try value(expression, at: path) {
    case .untyped(let json): return "nullif(\(json), 'null')"
    case .array(let json): return json
    case .instant(let sql), .day(let sql):
      return "to_jsonb(to_char(timezone('UTC', \(sql)), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'))"
    case .geometry(let sql): return "ST_AsGeoJSON(\(sql))::jsonb"
    case .boolean(let sql), .number(let sql), .string(let sql): return "to_jsonb(\(sql))"
    }
  }
}

extension Expression {
  /// The value in JSON of something that depends on no property; nil for all else, and for what PostgreSQL cannot hold.
  var jsonLiteral: JSONValue? {
    switch self {
    case .boolean(let flag): return .bool(flag)
    case .number(let number): return number.plainText == number.text ? .number(number) : JSONValue(number.double)
    case .string(let text): return text.utf8.contains(0) ? nil : .string(text)
    case .timestamp(let timestamp): return .string(timestamp.description)
    case .date(let date): return .string(date.description)
    case .array(let elements):
      let literals = elements.compactMap(\.jsonLiteral)
      return literals.count == elements.count ? .array(literals) : nil
    default: return nil
    }
  }

  /// Whether it is an array of texts, numbers and booleans as written.
  fileprivate var hasOnlyScalars: Bool {
    guard case .array(let elements) = self else { return false }
    return elements.allSatisfy(\.isScalarLiteral)
  }

  /// The elements of an array of nothing but texts that PostgreSQL can hold.
  fileprivate var strings: [String]? {
    guard case .array(let elements) = self else { return nil }
    var strings: [String] = []
    for element in elements {
      guard case .string(let text) = element, !text.utf8.contains(0) else { return nil }
      strings.append(text)
    }
    return strings
  }
}

extension SQL.StringInterpolation {
  /// A bound `jsonb`.
  mutating func appendInterpolation(json: JSONValue) {
    appendInterpolation(SQL.Bind.json(JSONSerializer.text(json)))
  }
}
