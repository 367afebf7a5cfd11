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
    func file(_ tensors: String, _ data: Int) -> [UInt8] {
      let header = Array("{\(tensors)}".utf8)
      return [UInt8(header.count)] + [UInt8](repeating: 0, count: 7) + header + [UInt8](repeating: 1, count: data)
    }
    func tensor(_ name: String, _ type: String, _ shape: [Int], _ offsets: [Int]) -> String {
      "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
    }
    let pair = tensor("b", "U8", [2, 2], [4, 8]) + "," + tensor("a", "F32", [], [0, 4])
    #expect(DataFormat(file(pair, 8)) == .safetensors)
    // Bytes that no tensor has, or two have, and tensors that are not as large as they say.
    for (tensors, count) in [
      (tensor("a", "U8", [1], [3, 4]), 4), (tensor("a", "U8", [1], [5, 0, 4]), 4), (tensor("a", "U8", [3], [0, 4]), 4),
      (tensor("a", "U8", [4], [0, 4]) + "," + tensor("b", "U8", [3], [1, 4]), 4), (tensor("a", "?", [4], [0, 4]), 4),
      (tensor("a", "U8", [-4], [0, 4]), 4), (tensor("a", "U8", [1 << 40, 1 << 40], [0, 4]), 4),
    ] { #expect(DataFormat(file(tensors, count)) == nil, "\(tensors)") }
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
