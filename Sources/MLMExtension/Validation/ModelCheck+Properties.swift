import StacModel

// The members of `properties` that are no input or output.

extension ModelCheck {
  private static let known: Set<String> = [
    "mlm:name", "mlm:architecture", "mlm:tasks", "mlm:framework", "mlm:framework_version", "mlm:memory_size",
    "mlm:total_parameters", "mlm:pretrained", "mlm:pretrained_source", "mlm:batch_size_suggestion", "mlm:accelerator",
    "mlm:accelerator_constrained", "mlm:accelerator_summary", "mlm:accelerator_count", "mlm:input", "mlm:output",
    "mlm:hyperparameters",
  ]
  private static let ofAssets: Set<String> = ["mlm:artifact_type", "mlm:compile_method", "mlm:entrypoint"]

  mutating func checkProperties() {
    let properties = item.properties
    let pointer: JSONPointer = "/properties"
    checkName(properties["mlm:name"])
    if properties["mlm:architecture"]?.string == nil {
      fault("/properties/mlm:architecture", "mlm:architecture must be a string, such as \"Gradient boosted trees\"")
    }
    checkTasks(properties["mlm:tasks"], at: "/properties/mlm:tasks")
    checkFramework(properties)
    checkNumbers(properties)
    checkAccelerator(properties)
    checkHyperparameters(properties["mlm:hyperparameters"])
    for name in properties.names where name.hasPrefix("mlm:") && !Self.known.contains(name) {
      if Self.ofAssets.contains(name) {
        rule(pointer.appending(name), "\(name) belongs on an asset, not in the properties: move it there")
      } else {
        rule(pointer.appending(name), "\(name) is no member of the MLM extension: remove it or use another prefix")
      }
    }
  }

  private mutating func checkName(_ json: JSONValue?) {
    let pointer: JSONPointer = "/properties/mlm:name"
    guard let name = json?.string else { return fault(pointer, "mlm:name must be a string: the model's name") }
    let scalars = Array(name.unicodeScalars)
    let letters = scalars.map { $0.isASCII && $0.properties.isAlphabetic }
    let digits = scalars.map { ("0"..."9").contains($0) }
    let inner = scalars.indices.allSatisfy {
      letters[$0] || digits[$0] || "_.-".unicodeScalars.contains(scalars[$0]) || scalars[$0].properties.isWhitespace
    }
    let isGood =
      scalars.count >= 3 && letters[0] && inner && (letters[scalars.count - 1] || digits[scalars.count - 1])
    if !isGood {
      rule(
        pointer,
        "mlm:name must begin with a letter, end with a letter or digit, have three characters at least, and hold only "
          + "letters, digits, spaces, '_', '.' and '-'")
    }
  }

  private mutating func checkFramework(_ properties: JSONObject) {
    let place: JSONPointer = "/properties"
    if let json = properties["mlm:framework"] {
      let text = json.string ?? ""
      let isGood =
        [text.first, text.last].allSatisfy { end in end.map { !" \t\n._-".contains($0) } ?? false }
      if !isGood {
        rule(
          place.appending("mlm:framework"),
          "mlm:framework must be a name that neither begins nor ends with a space, '.', '_' or '-', such as \"XGBoost\""
        )
      }
    }
    if let json = properties["mlm:framework_version"], !Self.isSemanticVersion(json.string ?? "") {
      rule(
        place.appending("mlm:framework_version"),
        "mlm:framework_version must be a full semantic version of three numbers, such as \"1.7.0\" (not \"1.7\")")
    }
    if let json = properties["mlm:pretrained"], json.bool == nil {
      rule(place.appending("mlm:pretrained"), "mlm:pretrained must be true or false")
    }
    if let json = properties["mlm:pretrained_source"], json.string == nil, !json.isNull {
      rule(place.appending("mlm:pretrained_source"), "mlm:pretrained_source must be a string or null")
    }
  }

  /// Whether a text is `x.y.z` with an optional `-prerelease` and `+build`.
  static func isSemanticVersion(_ text: String) -> Bool {
    let buildSplit = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    let split = buildSplit[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = split[0].split(separator: ".", omittingEmptySubsequences: false)
    let isNumber = { (part: Substring) in
      !part.isEmpty && part.allSatisfy { ("0"..."9").contains($0) } && (part == "0" || part.first != "0")
    }
    let isLabel = { (part: Substring) in
      !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }
    let labels = split.dropFirst() + buildSplit.dropFirst()
    return numbers.count == 3 && numbers.allSatisfy(isNumber)
      && labels.allSatisfy { $0.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isLabel) }
  }

  private mutating func checkNumbers(_ properties: JSONObject) {
    let least = [
      "mlm:memory_size": 0, "mlm:total_parameters": 0, "mlm:batch_size_suggestion": 0, "mlm:accelerator_count": 1,
    ]
    for member in properties.members {
      guard let minimum = least[member.name] else { continue }
      guard let value = member.value.integer, value >= Int64(minimum) else {
        rule(
          JSONPointer("/properties").appending(member.name), "\(member.name) must be an integer of \(minimum) or more")
        continue
      }
    }
  }

  private mutating func checkAccelerator(_ properties: JSONObject) {
    let known = Accelerator.allCases.map(\.rawValue)
    if let json = properties["mlm:accelerator"], !json.isNull, !known.contains(json.string ?? "") {
      rule(
        "/properties/mlm:accelerator",
        "mlm:accelerator is null or one of \(known.joined(separator: ", ")); for a plain processor write null or amd64")
    }
    if let json = properties["mlm:accelerator_constrained"], json.bool == nil {
      rule("/properties/mlm:accelerator_constrained", "mlm:accelerator_constrained must be true or false")
    }
    if let json = properties["mlm:accelerator_summary"], json.string == nil {
      rule("/properties/mlm:accelerator_summary", "mlm:accelerator_summary must be a string")
    }
  }

  private mutating func checkHyperparameters(_ json: JSONValue?) {
    guard let json else { return }
    let pointer: JSONPointer = "/properties/mlm:hyperparameters"
    guard let object = json.object, !object.isEmpty else {
      return rule(pointer, "mlm:hyperparameters must be an object with one member at least, or absent")
    }
    for name in object.names {
      let isGood = !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }
      if !isGood {
        rule(pointer.appending(name), "a hyperparameter's name holds only letters, digits, '_', '.' and '-'")
      }
    }
  }
}
