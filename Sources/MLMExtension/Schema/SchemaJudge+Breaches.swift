import StacModel

// Why a value is not accepted.

extension SchemaJudge {
  /// The breaches of a schema, none where the value is accepted and one at least where it is not.
  ///
  /// - Parameter whole: names of definitions that are told as one, whatever in them is not met.
  func breaches(
    of value: JSONValue, at pointer: JSONPointer, by schema: JSONSchema, whole: Set<String>
  ) -> [SchemaBreach] {
    guard !accepts(value, schema) else { return [] }
    if let name = schema.definition, whole.contains(name) {
      return [SchemaBreach(pointer: pointer, demand: .definition(name), value: value)]
    }
    let found = schema.rules.flatMap { rule in
      accepts(value, rule) ? [] : breaches(of: value, at: pointer, by: rule, whole: whole)
    }
    return found.isEmpty ? [SchemaBreach(pointer: pointer, demand: .oneForm, value: value)] : found
  }

  private func breaches(
    of value: JSONValue, at pointer: JSONPointer, by rule: SchemaRule, whole: Set<String>
  ) -> [SchemaBreach] {
    func breach(_ demand: SchemaBreach.Demand) -> [SchemaBreach] {
      [SchemaBreach(pointer: pointer, demand: demand, value: value)]
    }
    func inner(_ schema: JSONSchema) -> [SchemaBreach] { breaches(of: value, at: pointer, by: schema, whole: whole) }
    switch rule {
    case .never: return breach(.absence)
    case .type(let kinds): return breach(.kind(kinds.map(\.words)))
    case .constant(let constant): return breach(.value([constant]))
    case .oneOfValues(let values): return breach(.value(values))
    case .pattern: return breach(.form)
    case .length: return breach(.nonEmpty)
    case .range(let minimum, let maximum): return breach(.range(minimum: minimum, maximum: maximum))
    case .elementCount(let minimum, let maximum), .memberCount(let minimum, let maximum):
      return breach(.count(minimum: minimum, maximum: maximum))
    case .uniqueElements: return breach(.unique)
    case .contains(let schema): return breach(.containing(Self.constant(of: schema)))
    case .required(let names): return absent(names, in: value, at: pointer)
    case .elements, .tuple: return breachesOfElements(value, at: pointer, by: rule, whole: whole)
    case .members(let schemas): return breachesOfMembers(value, at: pointer, by: schemas, whole: whole)
    case .dependencies(let list):
      return list.filter { value.object?[$0.member] != nil }.flatMap { dependency in
        absent(dependency.required, in: value, at: pointer) + (dependency.schema.map(inner) ?? [])
      }
    case .all(let schemas): return schemas.flatMap(inner)
    case .any(let schemas), .exactlyOne(let schemas):
      return nearest(schemas.map(inner), at: pointer) ?? breach(.oneForm)
    case .not(let schema):
      let names = Self.requiredNames(of: schema).filter { value.object?[$0] != nil }
      return names.isEmpty
        ? breach(.absence)
        : names.map {
          SchemaBreach(pointer: pointer.appending($0), demand: .absence, value: value.object?[$0])
        }
    case .condition(let condition, let then, let otherwise):
      return (accepts(value, condition) ? then : otherwise).map(inner) ?? []
    }
  }

  private func absent(_ names: [String], in value: JSONValue, at pointer: JSONPointer) -> [SchemaBreach] {
    names.filter { value.object?[$0] == nil }.map {
      SchemaBreach(pointer: pointer.appending($0), demand: .presence, value: nil)
    }
  }

  private func breachesOfElements(
    _ value: JSONValue, at pointer: JSONPointer, by rule: SchemaRule, whole: Set<String>
  ) -> [SchemaBreach] {
    (value.array ?? []).enumerated().flatMap { index, element in
      let schema: JSONSchema? =
        switch rule {
        case .elements(let schema): schema
        case .tuple(let schemas, let rest): index < schemas.count ? schemas[index] : rest
        default: nil
        }
      return schema.map { breaches(of: element, at: pointer.appending(index), by: $0, whole: whole) } ?? []
    }
  }

  private func breachesOfMembers(
    _ value: JSONValue, at pointer: JSONPointer, by schemas: MemberSchemas, whole: Set<String>
  ) -> [SchemaBreach] {
    (value.object?.members ?? []).flatMap { member in
      let place = pointer.appending(member.name)
      return self.schemas(for: member.name, schemas).flatMap { schema in
        guard case .never? = schema.rules.first else {
          return breaches(of: member.value, at: place, by: schema, whole: whole)
        }
        return [SchemaBreach(pointer: place, demand: .unknownMember, value: member.value)]
      }
    }
  }

  /// What the form that was most likely meant asks for; nil where none or several may have been meant.
  private func nearest(_ forms: [[SchemaBreach]], at pointer: JSONPointer) -> [SchemaBreach]? {
    let depth = pointer.depth
    let likely = forms.filter { form in
      form.contains { $0.demand != .absence }
        && !form.contains { breach in
          switch breach.demand {
          case .kind: breach.pointer.depth == depth
          case .value(let values): values.count == 1 && breach.pointer.depth <= depth + 1
          case .presence: breach.pointer.name == "type"
          case .count(_, let maximum): maximum == 0
          default: false
          }
        }
    }
    return likely.count == 1 ? likely[0] : nil
  }

  private static func constant(of schema: JSONSchema) -> JSONValue? {
    for case .constant(let value) in schema.rules { return value }
    return nil
  }

  /// The names that a schema requires, itself or in one of its forms.
  private static func requiredNames(of schema: JSONSchema) -> [String] {
    schema.rules.flatMap { (rule) -> [String] in
      switch rule {
      case .required(let names): names
      case .any(let schemas), .all(let schemas): schemas.flatMap(requiredNames)
      default: []
      }
    }
  }
}

extension JSONPointer {
  var depth: Int { parts.count }

  /// The last name or index, empty for the whole document.
  var name: String { parts.last ?? "" }
}
