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
    for (index, size) in shape.enumerated() where size.integer == 0 {
      warn(
        .dimensionSize, pointer.appending("shape").appending(index), "a dimension of size 0 holds nothing",
        mend: "write its size, or -1 where any size is taken")
    }
  }

  private mutating func checkCount(
    _ count: Int, of name: String, in structure: JSONValue?, at pointer: JSONPointer
  ) {
    guard count > 0, let size = InputStructure(structure)?.size(of: name), size != -1, size != count else { return }
    warn(
      .bandCount, pointer.appending(name), "\(count) \(name) are named, shape says \(size)",
      mend: "write the same number in both")
  }

  private mutating func checkScaling(_ json: JSONValue?, at pointer: JSONPointer, count: Int) {
    guard let list = json?.array else { return }
    if count > 0, list.count > 1, list.count != count {
      warn(
        .scalingCount, pointer, "value_scaling has \(list.count) entries for \(count) bands",
        mend: "give one for all, or one for each")
    }
    for (index, element) in list.enumerated() { checkScaling(ValueScaling(element), at: pointer.appending(index)) }
  }

  private mutating func checkScaling(_ scaling: ValueScaling, at pointer: JSONPointer) {
    switch scaling {
    case .minMax(let minimum, let maximum) where minimum >= maximum,
      .clip(let minimum, let maximum) where minimum >= maximum:
      warn(
        .scalingRange, pointer.appending("maximum"), "minimum \(minimum) is not below maximum \(maximum)",
        mend: "write the smaller number in minimum, the larger in maximum")
    case .zScore(_, let deviation) where deviation <= 0:
      warn(
        .scalingRange, pointer.appending("stddev"), "a standard deviation of \(deviation) cannot be divided by",
        mend: "write the deviation of the training data, more than 0")
    case .scale(0):
      warn(.scalingRange, pointer.appending("value"), "a scale of 0 cannot be divided by", mend: "write another number")
    case .processing(let expression):
      checkReadable(expression, at: pointer.appending("expression"), rule: .scalingReadable)
    default: return
    }
  }

  /// Until 1.3 the values were normalised by `norm_type` and `statistics`, which nothing here applies.
  private mutating func checkOldNormalisation(_ object: JSONObject, at pointer: JSONPointer, count: Int) {
    guard object["value_scaling"]?.array == nil else { return }
    for name in ["norm_type", "norm_clip"] {
      guard let value = object[name], !value.isNull else { continue }
      warn(
        .oldNormalisation, pointer.appending(name), "\(name) is the normalisation of versions before 1.4",
        mend:
          "declare version 1.5.2 and write value_scaling, such as {\"type\": \"z-score\", \"mean\": 1, \"stddev\": 1}")
    }
    if object["norm_type"]?.string != nil, let size = object["statistics"]?.array?.count, size > 1, count > 0,
      size != count
    {
      warn(
        .scalingCount, pointer.appending("statistics"), "statistics has \(size) entries for \(count) bands",
        mend: "give one for all, or one for each")
    }
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

  private mutating func checkReadable(_ expression: ProcessingExpression, at pointer: JSONPointer, rule: ModelRule) {
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
