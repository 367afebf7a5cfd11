import StacModel

// Post-processing: the format that is read here, or a function that is not.

extension ModelCheck {
  mutating func checkPostProcessing(_ object: JSONObject, at pointer: JSONPointer) {
    let name = "post_processing_function"
    let place = pointer.appending(name)
    guard let json = object[name] else { return }
    let isList = json.array != nil
    var rest: [JSONValue] = []
    var isFirst = true
    for (index, function) in (json.array ?? [json]).enumerated() {
      guard let expression = ProcessingExpression(function), expression.format == PostProcessing.format else {
        rest.append(function)
        continue
      }
      rest.append(.null)
      let own = isList ? place.appending(index) : place
      if isFirst { checkSteps(expression, of: object, at: own.appending("expression")) } else { repeated(at: own) }
      isFirst = false
    }
    checkFunction(name, in: [name: isList ? .array(rest) : rest.first ?? .null] as JSONObject, at: pointer)
  }

  private mutating func checkSteps(_ function: ProcessingExpression, of output: JSONObject, at pointer: JSONPointer) {
    let classes = (output["classification:classes"]?.array ?? []).compactMap { ModelClass($0) }
    for fault in PostProcessing.faults(in: function.expression, classes: classes, at: pointer) {
      warn(.postProcessing, fault.pointer, fault.message, mend: fault.remedy ?? "see docs/post-processing.md")
    }
  }

  private mutating func repeated(at pointer: JSONPointer) {
    warn(
      .postProcessing, pointer, "a second function of the format \(PostProcessing.format)",
      mend: "write all steps in one: their order is fixed")
  }
}
