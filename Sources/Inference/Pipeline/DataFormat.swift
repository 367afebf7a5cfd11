/// Formats of model files that hold data only and are not run here, told apart by their bytes.
public enum DataFormat: String, Sendable, Hashable {
  /// A `ModelProto` of ONNX (onnx/onnx.proto3).
  case onnx = "ONNX"
  /// Tensors with a header of JSON (huggingface/safetensors).
  case safetensors

  /// The format of a file; nil where it is none of these.
  public init?(_ bytes: [UInt8]) {
    if Self.isONNX(bytes) {
      self = .onnx
    } else if Self.isSafetensors(bytes) {
      self = .safetensors
    } else {
      return nil
    }
  }

  /// What is said of such a file where it is asked to run.
  public var sentence: String {
    switch self {
    case .onnx: "The model file is an ONNX model: it holds data only, and is not run here."
    case .safetensors: "The model file holds tensors (safetensors): data only, which is not run here."
    }
  }

  /// The largest header that readers of safetensors take, in bytes.
  private static let mostHeader: UInt64 = 100_000_000

  private static func isSafetensors(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 10, bytes[8] == UInt8(ascii: "{") else { return false }
    let header = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard header >= 2, header <= mostHeader, header <= UInt64(bytes.count - 8) else { return false }
    let last = bytes[8..<(8 + Int(header))].last { $0 != 0x20 }
    return last == UInt8(ascii: "}")
  }

  /// The fields of `ModelProto` that are numbers, and those that are texts and messages.
  private static let numberFields: Set<UInt64> = [1, 5]
  private static let messageFields: Set<UInt64> = [2, 3, 4, 6, 7, 8, 14, 20, 25, 26]
  private static let versionField: UInt64 = 1
  private static let graphField: UInt64 = 7

  /// Whether the whole file is a message of these fields, with a version and a graph: no other format is so by chance.
  private static func isONNX(_ bytes: [UInt8]) -> Bool {
    var place = 0
    var seen: Set<UInt64> = []
    while place < bytes.count {
      guard let key = number(bytes, &place) else { return false }
      let field = key >> 3
      seen.insert(field)
      switch key & 7 {
      case 0:
        guard numberFields.contains(field), number(bytes, &place) != nil else { return false }
      case 2:
        guard messageFields.contains(field), let length = number(bytes, &place),
          length <= UInt64(bytes.count - place)
        else { return false }
        place += Int(length)
      default: return false
      }
    }
    return seen.contains(versionField) && seen.contains(graphField)
  }

  /// A number of Protocol Buffers (base 128) at a place, which moves behind it.
  private static func number(_ bytes: [UInt8], _ place: inout Int) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 63, by: 7) {
      guard place < bytes.count else { return nil }
      let byte = bytes[place]
      place += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}
