import StacModel

// The classes of an output: what a class map needs of them.

extension ModelCheck {
  mutating func checkClasses(_ object: JSONObject, at pointer: JSONPointer) {
    let list = object["classification:classes"]?.array ?? []
    if object["classification_classes"] != nil, list.isEmpty {
      return warn(
        .classesMember, pointer.appending("classification_classes"), "classification_classes is not read",
        mend: "write classification:classes")
    }
    let place = pointer.appending("classification:classes")
    if list.isEmpty { return checkNamed(object, at: pointer) }
    checkUnique(list, at: place)
    guard let result = ResultStructure(object["result"]) else { return }
    checkCount(list.count, result, in: object, at: place)
    checkRange(list, result.dataType, at: place)
  }

  private mutating func checkRange(_ list: [JSONValue], _ dataType: String, at place: JSONPointer) {
    let range = Self.range(of: dataType)
    for (index, json) in list.enumerated() {
      guard case .number(let value)? = json.object?["value"] else { continue }
      let whole = JSONValue.number(value).wholeNumber
      if let range, whole.map(range.contains) != true {
        warn(
          .classValueRange, place.appending(index).appending("value"),
          "the value \(value.text.prefix(64)) does not fit the output's data type \(dataType)",
          mend: "write a value from \(range.lowerBound) to \(range.upperBound), or a wider data_type in result")
      } else if whole == nil || isMappedHere && whole.map(Self.mapValues.contains) != true {
        warn(
          .classValueRange, place.appending(index).appending("value"),
          "the value \(value.text.prefix(64)) is \(value.double < 0 ? "less" : "larger") than any that a map holds",
          mend: "write a whole number from \(Self.mapValues.lowerBound) to \(Self.mapValues.upperBound)")
      }
    }
  }

  /// What a map of 16 bits holds beside a value for no data.
  private static let mapValues: ClosedRange<Int64> = 0...65_534

  /// Whether the model's maps are made here, as far as its framework tells; other runtimes may have other maps.
  private var isMappedHere: Bool {
    let name = (properties["mlm:framework"]?.string ?? "").lowercased().filter { $0.isLetter || $0.isNumber }
    return ["", "xgboost", "lightgbm"].contains(name)
  }

  private mutating func checkNamed(_ object: JSONObject, at pointer: JSONPointer) {
    let tasks = (object["tasks"]?.array ?? []).compactMap(\.string)
    guard tasks.contains(where: { $0.hasSuffix("classification") || $0.hasSuffix("segmentation") }) else { return }
    warn(
      .classesNamed, pointer.appending("classification:classes"), "the output tells classes apart and names none",
      mend: "name them in classification:classes, in the order of the model's outputs")
  }

  private mutating func checkUnique(_ list: [JSONValue], at pointer: JSONPointer) {
    var values: Set<Int64> = []
    var names: Set<String> = []
    for (index, json) in list.enumerated() {
      if let value = json.object?["value"]?.wholeNumber, !values.insert(value).inserted {
        warn(
          .classValueUnique, pointer.appending(index).appending("value"), "two classes have the value \(value)",
          mend: "give each its own")
      }
      if let name = json.object?["name"]?.string, !names.insert(name).inserted {
        warn(
          .classNameUnique, pointer.appending(index).appending("name"),
          "two classes have the name '\(name.prefix(64))'", mend: "give each its own")
      }
    }
  }

  /// Dimensions along which a result has one element for each class.
  private static let classDimensions = ["class", "classes", "category", "categories", "label", "labels"]
  /// Dimensions that may be that too, where nothing else is.
  private static let outputDimensions: Set = [
    "channel", "channels", "logit", "logits", "probability", "probabilities", "score", "scores", "output", "outputs",
    "prediction", "predictions", "band", "bands",
  ]

  private mutating func checkCount(
    _ count: Int, _ result: ResultStructure, in object: JSONObject, at pointer: JSONPointer
  ) {
    guard let size = Self.classDimension(of: result, in: object), size > 1, size != count else { return }
    warn(
      .classCount, pointer, "\(count) classes are named, the result's shape says \(size)",
      mend: "name one for each output of the model")
  }

  /// How many elements the result has for its classes, nil where its dimensions do not tell.
  private static func classDimension(of result: ResultStructure, in object: JSONObject) -> Int? {
    if let size = classDimensions.lazy.compactMap(result.size).first { return size }
    // What has named bands is told apart by these.
    let named = object["bands"]?.array?.isEmpty == false
    let others = result.dimensions.filter { outputDimensions.contains($0) && !(named && $0.hasPrefix("band")) }
    let tasks = (object["tasks"]?.array ?? []).compactMap(\.string)
    guard others.count == 1, tasks.contains(where: tellsClassesApart) else { return nil }
    return result.size(of: others[0])
  }

  private static func tellsClassesApart(_ task: String) -> Bool {
    task.hasSuffix("classification") || ["segmentation", "semantic-segmentation"].contains(task)
  }

  private static func range(of dataType: String) -> ClosedRange<Int64>? {
    switch dataType {
    case "uint8": 0...255
    case "int8": -128...127
    case "uint16": 0...65_535
    case "int16": -32_768...32_767
    case "uint32": 0...4_294_967_295
    case "int32": -2_147_483_648...2_147_483_647
    case "uint64": 0...Int64.max
    default: nil
    }
  }
}
