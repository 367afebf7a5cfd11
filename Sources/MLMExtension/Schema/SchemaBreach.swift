import StacModel

/// One demand of a schema that a value does not meet: where, and which.
struct SchemaBreach: Hashable {
  /// What was demanded.
  enum Demand: Hashable {
    case kind([String])
    case value([JSONValue])
    case form
    case nonEmpty
    case count(minimum: Int, maximum: Int)
    case range(minimum: Double, maximum: Double)
    case unique
    case containing(JSONValue?)
    case presence
    case absence
    case unknownMember
    case oneForm
    /// A definition that is best told as a whole, by its name.
    case definition(String)
  }

  let pointer: JSONPointer
  let demand: Demand
  /// What stands at the place, nil where the demand is that something be there.
  let value: JSONValue?

  /// Whether it only repeats another one: of dimensions that are not there, or of another kind, nothing more is to be told.
  func follows(from others: [SchemaBreach]) -> Bool {
    guard case .definition(let name) = demand else { return false }
    // Without properties the published condition holds of every model, whatever it names.
    if ["AnyBandsRef", "AnyVariablesRef"].contains(name) {
      let properties = pointer.appending("properties")
      return others.contains { $0.demand == .presence && $0.pointer == properties }
    }
    guard name.hasSuffix("DimensionRef") else { return false }
    let structure = pointer.appending(name.contains("Input") ? "input" : "result")
    let places = [structure, structure.appending("dim_order")]
    return others.contains { other in
      switch other.demand {
      case .kind, .presence: places.contains(other.pointer)
      default: false
      }
    }
  }

  /// Whether a later minor version may lift the demand: new names, new values, new forms.
  var mayBeLifted: Bool {
    switch demand {
    case .value, .form, .absence, .unknownMember, .oneForm: true
    default: false
    }
  }
}
