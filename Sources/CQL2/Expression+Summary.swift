import StacModel

extension Expression {
  /// The expression in a few words, for messages: `the property 'eo:cloud_cover'`.
  var summary: String {
    switch self {
    case .boolean(let value): value ? "TRUE" : "FALSE"
    case .number(let number): "the number \(number.text.prefix(64))"
    case .string(let text): "the string '\(text.prefix(64))'"
    case .timestamp(let timestamp): "the timestamp \(timestamp)"
    case .date(let date): "the date \(date)"
    case .interval: "an interval"
    case .unbounded: "the open end '..'"
    case .geometry: "a geometry"
    case .boundingBox: "a bounding box"
    case .array: "a list"
    case .property(let name): "the property '\(name.prefix(64))'"
    case .operation(let symbol, _): symbol.summary
    case .function(let name, _): "the function '\(name.prefix(64))'"
    }
  }
}

extension Operator {
  fileprivate var summary: String {
    switch family {
    case .logical: "a condition with \(keyword)"
    case .comparison: "a comparison"
    case .arithmetic: "an arithmetic expression"
    default: keyword
    }
  }
}
