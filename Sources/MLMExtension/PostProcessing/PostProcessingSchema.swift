public import StacModel

extension PostProcessing {
  /// The JSON schema of what a request may say (draft 2020-12), with the values that count by default.
  public func requestSchema() -> JSONValue {
    var members = Self.memberSchemas
    for member in document.members where members[member.name] != nil {
      members[member.name] = members[member.name]?.object.map { schema in
        var schema = schema
        schema["default"] = member.value
        return .object(schema)
      }
    }
    members["inherit"] = [
      "type": "boolean", "default": true,
      "description": "Whether what the model declares counts where the request says nothing",
    ]
    return ["type": ["object", "null"], "additionalProperties": false, "properties": .object(members)]
  }

  private static let memberSchemas: JSONObject = {
    var members: JSONObject = ["version": ["type": "integer", "const": JSONValue(version)]]
    for part in [ofClasses, ofPatches, ofOutlines] {
      for member in part.members { members[member.name] = member.value }
    }
    return members
  }()

  private static let classReferences: JSONValue = [
    "type": "array", "minItems": 1, "items": ["type": ["string", "integer"]],
    "description": "Classes by name or value",
  ]

  private static let ofClasses: JSONObject = [
    "threshold": number(
      "Winners of a lower probability do not count", most: PostProcessingBounds.probability.upperBound),
    "class_thresholds": [
      "type": ["array", "null"], "description": "The same for some classes",
      "items": [
        "type": "object", "required": ["classes", "probability"], "additionalProperties": false,
        "properties": ["classes": classReferences, "probability": probability],
      ],
    ],
    "unknown_class": [
      "type": ["object", "null"], "required": ["value"], "additionalProperties": false,
      "description": "The class of pixels whose winner does not count; null makes them nodata",
      "properties": legend,
    ],
  ]

  private static let classValue: JSONValue = [
    "type": "integer", "minimum": JSONValue(PostProcessingBounds.classValues.lowerBound),
    "maximum": JSONValue(PostProcessingBounds.classValues.upperBound),
  ]

  private static let legend: JSONValue = [
    "value": classValue, "name": ["type": "string"],
    "color_hint": ["type": "string", "pattern": "^[0-9A-Fa-f]{6}$"],
  ]

  private static let probability: JSONValue = [
    "type": "number", "minimum": JSONValue(PostProcessingBounds.probability.lowerBound),
    "maximum": JSONValue(PostProcessingBounds.probability.upperBound),
  ]

  private static let ofPatches: JSONObject = [
    "sieve": [
      "type": ["integer", "null"], "minimum": 0, "maximum": JSONValue(PostProcessingBounds.pixels.upperBound),
      "description": "Patches of fewer pixels join their largest neighbour",
    ],
    "fill_holes": number(
      "Holes smaller than this many square metres take the class around them",
      most: PostProcessingBounds.squareMetres.upperBound),
    "dissolve": [
      "type": ["array", "null"], "description": "Classes whose touching polygons become one",
      "items": [
        "type": "object", "required": ["classes"], "additionalProperties": false,
        "properties": [
          "classes": classReferences, "value": classValue,
          "name": ["type": "string"], "color_hint": ["type": "string", "pattern": "^[0-9A-Fa-f]{6}$"],
          "multipolygon": ["type": "boolean", "default": false],
        ],
      ],
    ],
  ]

  private static let ofOutlines: JSONObject = [
    "minimum_area": number(
      "Polygons of fewer square metres are left out", most: PostProcessingBounds.squareMetres.upperBound),
    "simplify": number(
      "Tolerance of the polygons' outlines in metres", most: PostProcessingBounds.metres.upperBound),
    "orthogonalise": [
      "type": ["object", "null"], "required": ["classes", "tolerance"], "additionalProperties": false,
      "description": "Outlines of classes that are squared up, by tolerance metres at most",
      "properties": [
        "classes": classReferences,
        "tolerance": [
          "type": "number", "exclusiveMinimum": 0, "maximum": JSONValue(PostProcessingBounds.metres.upperBound),
        ],
        "maximum_angle": [
          "type": "number", "exclusiveMinimum": 0, "maximum": JSONValue(PostProcessingBounds.degrees.upperBound),
          "default": JSONValue(PostProcessingBounds.defaultDegrees),
        ],
      ],
    ],
    "smooth": [
      "type": ["object", "null"], "required": ["iterations"], "additionalProperties": false,
      "description": "How often corners are cut, and how many metres from a corner at most",
      "properties": [
        "iterations": [
          "type": "integer", "minimum": JSONValue(PostProcessingBounds.iterations.lowerBound),
          "maximum": JSONValue(PostProcessingBounds.iterations.upperBound),
        ],
        "distance": [
          "type": ["number", "null"], "exclusiveMinimum": 0,
          "maximum": JSONValue(PostProcessingBounds.metres.upperBound),
        ],
      ],
    ],
  ]

  private static func number(_ description: String, most: Double) -> JSONValue {
    ["type": ["number", "null"], "minimum": 0, "maximum": JSONValue(most), "description": .string(description)]
  }
}
