import StacModel

// The classes of an output: the classification extension's rules, and what a class map needs.

extension ModelCheck {
  mutating func checkClasses(_ object: JSONObject, at pointer: JSONPointer) {
    if object["classification_classes"] != nil {
      warn(
        pointer.appending("classification_classes"),
        "classification_classes is not read: the member is called classification:classes")
    }
    guard let json = object["classification:classes"] else {
      return warnWithoutClasses(object, at: pointer)
    }
    let place = pointer.appending("classification:classes")
    guard let list = json.array else { return fault(place, "classification:classes must be an array") }
    for (index, element) in list.enumerated() { checkClass(element, at: place.appending(index)) }
    checkValues(list.compactMap { ModelClass($0) }, in: object, at: place)
  }

  private mutating func warnWithoutClasses(_ object: JSONObject, at pointer: JSONPointer) {
    let tasks = (object["tasks"]?.array ?? []).compactMap(\.string)
    if tasks.contains(where: { $0.hasSuffix("classification") || $0.hasSuffix("segmentation") }) {
      warn(pointer, "name the classes in classification:classes, in the order of the model's outputs")
    }
  }

  private mutating func checkClass(_ json: JSONValue, at pointer: JSONPointer) {
    guard let object = json.object else { return fault(pointer, "a class is an object, here it is \(json.kind)") }
    if object["value"]?.integer == nil {
      fault(pointer.appending("value"), "a class needs a value: the integer that stands for it in a map")
    }
    if object["description"]?.string == nil, object["name"]?.string == nil {
      rule(pointer, "a class needs a name or a description")
    } else if object["description"]?.string == nil {
      rule(pointer.appending("description"), "a class needs a description (classification extension 1.1.0)")
    }
    if let color = object["color_hint"] {
      let text = color.string ?? ""
      if text.utf8.count != 6 || !text.allSatisfy({ $0.isASCII && $0.isHexDigit }) {
        rule(pointer.appending("color_hint"), "color_hint is six hexadecimal digits RRGGBB without '#'")
      }
    }
  }

  private mutating func checkValues(_ classes: [ModelClass], in object: JSONObject, at pointer: JSONPointer) {
    if Set(classes.map(\.value)).count != classes.count {
      warn(pointer, "two classes have the same value: give each its own")
    }
    guard let result = ResultStructure(object["result"]) else { return }
    if let size = result.size(of: "class"), size > 1, !classes.isEmpty, size != classes.count {
      warn(pointer, "\(classes.count) classes are named, the result's shape says \(size): name one for each output")
    }
    if let range = Self.range(of: result.dataType), let outside = classes.first(where: { !range.contains($0.value) }) {
      warn(pointer, "the value \(outside.value) does not fit the output type \(result.dataType)")
    }
  }

  private static func range(of dataType: String) -> ClosedRange<Int>? {
    switch dataType {
    case "uint8": 0...255
    case "int8": -128...127
    case "uint16": 0...65_535
    case "int16": -32_768...32_767
    case "uint32": 0...4_294_967_295
    case "int32": -2_147_483_648...2_147_483_647
    default: nil
    }
  }
}
