import StacModel

// What is done to the values of an input before the model sees them.

extension ModelCheck {
  /// The largest number of single precision, in which models take their values.
  private static let largest = Double(Float.greatestFiniteMagnitude)
  /// What is smaller cannot be divided by: whole steps of the values would leave single precision.
  private static let smallestDivisor = Double(Float.leastNormalMagnitude)

  private static let types: Set = [
    "min-max", "z-score", "clip", "clip-min", "clip-max", "offset", "scale", "processing",
  ]

  mutating func checkScaling(_ json: JSONValue?, at pointer: JSONPointer, count: Int) {
    guard let json, !json.isNull else { return }
    guard let list = json.array else {
      return warn(
        .scalingReadable, pointer, "value_scaling is \(json.kind), so nothing of it is done",
        mend: "write an array of one object for all bands or one for each")
    }
    if count > 0, list.count > 1, list.count != count {
      warn(
        .scalingCount, pointer, "value_scaling has \(list.count) entries for \(count) bands",
        mend: "give one for all, or one for each")
    }
    for (index, element) in list.enumerated() { checkScaling(ValueScaling(element), at: pointer.appending(index)) }
  }

  private mutating func checkScaling(_ scaling: ValueScaling, at pointer: JSONPointer) {
    switch scaling {
    case .minMax(let minimum, let maximum):
      checkEnds(minimum, maximum, at: pointer)
      checkDivisor(maximum - minimum, from: minimum, "maximum", "the range of \(maximum - minimum)", at: pointer)
    case .clip(let minimum, let maximum):
      checkEnds(minimum, maximum, at: pointer)
      checkLimit(minimum, "minimum", at: pointer, leavesNone: minimum > Self.largest)
      checkLimit(maximum, "maximum", at: pointer, leavesNone: maximum < -Self.largest)
    case .clipMinimum(let limit): checkLimit(limit, "minimum", at: pointer, leavesNone: limit > Self.largest)
    case .clipMaximum(let limit): checkLimit(limit, "maximum", at: pointer, leavesNone: limit < -Self.largest)
    case .zScore(let mean, let deviation):
      checkDivisor(
        deviation, from: mean, "stddev", "a standard deviation of \(deviation)", at: pointer, isPositive: true)
    case .offset(let value): checkDivisor(1, from: value, "value", "", at: pointer)
    case .scale(let value): checkDivisor(value, from: 0, "value", "a scale of \(value)", at: pointer)
    case .processing(let expression):
      checkReadable(expression, at: pointer.appending("expression"), rule: .scalingReadable)
    case .unknown(let type):
      warn(
        .scalingReadable, pointer,
        type.isEmpty
          ? "the scaling names no type"
          : "the scaling '\(type.prefix(64))' \(Self.types.contains(type) ? "lacks its numbers" : "is not understood")",
        mend:
          "min-max and clip take the numbers minimum and maximum, z-score mean and stddev, clip-min minimum, clip-max "
          + "maximum, offset and scale value, processing format and expression")
    }
  }

  private mutating func checkEnds(_ minimum: Double, _ maximum: Double, at pointer: JSONPointer) {
    guard minimum >= maximum else { return }
    warn(
      .scalingRange, pointer.appending("maximum"), "minimum \(minimum) is not below maximum \(maximum)",
      mend: "write the smaller number in minimum, the larger in maximum")
  }

  private mutating func checkLimit(_ limit: Double, _ name: String, at pointer: JSONPointer, leavesNone: Bool) {
    guard leavesNone else { return }
    warn(
      .scalingRange, pointer.appending(name), "a \(name) of \(limit) leaves no value that single precision holds",
      mend: "write a number in the range of the values")
  }

  /// Of `(x - origin) / divisor`.
  private mutating func checkDivisor(
    _ divisor: Double, from origin: Double, _ name: String, _ what: String, at pointer: JSONPointer,
    isPositive: Bool = false
  ) {
    if abs(origin) > Self.largest {
      let member = ["maximum": "minimum", "stddev": "mean"][name] ?? name
      return warn(
        .scalingRange, pointer.appending(member),
        "a \(member) of \(origin) is beyond single precision: no value is left",
        mend: "write a number in the range of the values")
    }
    // Of two ends the wrong order has been told.
    if name == "maximum", divisor <= 0 { return }
    guard abs(divisor) < Self.smallestDivisor || abs(divisor) > Self.largest || isPositive && divisor < 0 else {
      return
    }
    warn(
      .scalingRange, pointer.appending(name), "\(what) cannot be divided by",
      mend: name == "stddev" ? "write the deviation of the training data, more than 0" : "write another number")
  }

  /// Until 1.3 the values were normalised by `norm_type` and `statistics`, which nothing here applies.
  mutating func checkOldNormalisation(_ object: JSONObject, at pointer: JSONPointer, count: Int) {
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
}
