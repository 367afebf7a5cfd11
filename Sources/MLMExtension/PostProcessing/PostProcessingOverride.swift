public import StacModel

/// What a request says of the post-processing, instead of or beside what the model declares.
public struct PostProcessingOverride: Sendable, Hashable {
  /// The members that count instead of the model's; null switches a step off.
  public private(set) var members: [PlacedMember]
  /// Whether what the model declares counts where the request says nothing.
  public private(set) var inheritsDeclared: Bool

  /// Nothing is said: what the model declares counts.
  public init() {
    members = []
    inheritsDeclared = true
  }

  /// What an object says, for example `{"sieve": 8, "smooth": null, "inherit": false}`.
  public init(_ object: JSONObject, at pointer: JSONPointer = .root) {
    members = PlacedMember.list(object, at: pointer).filter { $0.name != Self.inherit }
    inheritsDeclared = object[Self.inherit]?.bool ?? true
  }

  static let inherit = "inherit"

  /// Reads the inputs of an execution: `post_processing`, and `sieve`, `min_area` and `simplify`, which say members of
  /// it in short.
  ///
  /// - Throws: what is wrong whatever the model; names of classes are held to the model by ``PostProcessingPlan``.
  public init(inputs: JSONObject, at place: JSONPointer) throws(DocumentRefusal) {
    var faults: [Fault] = []
    self.init()
    let pointer = place.appending("post_processing")
    if let value = inputs["post_processing"], !value.isNull {
      if let object = value.object {
        self.init(object, at: pointer)
        if let inherit = object[Self.inherit], inherit.bool == nil {
          faults.append(Fault(pointer.appending(Self.inherit), "true or false was expected"))
        }
      } else {
        faults.append(Fault(pointer, "an object was expected, here is \(value.kind)"))
      }
    }
    for (input, member) in Self.inputs {
      guard let value = inputs[input], !value.isNull else { continue }
      if members.contains(where: { $0.name == member.rawValue }) {
        faults.append(Fault(place.appending(input), "post_processing says \(member.rawValue) too: write it once"))
      }
      members.append(PlacedMember(name: member.rawValue, value: value, pointer: place.appending(input)))
    }
    var reader = PostProcessingReader(members, classes: nil)
    _ = reader.read()
    faults += reader.faults
    guard faults.isEmpty else { throw DocumentRefusal(faults) }
  }

  private static let inputs: [(String, PostProcessingMember)] = [
    ("sieve", .sieve), ("min_area", .minimumArea), ("simplify", .simplify),
  ]

  /// What the request says, as one object; nil where it says nothing.
  public var document: JSONObject? {
    var document = JSONObject()
    for member in members { document[member.name] = member.value }
    if !inheritsDeclared { document[Self.inherit] = false }
    return document.isEmpty ? nil : document
  }
}
