import StacModel

/// Formats of model files that hold data only and are not run here, told apart by their bytes.
public enum DataFormat: String, Sendable, Hashable {
  /// A `ModelProto` of ONNX (onnx/onnx.proto3).
  case onnx = "ONNX"
  /// Tensors with a header of JSON (huggingface/safetensors).
  case safetensors
  /// The same as ONNX, with weights in other files, which no checksum of the item covers.
  case onnxInParts = "ONNX with external data"

  /// The format of a file; nil where it is none of these.
  public init?(_ bytes: [UInt8]) {
    if Self.isONNX(bytes) {
      self = ONNXTensors.lieElsewhere(bytes) ? .onnxInParts : .onnx
    } else if SafetensorsHeader.isWhole(bytes) {
      self = .safetensors
    } else {
      return nil
    }
  }

  /// What is said of such a file where it is asked to run.
  public var sentence: String {
    switch self {
    case .onnx: "The model file is an ONNX model: it holds data only, and is not run here."
    case .onnxInParts:
      "The model file is an ONNX model whose weights lie in other files (external data), which its checksum does not "
        + "cover; save it as one file: onnx.save(model, path, save_as_external_data=False)."
    case .safetensors: "The model file holds tensors (safetensors): data only, which is not run here."
    }
  }

  /// Whether the file holds all of the model.
  public var isWhole: Bool { self != .onnxInParts }

  /// The fields of `ModelProto` that are numbers, and those that are texts and messages.
  private static let numberFields: Set<UInt64> = [1, 5]
  private static let messageFields: Set<UInt64> = [2, 3, 4, 6, 7, 8, 14, 20, 25, 26]
  private static let versionField: UInt64 = 1
  private static let graphField: UInt64 = 7

  /// Whether the whole file is a message of these fields, with a version and a graph: no other format is so by chance.
  private static func isONNX(_ bytes: [UInt8]) -> Bool {
    var seen: Set<UInt64> = []
    var message = ProtocolMessage(bytes[...])
    while let field = message.next() {
      switch field.content {
      case .number: guard numberFields.contains(field.number) else { return false }
      case .bytes: guard messageFields.contains(field.number) else { return false }
      case .fixed: return false
      }
      seen.insert(field.number)
    }
    return message.isRead && seen.contains(versionField) && seen.contains(graphField)
  }
}
