import StacModel

/// Collects what is wrong with one model item.
///
/// `fault` is for rules of every version; `rule` for those of v1.5, which are advice elsewhere; `warn` for what the
/// schema allows and a reader would trip over.
struct ModelCheck {
  let item: Item
  let version: MLMVersion
  private(set) var faults: [Fault] = []
  private(set) var warnings: [Fault] = []

  init(_ item: Item, version: MLMVersion) {
    self.item = item
    self.version = version
  }

  mutating func fault(_ pointer: JSONPointer, _ message: String) { faults.append(Fault(pointer, message)) }

  mutating func warn(_ pointer: JSONPointer, _ message: String) { warnings.append(Fault(pointer, message)) }

  mutating func rule(_ pointer: JSONPointer, _ message: String) {
    if version.isStrict { fault(pointer, message) } else { warn(pointer, message) }
  }

  mutating func run() {
    checkProperties()
    checkList("mlm:input") { check, json, pointer in check.checkInput(json, at: pointer) }
    checkList("mlm:output") { check, json, pointer in check.checkOutput(json, at: pointer) }
    checkReferences()
    checkAssets()
    checkLinks()
  }

  private mutating func checkList(
    _ name: String, _ check: (inout ModelCheck, JSONValue, JSONPointer) -> Void
  ) {
    let pointer = JSONPointer("/properties").appending(name)
    guard let json = item.properties[name] else {
      return fault(pointer, "\(name) must be present: an array of objects")
    }
    guard let list = json.array else { return fault(pointer, "\(name) must be an array, here it is \(json.kind)") }
    for (index, element) in list.enumerated() { check(&self, element, pointer.appending(index)) }
  }

  /// A member that must be a non-empty string.
  mutating func requireText(_ name: String, in object: JSONObject, at pointer: JSONPointer) {
    if (object[name]?.string ?? "").isEmpty {
      fault(pointer.appending(name), "\(name) must be a non-empty string")
    }
  }

  /// A member that, where it is present, must be a non-empty string.
  mutating func checkOptionalText(_ name: String, in object: JSONObject, at pointer: JSONPointer) {
    guard let value = object[name] else { return }
    if (value.string ?? "").isEmpty { rule(pointer.appending(name), "\(name) must be a non-empty string, or absent") }
  }

  /// An array of distinct tasks.
  mutating func checkTasks(_ json: JSONValue?, at pointer: JSONPointer) {
    guard let list = json?.array else { return fault(pointer, "an array of task names was expected") }
    let known = ModelTask.allCases.map(\.rawValue)
    for (index, element) in list.enumerated() where !known.contains(element.string ?? "") {
      fault(pointer.appending(index), "a task is one of \(known.joined(separator: ", "))")
    }
    if Set(list).count != list.count { fault(pointer, "each task is named once only") }
  }
}
