/// Where the tensors of an ONNX model lie.
///
/// Source: onnx/onnx.proto3, `ModelProto`, `GraphProto`, `NodeProto`, `AttributeProto`, `TensorProto`.
enum ONNXTensors {
  /// The kinds of messages on the way to tensors: by the number of a field, the kind of message it holds.
  private enum Message {
    case model, graph, node, attribute, function, tensor

    var parts: [UInt64: Message] {
      switch self {
      case .model: [7: .graph, 25: .function]
      case .graph: [1: .node, 5: .tensor]
      case .node: [5: .attribute]
      case .attribute: [5: .tensor, 6: .graph, 10: .tensor, 11: .graph]
      case .function: [7: .node]
      case .tensor: [:]
      }
    }
  }

  private static let deepest = 64
  private static let externalData: UInt64 = 13
  private static let dataLocation: UInt64 = 14

  /// Whether a tensor of the model says that its numbers lie in another file.
  static func lieElsewhere(_ bytes: [UInt8]) -> Bool { lieElsewhere(bytes[...], .model, depth: 0) }

  private static func lieElsewhere(_ bytes: ArraySlice<UInt8>, _ kind: Message, depth: Int) -> Bool {
    guard depth < deepest else { return false }
    let parts = kind.parts
    var message = ProtocolMessage(bytes)
    while let field = message.next() {
      switch field.content {
      case .bytes(let inner):
        if kind == .tensor, field.number == externalData { return true }
        if let part = parts[field.number], lieElsewhere(inner, part, depth: depth + 1) { return true }
      case .number(let value):
        if kind == .tensor, field.number == dataLocation, value == 1 { return true }
      case .fixed: continue
      }
    }
    return false
  }
}
