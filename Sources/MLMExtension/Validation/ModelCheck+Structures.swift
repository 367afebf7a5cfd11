import StacModel

// Inputs and outputs: dimensions, scaling, functions.

extension ModelCheck {
  mutating func checkInput(_ object: JSONObject, at pointer: JSONPointer) {
    checkStructure(object["input"]?.object, at: pointer.appending("input"))
    let bands = object["bands"]?.array?.count ?? 0
    let variables = object["variables"]?.array?.count ?? 0
    checkCount(bands, of: "bands", in: object["input"], at: pointer)
    checkCount(variables, of: "variables", in: object["input"], at: pointer)
    checkScaling(object["value_scaling"], at: pointer.appending("value_scaling"), count: max(bands, variables))
    checkOldNormalisation(object, at: pointer, count: bands)
    checkFunction("pre_processing_function", in: object, at: pointer)
  }

  mutating func checkOutput(_ object: JSONObject, at pointer: JSONPointer) {
    checkStructure(object["result"]?.object, at: pointer.appending("result"))
    for name in ["bands", "variables"] {
      checkCount(object[name]?.array?.count ?? 0, of: name, in: object["result"], at: pointer)
    }
    checkPostProcessing(object, at: pointer)
    checkTasks(object, at: pointer)
    checkClasses(object, at: pointer)
  }

  private mutating func checkStructure(_ structure: JSONObject?, at pointer: JSONPointer) {
    guard let shape = structure?["shape"]?.array, let names = structure?["dim_order"]?.array else { return }
    if !names.isEmpty, !shape.isEmpty, names.count != shape.count {
      warn(
        .dimensionCount, pointer.appending("dim_order"),
        "dim_order names \(names.count) dimensions, shape has \(shape.count)", mend: "write as many of both")
    }
    for (index, size) in shape.enumerated() {
      guard let told = Self.wrongSize(size) else { continue }
      warn(
        .dimensionSize, pointer.appending("shape").appending(index), told,
        mend: "write its size, or -1 where any size is taken")
    }
  }

  /// What is wrong with the size of a dimension; nil where a schema tells it.
  private static func wrongSize(_ json: JSONValue) -> String? {
    guard case .number(let number) = json, number.double == number.double.rounded() else { return nil }
    if number.double == 0 { return "a dimension of size 0 holds nothing" }
    return number.double > 2_147_483_647
      ? "a dimension of size \(number.text.prefix(64)) is larger than any memory" : nil
  }

  private mutating func checkCount(
    _ count: Int, of name: String, in structure: JSONValue?, at pointer: JSONPointer
  ) {
    guard count > 0, let size = InputStructure(structure)?.size(of: name), size != -1, size != count else { return }
    warn(
      .bandCount, pointer.appending(name), "\(count) \(name) are named, shape says \(size)",
      mend: "write the same number in both")
  }

  mutating func checkFunction(_ name: String, in object: JSONObject, at pointer: JSONPointer) {
    guard let json = object[name] else { return }
    let place = pointer.appending(name)
    if let list = json.array {
      for (index, element) in list.enumerated() {
        guard let expression = ProcessingExpression(element) else { continue }
        checkReadable(expression, at: place.appending(index), rule: .functionReadable)
      }
    } else if let expression = ProcessingExpression(json) {
      checkReadable(expression, at: place, rule: .functionReadable)
    }
  }

  mutating func checkReadable(_ expression: ProcessingExpression, at pointer: JSONPointer, rule: ModelRule) {
    do {
      _ = try BandExpression(expression)
    } catch {
      warn(
        rule, pointer, "the expression cannot be evaluated here (\(error.description))",
        mend: "write it as arithmetic in the format gdal-calc or rio-calc, or do it before or after the run")
    }
  }

  private mutating func checkTasks(_ object: JSONObject, at pointer: JSONPointer) {
    guard let listed = properties["mlm:tasks"]?.array.map(Set.init) else { return }
    for (index, task) in (object["tasks"]?.array ?? []).enumerated() where !listed.contains(task) {
      warn(
        .taskListed, pointer.appending("tasks").appending(index),
        "the output has the task '\((task.string ?? "").prefix(64))', which mlm:tasks does not list",
        mend: "list it in mlm:tasks too")
    }
  }
}
