import StacModel

/// Tells at the places of a request what it takes away from under members that the model declares.
///
/// What a model declares is whole by itself. So a fault at a place of the model comes from a member of the request that
/// changes which classes there are: those who asked cannot mend the model, but can give the other member too.
struct OverrideConflicts {
  /// The members that the model declares, and the place that has them.
  let declared: [PlacedMember]
  let place: JSONPointer
  /// The members that the request says.
  let requested: [PlacedMember]
  let classes: [ModelClass]

  /// Members that name classes which other members make.
  private static let makers: [String: [PostProcessingMember]] = [
    PostProcessingMember.dissolve.rawValue: [.unknownClass],
    PostProcessingMember.orthogonalise.rawValue: [.dissolve, .unknownClass],
  ]

  private static let allMakers = [PostProcessingMember.dissolve.rawValue, PostProcessingMember.unknownClass.rawValue]

  /// The faults of both together, each at a place of the request, and of each pair of members one.
  func told(_ faults: [Fault]) -> [Fault] {
    let remaining = Dictionary(uniqueKeysWithValues: Self.allMakers.map { ($0, places(without: $0)) })
    var pairs: Set<[String]> = []
    return faults.compactMap { fault in
      guard let path = path(of: fault), let member = path.first, let cause = cause(of: fault, in: member, remaining)
      else {
        return fault
      }
      guard pairs.insert([member, cause.name]).inserted else { return nil }
      return Fault(
        cause.pointer, sentence(fault, path), rule: fault.rule,
        remedy: "give \(member) too, or leave \(cause.name) out")
    }
  }

  /// Where in the model's document a fault is; nil where it is in the request.
  private func path(of fault: Fault) -> [String]? {
    let (parts, start) = (fault.pointer.parts, place.parts)
    return parts.count > start.count && Array(parts.prefix(start.count)) == start
      ? Array(parts.dropFirst(start.count)) : nil
  }

  /// The requested member without which the fault would not be; the first that may be it where no single one is.
  ///
  /// - Parameter remaining: where there are faults without a member of the request.
  private func cause(
    of fault: Fault, in member: String, _ remaining: [String: Set<JSONPointer>]
  ) -> PlacedMember? {
    let makers = Self.makers[member]?.map(\.rawValue) ?? []
    let candidates = makers.compactMap { name in requested.last { $0.name == name } }
    return candidates.first { remaining[$0.name]?.contains(fault.pointer) == false } ?? candidates.first
  }

  /// Where there are faults without a member of the request.
  private func places(without name: String) -> Set<JSONPointer> {
    let others = requested.filter { $0.name != name }
    let replaced = Set(others.map(\.name))
    var reader = PostProcessingReader(declared.filter { !replaced.contains($0.name) } + others, classes: classes)
    _ = reader.read()
    return Set(reader.faults.map(\.pointer))
  }

  private func sentence(_ fault: Fault, _ path: [String]) -> String {
    let member = path[0]
    // A class is named by an element of `classes`.
    if path.dropLast().last == "classes", let name = value(at: path) {
      let text = name.string ?? JSONSerializer.text(name)
      return "the model's \(member) names '\(text.prefix(64))', which is no class then"
    }
    let inner = path.reduce(JSONPointer.root) { $0.appending($1) }
    return "the model's \(member) does not go with it: at \(inner), \(fault.message)"
  }

  /// The value at a place of the model's document.
  private func value(at path: [String]) -> JSONValue? {
    let member = declared.last { $0.name == path[0] }
    return path.dropFirst().reduce(member?.value) { value, part in
      guard let array = value?.array else { return value?.object?[part] }
      return Int(part).flatMap { array.indices.contains($0) ? array[$0] : nil }
    }
  }
}
