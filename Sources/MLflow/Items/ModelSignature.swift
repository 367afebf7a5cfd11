import StacModel

/// The signature of a logged model: its columns or tensors, in and out.
public struct ModelSignature: Sendable, Hashable {
  /// A column of a table, or a tensor.
  public struct Part: Sendable, Hashable {
    /// The name; nil for a tensor without one.
    public let name: String?
    /// `mlm` data type: `float32`, `int64`, …, `other` for what MLM has no word for.
    public let dataType: String
    /// The shape of a tensor, -1 for a length that varies; nil for a column.
    public let shape: [Int64]?
  }

  public let inputs: [Part]
  public let outputs: [Part]
  /// The names of what may be said with each prediction; MLM has no member for these.
  public let parameters: [String]

  /// Reads the member `signature`, whose inputs and outputs are JSON texts.
  init(_ json: JSONObject) {
    inputs = Self.parts(json["inputs"])
    outputs = Self.parts(json["outputs"])
    parameters = Self.entries(json["params"]).compactMap { $0["name"]?.string }
  }

  private static func parts(_ json: JSONValue?) -> [Part] { entries(json).compactMap(part) }

  private static func entries(_ json: JSONValue?) -> [JSONObject] {
    guard let text = json?.string,
      let entries = (try? JSONParser.parse(text, limits: JSONLimits(depth: 16, values: 50_000)))?.array
    else { return [] }
    return entries.compactMap(\.object)
  }

  private static func part(_ json: JSONObject) -> Part? {
    let name = json["name"]?.string
    guard json["type"]?.string == "tensor" else {
      return json["type"]?.string.map { Part(name: name, dataType: columnTypes[$0] ?? "other", shape: nil) }
    }
    let tensor = json["tensor-spec"]?.object ?? [:]
    // A scalar is one number for each row: MLM knows no shape without a size.
    let sizes = tensor["shape"]?.array?.compactMap(\.integer) ?? []
    let shape = sizes.isEmpty ? [-1] : sizes
    let type = tensor["dtype"]?.string ?? ""
    return Part(name: name, dataType: tensorTypes.contains(type) ? type : "other", shape: shape)
  }

  /// MLflow's types of columns by those of MLM.
  private static let columnTypes = [
    "boolean": "uint8", "integer": "int32", "long": "int64", "float": "float32", "double": "float64",
  ]
  private static let tensorTypes: Set<String> = [
    "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "float16", "float32", "float64",
  ]
}

extension ModelSignature {
  /// The `mlm:input`: a table is one input whose columns are bands, a tensor is one of its own; nil where nothing is known.
  var input: JSONValue? {
    let columns = inputs.filter { $0.shape == nil }
    if !columns.isEmpty, columns.allSatisfy({ $0.name != nil }) {
      let types = Set(columns.map(\.dataType))
      let bands = columns.compactMap { column in column.name.map { JSONValue.object(["name": .string($0)]) } }
      return [
        [
          "name": "features", "bands": .array(bands),
          "input": [
            "shape": [-1, .init(columns.count)], "dim_order": ["batch", "bands"],
            "data_type": .string(types.count == 1 ? columns[0].dataType : "float64"),
          ],
        ]
      ]
    }
    let tensors = inputs.enumerated().compactMap { index, part in
      part.shape.map { Self.tensor(part, $0, name: part.name ?? "input\(index == 0 ? "" : "-\(index)")") }
    }
    return tensors.isEmpty ? nil : .array(tensors)
  }

  private static func tensor(_ part: Part, _ shape: [Int64], name: String) -> JSONValue {
    [
      "name": .string(name), "bands": [],
      "input": [
        "shape": .array(shape.map { JSONValue($0) }), "dim_order": .array(order(shape, last: "feature")),
        "data_type": .string(part.dataType),
      ],
    ]
  }

  /// The `mlm:output` for the tasks of the model; nil where nothing is known.
  func output(tasks: [JSONValue]) -> JSONValue? {
    let parts = outputs.enumerated().map { index, part -> JSONValue in
      let shape = part.shape ?? [-1]
      return [
        "name": .string(part.name ?? "output\(index == 0 ? "" : "-\(index)")"), "tasks": .array(tasks),
        "result": [
          "shape": .array(shape.map { JSONValue($0) }), "dim_order": .array(Self.order(shape, last: "class")),
          "data_type": .string(part.dataType),
        ],
      ]
    }
    return parts.isEmpty ? nil : .array(parts)
  }

  /// Names for the dimensions of a tensor, of which a signature tells none: those of images where there are four.
  private static func order(_ shape: [Int64], last: String) -> [JSONValue] {
    switch shape.count {
    case 0, 1: ["batch"]
    case 2: ["batch", .string(last)]
    case 4: ["batch", "channel", "height", "width"]
    default: ["batch"] + (1..<shape.count).map { .string("dim-\(Self.letters[min($0, 25)])") }
    }
  }

  private static let letters = Array("abcdefghijklmnopqrstuvwxyz")
}
