import Inference
import Testing

@Suite("Formats of model files that are data")
struct DataFormatTests {
  /// ir_version 8, producer_name "t", graph of one byte, opset_import of two.
  private let onnx: [UInt8] = [0x08, 0x08, 0x12, 0x01, 0x74, 0x3A, 0x02, 0x0A, 0x00, 0x42, 0x02, 0x10, 0x0D]

  @Test("ONNX is told by a message that has a version and a graph, to its last byte")
  func onnxIsTold() {
    #expect(DataFormat(onnx) == .onnx)
    #expect(DataFormat(Array(onnx.dropLast())) == nil)
    #expect(DataFormat(onnx + [0x00]) == nil)
    #expect(DataFormat(Array(onnx[..<5])) == nil, "no graph: as a TensorFlow SavedModel begins")
    #expect(DataFormat([0x08, 0x08, 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]) == nil)
  }

  @Test("Safetensors is told by the length of its header")
  func safetensorsIsTold() {
    let header = Array("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}  ".utf8)
    let length = [UInt8(header.count)] + [UInt8](repeating: 0, count: 7)
    #expect(DataFormat(length + header) == .safetensors)
    #expect(DataFormat([UInt8(header.count + 1)] + length.dropFirst() + header) == nil)
    // What follows the tensors is none of them.
    #expect(DataFormat(length + header + [0x80, 0x04]) == nil)
    #expect(DataFormat([0xFF] + [UInt8](repeating: 0xFF, count: 7) + header) == nil)
  }

  @Test("ONNX whose weights lie in other files is told apart, wherever the tensor stands")
  func externalData() {
    func message(_ field: UInt8, _ content: [UInt8]) -> [UInt8] { [field << 3 | 2, UInt8(content.count)] + content }
    let entry = message(1, Array("location".utf8)) + message(2, Array("../../etc/passwd".utf8))
    let tensors = [message(13, entry), [14 << 3, 1]]
    for tensor in tensors {
      let graphs = [
        message(5, tensor), message(1, message(5, message(5, tensor))),
        message(1, message(5, message(6, message(5, tensor)))),
      ]
      for graph in graphs {
        #expect(DataFormat([0x08, 0x08] + message(7, graph)) == .onnxInParts)
      }
    }
    #expect(DataFormat([0x08, 0x08] + message(7, message(5, [14 << 3, 0]))) == .onnx)
    #expect(DataFormat.onnxInParts.sentence.contains("external data") && !DataFormat.onnxInParts.isWhole)
  }

  @Test("Pickles, archives and models that run here are none of them")
  func othersAreNot() {
    let others: [[UInt8]] = [
      [0x80, 0x04, 0x95], [0x50, 0x4B, 0x03, 0x04], [], Array("{}".utf8), Array("{L".utf8) + [0, 0, 0, 0, 0, 0, 0, 7],
      Array("{\"learner\":{}}".utf8), Array("tree\nversion=v4\n".utf8), [0x08, 0x01, 0x12, 0x00],
    ]
    for other in others { #expect(DataFormat(other) == nil, "\(other)") }
  }
}
