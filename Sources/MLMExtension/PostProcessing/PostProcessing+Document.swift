public import StacModel

extension PostProcessing {
  /// The document that says the same, with every member written out; classes stand there by value.
  public var document: JSONObject {
    [
      "version": JSONValue(Self.version), "threshold": JSONValue(threshold),
      "class_thresholds": .array(
        classThresholds.sorted { $0.key < $1.key }.map { value, least in
          ["classes": [JSONValue(value)], "probability": JSONValue(least)]
        }),
      "unknown_class": unknownClass.map { .object($0.legend) } ?? .null, "sieve": JSONValue(sievePixels),
      "fill_holes": JSONValue(fillHolesArea), "dissolve": .array(dissolve.map(\.document)),
      "minimum_area": JSONValue(minimumArea), "simplify": JSONValue(simplification),
      "orthogonalise": orthogonalisation.map(\.document) ?? .null, "smooth": smoothing.map(\.document) ?? .null,
    ]
  }
}

extension ModelClass {
  init(value: Int, name: String?, color: String?) {
    self.value = value
    self.name = name
    self.color = color
    (title, description, isNoData) = (nil, nil, false)
  }

  /// Value, name and colour, as a post-processing document has them.
  fileprivate var legend: JSONObject {
    var members: JSONObject = ["value": JSONValue(value), "name": .string(label)]
    if let color { members["color_hint"] = .string(color) }
    return members
  }

  /// The class as the classification extension 1.1.0 describes one.
  public var document: JSONObject {
    var members = legend
    members["description"] = .string(description ?? label)
    return members
  }
}

extension DissolvedClasses {
  fileprivate var document: JSONValue {
    var members: JSONObject = ["classes": .array(values.map { JSONValue($0) })]
    for member in target.legend.members { members[member.name] = member.value }
    members["multipolygon"] = .bool(isMultiPolygon)
    return .object(members)
  }
}

extension Orthogonalisation {
  fileprivate var document: JSONValue {
    [
      "classes": .array(values.sorted().map { JSONValue($0) }), "tolerance": JSONValue(tolerance),
      "maximum_angle": JSONValue(maximumAngle),
    ]
  }
}

extension Smoothing {
  fileprivate var document: JSONValue {
    ["iterations": JSONValue(iterations), "distance": maximumDistance.map { JSONValue($0) } ?? .null]
  }
}
