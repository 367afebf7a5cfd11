public import StacModel

/// Why post-processing cannot be planned.
public enum PostProcessingError: Error, Sendable, Equatable {
  /// What the model declares is wrong.
  case declared([Fault])
  /// What the request says is wrong, alone or with what the model declares.
  case requested([Fault])
}

/// What a model declares and a request says, and what counts.
public struct PostProcessingPlan: Sendable, Hashable {
  /// The model's document, nil where it declares none.
  public let declared: JSONObject?
  /// What the request says.
  public let requested: PostProcessingOverride
  /// What counts.
  public let effective: PostProcessing

  /// Puts both together: each member of the request replaces the declared one, and null switches a step off.
  ///
  /// - Parameters:
  ///   - output: the output whose classes are mapped.
  ///   - pointer: the place of the output in its item.
  public init(
    output: ModelOutput?, override requested: PostProcessingOverride = PostProcessingOverride(),
    at pointer: JSONPointer = "/properties/mlm:output/0"
  ) throws(PostProcessingError) {
    let classes = output?.classes ?? []
    let function = output?.postProcessing.first { $0.format == PostProcessing.format }
    let place = pointer.appending("post_processing_function").appending("expression")
    if let function {
      let faults = PostProcessing.faults(in: function.expression, classes: classes, at: place)
      guard faults.isEmpty else { throw .declared(faults) }
    }
    declared = function?.expression.object
    self.requested = requested
    let own = declared.map { PlacedMember.list($0, at: place) } ?? []
    let replaced = Set(requested.members.map(\.name))
    let kept = requested.inheritsDeclared ? own.filter { !replaced.contains($0.name) } : []
    var reader = PostProcessingReader(kept + requested.members, classes: classes)
    effective = reader.read()
    guard reader.faults.isEmpty else {
      let conflicts = OverrideConflicts(declared: own, place: place, requested: requested.members, classes: classes)
      throw .requested(conflicts.told(reader.faults))
    }
  }

  /// The plan for the output of an item whose classes are mapped: the first that has any.
  public init(of item: Item, override requested: PostProcessingOverride) throws(PostProcessingError) {
    let outputs = (item.properties["mlm:output"]?.array ?? []).map { ModelOutput($0) }
    let position = outputs.firstIndex { $0?.classes.isEmpty == false } ?? 0
    try self.init(
      output: position < outputs.count ? outputs[position] : nil, override: requested,
      at: JSONPointer(stringLiteral: "/properties/mlm:output").appending(position))
  }

  /// What was declared, requested and done, for the item of a result.
  public var record: JSONObject {
    [
      "format": .string(PostProcessing.format), "declared": declared.map { .object($0) } ?? .null,
      "requested": requested.document.map { .object($0) } ?? .null, "effective": .object(effective.document),
    ]
  }
}

extension PostProcessing {
  /// What is wrong with a document that a model declares.
  static func faults(in expression: JSONValue, classes: [ModelClass], at pointer: JSONPointer) -> [Fault] {
    guard let object = expression.object else {
      return [
        Fault(
          pointer, "an object was expected, here is \(expression.kind)", rule: ModelRule.postProcessing.rawValue,
          remedy: "write an object with version \(version) and the steps of docs/post-processing.md")
      ]
    }
    var reader = PostProcessingReader(PlacedMember.list(object, at: pointer), classes: classes)
    if object["version"]?.isNull ?? true {
      reader.fault(pointer.appending("version"), "the version of the format is missing", mend: "write \(version)")
    }
    _ = reader.read()
    return reader.faults
  }
}
