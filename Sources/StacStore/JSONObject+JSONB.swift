import StacModel

extension JSONObject {
  /// The object's text as PostgreSQL's `jsonb` takes it.
  ///
  /// `jsonb` refuses numbers with more than 16,383 digits behind the point; those become the nearest double, which is
  /// all that a search compares. The document itself keeps its text.
  var jsonbText: String { JSONSerializer.text(JSONValue.object(self).withPlainNumbers) }
}

extension JSONValue {
  fileprivate var withPlainNumbers: JSONValue {
    switch self {
    case .number(let number): number.isPlain ? self : JSONValue(number.double)
    case .array(let elements): .array(elements.map(\.withPlainNumbers))
    case .object(let object):
      .object(JSONObject(object.members.map { .init(name: $0.name, value: $0.value.withPlainNumbers) }))
    case .null, .bool, .string: self
    }
  }
}
