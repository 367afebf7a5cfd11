import StacModel

// Inputs, outputs, and what they are made of.

extension ModelCheck {
  private static let dataTypes: Set<String> = [
    "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64", "cint16",
    "cint32", "cfloat32", "cfloat64", "other",
  ]
  private static let resizeTypes: Set<String> = [
    "crop", "pad", "interpolation-nearest", "interpolation-linear", "interpolation-cubic", "interpolation-area",
    "interpolation-lanczos4", "interpolation-max", "wrap-fill-outliers", "wrap-inverse-map",
  ]

  mutating func checkInput(_ json: JSONValue, at pointer: JSONPointer) {
    guard let object = json.object else { return fault(pointer, "an input is an object, here it is \(json.kind)") }
    requireText("name", in: object, at: pointer)
    checkOptionalText("description", in: object, at: pointer)
    let dimensions = checkStructure(object["input"], at: pointer.appending("input"))
    let bands = checkNames("bands", in: object, at: pointer, dimensions: dimensions)
    let variables = checkNames("variables", in: object, at: pointer, dimensions: dimensions)
    checkScaling(object["value_scaling"], at: pointer.appending("value_scaling"), count: max(bands, variables))
    if let resize = object["resize_type"], !resize.isNull, !Self.resizeTypes.contains(resize.string ?? "") {
      rule(
        pointer.appending("resize_type"),
        "resize_type is null or one of \(Self.resizeTypes.sorted().joined(separator: ", "))")
    }
    checkFunction("pre_processing_function", in: object, at: pointer)
    checkBandCount(object, bands: bands, at: pointer)
  }

  mutating func checkOutput(_ json: JSONValue, at pointer: JSONPointer) {
    guard let object = json.object else { return fault(pointer, "an output is an object, here it is \(json.kind)") }
    requireText("name", in: object, at: pointer)
    checkOptionalText("description", in: object, at: pointer)
    checkTasks(object["tasks"], at: pointer.appending("tasks"))
    let dimensions = checkStructure(object["result"], at: pointer.appending("result"))
    _ = checkNames("bands", in: object, at: pointer, dimensions: dimensions)
    _ = checkNames("variables", in: object, at: pointer, dimensions: dimensions)
    checkFunction("post_processing_function", in: object, at: pointer)
    checkClasses(object, at: pointer)
  }

  /// Checks shape, dimension names and data type; returns the names.
  private mutating func checkStructure(_ json: JSONValue?, at pointer: JSONPointer) -> [String] {
    guard let object = json?.object else {
      fault(pointer, "an object of shape, dim_order and data_type was expected")
      return []
    }
    let shape = object["shape"]?.array ?? []
    if shape.isEmpty || shape.contains(where: { ($0.integer ?? -2) < -1 }) {
      fault(pointer.appending("shape"), "shape must be an array of integers, -1 where any size is taken")
    }
    let names = object["dim_order"]?.array ?? []
    let isName = { (name: JSONValue) in
      let text = name.string ?? ""
      return !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isLowercase || $0 == "-" || $0 == "_" }
    }
    let place = pointer.appending("dim_order")
    if names.isEmpty {
      fault(place, "dim_order must be an array of dimension names, such as [\"batch\", \"bands\"]")
    }
    for (index, name) in names.enumerated() where !isName(name) {
      rule(
        place.appending(index),
        "a dimension is named in lower-case letters, such as \"batch\", \"bands\" (not \"B\", \"C\")")
    }
    if Set(names).count != names.count {
      rule(place, "each dimension is named once only")
    }
    if !names.isEmpty, !shape.isEmpty, names.count != shape.count {
      warn(place, "dim_order names \(names.count) dimensions, shape has \(shape.count): write as many of both")
    }
    if !Self.dataTypes.contains(object["data_type"]?.string ?? "") {
      fault(pointer.appending("data_type"), "data_type is a raster data type, such as float32 or uint8")
    }
    return names.compactMap(\.string)
  }

  /// Checks `bands` or `variables` against the dimension of the same name; returns how many there are.
  private mutating func checkNames(
    _ name: String, in object: JSONObject, at pointer: JSONPointer, dimensions: [String]
  ) -> Int {
    let place = pointer.appending(name)
    var count = 0
    if let json = object[name] {
      guard let list = json.array else {
        fault(place, "\(name) must be an array of names or of objects with name, format and expression")
        return 0
      }
      for (index, element) in list.enumerated() { checkBand(element, at: place.appending(index)) }
      count = list.count
    }
    if count > 0, !dimensions.contains(name) {
      rule(place, "where \(name) are named, dim_order must hold the dimension \"\(name)\"")
    } else if count == 0, dimensions.contains(name) {
      rule(place, "dim_order holds the dimension \"\(name)\": name the \(name), in the order the model takes them")
    }
    return count
  }

  private mutating func checkBand(_ json: JSONValue, at pointer: JSONPointer) {
    if let text = json.string {
      if text.isEmpty { fault(pointer, "a band's name must not be empty") }
      return
    }
    guard let object = json.object, !(object["name"]?.string ?? "").isEmpty else {
      return fault(pointer, "a band is a name, or an object with a name")
    }
    for name in object.names where !["name", "format", "expression"].contains(name) {
      rule(pointer.appending(name), "a band has no member \(name): only name, format and expression")
    }
    if (object["format"] == nil) != (object["expression"] == nil) {
      rule(pointer, "format and expression go together: give both or neither")
    }
    checkExpression(object, at: pointer)
  }

  private mutating func checkExpression(_ object: JSONObject, at pointer: JSONPointer) {
    guard let expression = ProcessingExpression(.object(object)),
      BandExpression.formats.contains(expression.format)
    else { return }
    do {
      _ = try BandExpression(expression)
    } catch {
      warn(pointer.appending("expression"), "the expression cannot be evaluated here: \(error.description)")
    }
  }

  private mutating func checkScaling(_ json: JSONValue?, at pointer: JSONPointer, count: Int) {
    guard let json, !json.isNull else { return }
    guard let list = json.array, !list.isEmpty else {
      return rule(pointer, "value_scaling is null, or an array of one object for every band or one for each")
    }
    for (index, element) in list.enumerated() {
      if case .unknown(let type) = ValueScaling(element) {
        rule(
          pointer.appending(index),
          "'\(type.prefix(64))' is no value_scaling with all its numbers: min-max and clip need minimum and maximum, "
            + "z-score mean and stddev, clip-min minimum, clip-max maximum, offset and scale value, processing format "
            + "and expression")
      }
    }
    if count > 0, list.count != 1, list.count != count {
      warn(pointer, "value_scaling has \(list.count) entries for \(count) bands: give one for all, or one for each")
    }
  }

  private mutating func checkFunction(_ name: String, in object: JSONObject, at pointer: JSONPointer) {
    guard let json = object[name], !json.isNull else { return }
    let place = pointer.appending(name)
    let elements = json.array ?? [json]
    if elements.isEmpty { rule(place, "\(name) is null, one expression, or an array of one at least") }
    for element in elements where !element.isNull && ProcessingExpression(element) == nil {
      rule(place, "\(name) must be an object with format and expression")
    }
  }

  private mutating func checkBandCount(_ object: JSONObject, bands: Int, at pointer: JSONPointer) {
    guard bands > 0, let size = InputStructure(object["input"])?.size(of: "bands"), size != -1, size != bands else {
      return
    }
    warn(pointer.appending("bands"), "\(bands) bands are named, shape says \(size): write the same number in both")
  }
}
