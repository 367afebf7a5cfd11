import StacModel

/// Collects what a schema allows in a model's item and a reader trips over.
///
/// It reads what is there and passes over what has another kind than it should: that is for the schema to tell.
struct ModelCheck {
  let item: Item
  let version: MLMVersion
  let properties: JSONObject
  let assets: [Asset]
  private(set) var findings: [ModelFinding] = []
  /// How often each rule was told.
  private var counts: [ModelRule: Int] = [:]
  /// The most that is told of one rule.
  private static let mostOfRule = 20

  init(_ item: Item, version: MLMVersion) {
    self.item = item
    self.version = version
    properties = item.properties
    assets = item.assets
  }

  mutating func warn(_ rule: ModelRule, _ pointer: JSONPointer, _ message: String, mend remedy: String) {
    counts[rule, default: 0] += 1
    guard counts[rule, default: 0] <= Self.mostOfRule else { return }
    findings.append(ModelFinding(.warning, rule, pointer, message, mend: remedy))
  }

  mutating func run() {
    checkProperties()
    let inputs = parts("mlm:input", .inputPresent)
    for (input, pointer) in inputs { checkInput(input, at: pointer) }
    let outputs = parts("mlm:output", .outputPresent)
    for (output, pointer) in outputs { checkOutput(output, at: pointer) }
    checkNames(of: inputs + outputs)
    checkBands(of: inputs)
    checkAssets()
    checkLinks()
    checkExtensions()
  }

  /// The objects of `mlm:input` or `mlm:output` with their places.
  private mutating func parts(_ name: String, _ rule: ModelRule) -> [(JSONObject, JSONPointer)] {
    let place = JSONPointer("/properties").appending(name)
    guard let list = properties[name]?.array else { return [] }
    if list.isEmpty {
      warn(rule, place, "\(name) is empty", mend: "describe one at least, else nothing can be fed or made")
    }
    return list.enumerated().compactMap { index, json in json.object.map { ($0, place.appending(index)) } }
  }

  private mutating func checkNames(of parts: [(JSONObject, JSONPointer)]) {
    var seen: Set<String> = []
    for (part, pointer) in parts {
      guard let name = part["name"]?.string else { continue }
      // An input and an output may well have the same name.
      let isNew = seen.insert("\(pointer.parts.dropLast().last ?? "")/\(name)").inserted
      if !isNew {
        warn(
          .nameUnique, pointer.appending("name"), "the name '\(name.prefix(64))' stands twice",
          mend: "give each a name of its own")
      }
    }
  }
}
