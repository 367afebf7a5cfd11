public import StacModel

extension Expression {
  /// The expression as CQL2 JSON (OGC 21-065r2, annex B), which reads back as the same tree.
  public var json: JSONValue {
    switch self {
    case .boolean(let value): .bool(value)
    case .number(let number): .number(number)
    case .string(let text): .string(text)
    case .timestamp(let timestamp): ["timestamp": .string(timestamp.description)]
    case .date(let date): ["date": .string(date.description)]
    case .interval(let start, let end): ["interval": [start.intervalEndJSON, end.intervalEndJSON]]
    case .unbounded: ".."
    case .geometry(let geometry): geometry.json
    case .boundingBox(let box): ["bbox": .array(box.numbers.map { JSONValue($0) })]
    case .array(let elements): .array(elements.map(\.json))
    case .property(let name): ["property": .string(name)]
    case .operation(let symbol, let operands): Self.call(symbol.rawValue, operands)
    case .function(let name, let arguments): Self.call(name, arguments)
    }
  }

  private static func call(_ name: String, _ arguments: [Expression]) -> JSONValue {
    ["op": .string(name), "args": .array(arguments.map(\.json))]
  }

  /// Instants stand in an interval as plain texts.
  private var intervalEndJSON: JSONValue {
    switch self {
    case .timestamp(let timestamp): .string(timestamp.description)
    case .date(let date): .string(date.description)
    default: json
    }
  }
}
