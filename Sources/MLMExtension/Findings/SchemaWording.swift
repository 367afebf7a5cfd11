import StacModel

/// Says in a sentence what a schema does not accept, and how to mend it.
struct SchemaWording {
  let breach: SchemaBreach

  /// The definitions that are told as one, since what they ask for lies in several places.
  static let whole: Set<String> = [
    "AnyBandsRef", "AnyVariablesRef", "AssetModelRoleMinimumOneDefinition", "ModelInputBandsDimensionRef",
    "ModelOutputBandsDimensionRef", "ModelInputVariablesDimensionRef", "ModelOutputVariablesDimensionRef",
  ]

  /// Where to mend: for a definition that is told as one, the place that is most likely wrong.
  var pointer: JSONPointer {
    guard case .definition(let name) = breach.demand else { return breach.pointer }
    switch name {
    case "AnyBandsRef": return "/properties/bands"
    case "AnyVariablesRef": return "/properties/cube:variables"
    case "AssetModelRoleMinimumOneDefinition": return "/assets"
    default: return breach.pointer.appending(name.contains("Variables") ? "variables" : "bands")
    }
  }

  var message: String {
    let name = subject
    switch breach.demand {
    case .kind(let kinds):
      return "\(name) must be \(kinds.joined(separator: " or ")), here it is \(Self.told(breach.value, kinds))"
    case .value(let values) where values.count == 1: return "\(name) must be \(Self.short(values[0]))"
    case .value: return "\(Self.short(breach.value ?? .null)) is no value of \(name)"
    case .form: return "\(name) does not have the form that is asked for"
    case .nonEmpty: return "\(name) must not be empty"
    case .count(let minimum, let maximum): return "\(name) must have \(Self.amount(minimum, maximum))"
    case .range(let minimum, let maximum): return "\(name) must be \(Self.limits(minimum, maximum))"
    case .unique: return "\(name) holds the same element twice"
    case .containing(let value): return "\(name) must hold \(value.map(Self.short) ?? "an element of another form")"
    case .presence: return "\(name) is missing"
    case .absence: return "\(name) may not stand here"
    case .unknownMember where isHyperparameter: return "'\(name)' is no name of a hyperparameter"
    case .unknownMember: return "'\(name)' is no member that is known here"
    case .oneForm: return "\(name) has none of the forms it may have"
    case .definition(let name): return Self.definitions[name]?.message ?? Self.dimensionMessage(name, breach.value)
    }
  }

  var remedy: String {
    if case .definition(let name) = breach.demand {
      return Self.definitions[name]?.remedy ?? Self.dimensionRemedy(name)
    }
    if case .absence = breach.demand, let place = Self.places[breach.pointer.name] { return place }
    if case .kind = breach.demand, isSummary { return Self.summaryRemedy(breach.value) }
    if case .unknownMember = breach.demand, !isHyperparameter {
      return KnownMembers.nearest(to: breach.pointer.name).map { "write \($0)" }
        ?? "remove it, or use the prefix of another extension"
    }
    // Which tasks there are depends on the version.
    if case .value(let values) = breach.demand, parts.dropLast().last?.hasSuffix("tasks") == true {
      return "write one of \(Self.list(values))"
    }
    // Until 1.1 bands were names and nothing else.
    if case .kind(["a string"]) = breach.demand, parts.dropLast().last == "bands", parts.contains("mlm:input") {
      return "write its name: objects are bands in later versions of the extension"
    }
    if let advice = FieldAdvice.of(breach.pointer) { return advice }
    switch breach.demand {
    case .kind(let kinds): return "write \(kinds.joined(separator: " or "))"
    case .value(let values): return "write \(values.count == 1 ? "" : "one of ")\(Self.list(values))"
    case .presence: return "add it"
    case .absence: return "remove it"
    case .unique: return "keep one of them"
    case .containing(let value): return "add \(value.map(Self.short) ?? "one")"
    case .nonEmpty: return "write a text, or leave the member out where it is optional"
    case .oneForm, .form, .unknownMember, .definition: return "write it as the extension's README shows"
    case .count: return "write as many, or leave the member out where it is optional"
    case .range: return "write such a number, or leave the member out where it is optional"
    }
  }

  private var parts: [String] { breach.pointer.parts }

  /// Whether it is a member of a collection's summaries: MLM's schema takes objects only there, no lists of values.
  private var isSummary: Bool { parts.count == 2 && parts[0] == "summaries" }

  private static func summaryRemedy(_ value: JSONValue?) -> String {
    let values = value?.array ?? value.map { [$0] } ?? []
    let schema = JSONValue.object(["enum": .array(values)])
    // Values that would be cut off say no more than the form.
    let text = JSONSerializer.text(schema)
    let shown = values.isEmpty || text.utf8.count > 200 ? "{\"type\": \"string\"}" : text
    return "the MLM extension takes objects in summaries only: write a JSON Schema such as \(shown), or of numbers "
      + "their range as minimum and maximum"
  }

  private var isHyperparameter: Bool { parts.dropLast().last == "mlm:hyperparameters" }

  /// What the sentence speaks of: the member, with its index where it is an element.
  private var subject: String {
    guard let last = parts.last else { return "the item" }
    guard Int(last) != nil, let list = parts.dropLast().last else { return String(last.prefix(64)) }
    return "the element \(last) of \(list.prefix(64))"
  }

  /// What stands there, by its kind; of a number that is not whole the number.
  private static func told(_ value: JSONValue?, _ kinds: [String]) -> String {
    guard case .number? = value, kinds.contains(JSONKind.integer.words) else { return value?.kind ?? "absent" }
    return value.map(short) ?? "absent"
  }

  private static func short(_ value: JSONValue) -> String { String(JSONSerializer.text(value).prefix(64)) }

  private static func list(_ values: [JSONValue]) -> String {
    values.map { $0.string ?? short($0) }.joined(separator: ", ")
  }

  private static func amount(_ minimum: Int, _ maximum: Int) -> String {
    if minimum == maximum { return "\(minimum) elements" }
    if maximum == .max { return minimum == 1 ? "one element at least" : "\(minimum) elements at least" }
    return "\(minimum) to \(maximum) elements"
  }

  private static func limits(_ minimum: Double, _ maximum: Double) -> String {
    func text(_ value: Double) -> String { JSONNumber(value)?.text ?? "\(value)" }
    if maximum == .infinity { return "\(text(minimum)) or more" }
    if minimum == -.infinity { return "\(text(maximum)) or less" }
    return "between \(text(minimum)) and \(text(maximum))"
  }

  /// Where members belong that stand in the wrong place.
  private static let places = [
    "mlm:artifact_type": "it goes with the model file: put it on the asset with the role \"mlm:model\", on no other",
    "mlm:compile_method": "it goes with the model file: put it on the asset with the role \"mlm:model\"",
    "mlm:entrypoint": "it goes with source code: put it on an asset with the role \"code\"",
    "mlm:name": "move it to the item's properties", "mlm:input": "move it to the item's properties",
    "mlm:output": "move it to the item's properties", "mlm:hyperparameters": "move it to the item's properties",
  ]

  private static let definitions: [String: (message: String, remedy: String)] = [
    "AnyBandsRef": (
      "the model names bands that nothing describes",
      "in STAC 1.1 list them in properties.bands and on the model asset; in STAC 1.0 in eo:bands or raster:bands of the "
        + "model asset, with that extension declared in version 1"
    ),
    "AnyVariablesRef": (
      "the model names variables that nothing describes",
      "describe them in cube:variables of the properties or the model asset, and declare the datacube extension (v2)"
    ),
    "AssetModelRoleMinimumOneDefinition": (
      "no asset is the model file", "give one asset at least the role \"mlm:model\""
    ),
  ]

  private static func dimensionMessage(_ definition: String, _ value: JSONValue?) -> String {
    let name = definition.contains("Variables") ? "variables" : "bands"
    return value?.object?[name]?.array?.isEmpty == false
      ? "where \(name) are named, dim_order must hold the dimension \"\(name)\""
      : "dim_order holds the dimension \"\(name)\" and no \(name) are named"
  }

  private static func dimensionRemedy(_ definition: String) -> String {
    let name = definition.contains("Variables") ? "variables" : "bands"
    return
      "name the \(name) in the order the model takes them, and their dimension \"\(name)\" in dim_order, or neither"
  }
}
