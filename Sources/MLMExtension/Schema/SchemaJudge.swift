import StacModel

/// Judges values by schemas; the regular expressions it met are kept for the next value.
final class SchemaJudge {
  private var expressions: [String: Regex<AnyRegexOutput>] = [:]

  /// Whether a value meets every demand of a schema.
  func accepts(_ value: JSONValue, _ schema: JSONSchema) -> Bool {
    schema.rules.allSatisfy { accepts(value, $0) }
  }

  func accepts(_ value: JSONValue, _ rule: SchemaRule) -> Bool {
    switch rule {
    case .never: false
    case .all(let schemas): schemas.allSatisfy { accepts(value, $0) }
    case .any(let schemas): schemas.contains { accepts(value, $0) }
    case .exactlyOne(let schemas): schemas.count { accepts(value, $0) } == 1
    case .not(let schema): !accepts(value, schema)
    case .condition(let condition, let then, let otherwise):
      (accepts(value, condition) ? then : otherwise).map { accepts(value, $0) } ?? true
    case .elementCount, .uniqueElements, .elements, .tuple, .contains:
      value.array.map { accepts(elements: $0, rule) } ?? true
    case .memberCount, .required, .members, .dependencies:
      value.object.map { accepts(object: $0, of: value, rule) } ?? true
    default: accepts(scalar: value, rule)
    }
  }

  private func accepts(scalar value: JSONValue, _ rule: SchemaRule) -> Bool {
    switch rule {
    case .type(let kinds): kinds.contains { $0.holds(value) }
    case .constant(let constant): value.isSame(as: constant)
    case .oneOfValues(let values): values.contains { $0.isSame(as: value) }
    case .pattern(let pattern): value.string.map { matches($0, pattern) } ?? true
    case .length(let minimum, let maximum):
      value.string.map { (minimum...maximum).contains($0.unicodeScalars.count) } ?? true
    case .range(let minimum, let maximum): value.double.map { minimum <= $0 && $0 <= maximum } ?? true
    default: true
    }
  }

  private func accepts(elements: [JSONValue], _ rule: SchemaRule) -> Bool {
    switch rule {
    case .elementCount(let minimum, let maximum): (minimum...maximum).contains(elements.count)
    case .uniqueElements: Self.firstRepetition(in: elements) == nil
    case .elements(let schema): elements.allSatisfy { accepts($0, schema) }
    case .tuple(let schemas, let rest):
      zip(elements, schemas).allSatisfy { accepts($0, $1) }
        && (rest.map { rest in elements.dropFirst(schemas.count).allSatisfy { accepts($0, rest) } } ?? true)
    case .contains(let schema): elements.contains { accepts($0, schema) }
    default: true
    }
  }

  private func accepts(object: JSONObject, of value: JSONValue, _ rule: SchemaRule) -> Bool {
    switch rule {
    case .memberCount(let minimum, let maximum): (minimum...maximum).contains(object.count)
    case .required(let names): names.allSatisfy { object[$0] != nil }
    case .members(let schemas):
      object.members.allSatisfy { member in
        self.schemas(for: member.name, schemas).allSatisfy { accepts(member.value, $0) }
      }
    case .dependencies(let dependencies):
      dependencies.allSatisfy { dependency in
        object[dependency.member] == nil
          || dependency.required.allSatisfy { object[$0] != nil }
            && (dependency.schema.map { accepts(value, $0) } ?? true)
      }
    default: true
    }
  }

  /// The schemas that judge the member of a name.
  func schemas(for name: String, _ schemas: MemberSchemas) -> [JSONSchema] {
    var found = schemas.named[name].map { [$0] } ?? []
    for (pattern, schema) in schemas.patterns where matches(name, pattern) { found.append(schema) }
    if found.isEmpty, let others = schemas.others { return [others] }
    return found
  }

  /// The index of the first element that is the same as one before it.
  static func firstRepetition(in elements: [JSONValue]) -> Int? {
    var seen: Set<String> = []
    return elements.indices.first { !seen.insert(elements[$0].canonical).inserted }
  }

  private func matches(_ text: String, _ pattern: SchemaPattern) -> Bool {
    switch pattern {
    // As a regular expression sees it: a mark behind the prefix is a character of its own.
    case .withoutPrefix(let prefix): return !text.unicodeScalars.starts(with: prefix.unicodeScalars)
    case .expression(let expression):
      if expressions[expression] == nil {
        let read = try? Regex<AnyRegexOutput>(expression, as: AnyRegexOutput.self)
        expressions[expression] = read?.matchingSemantics(.unicodeScalar).asciiOnlyDigits()
      }
      guard let regex = expressions[expression] else { return true }
      return (try? regex.firstMatch(in: text)) ?? nil != nil
    }
  }
}
