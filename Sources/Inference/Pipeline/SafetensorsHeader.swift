import StacModel

/// What the header of a safetensors file says of its bytes.
///
/// Source: the format section of huggingface/safetensors' README: eight bytes with the length of a JSON header, the header,
/// then the tensors without holes.
enum SafetensorsHeader {
  /// The largest header that readers of safetensors take, in bytes.
  private static let mostBytes: UInt64 = 100_000_000
  /// Bytes of a number, of the types that have whole ones.
  private static let sizes: [String: Int64] = [
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
    "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8, "C64": 8,
  ]

  /// Whether the tensors that the header names fill the file from its own end to the last byte, each as large as its shape
  /// says: nothing else is in it.
  static func isWhole(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 10, bytes[8] == UInt8(ascii: "{") else { return false }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length >= 2, length <= mostBytes, length <= UInt64(bytes.count - 8),
      let header = try? JSONParser.parse(Array(bytes[8..<(8 + Int(length))])).object
    else { return false }
    let tensors = header.members.filter { $0.name != "__metadata__" }
    let ranges = tensors.compactMap { range(of: $0.value) }.sorted {
      ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
    }
    var end: Int64 = 0
    for range in ranges {
      guard range.lowerBound == end else { return false }
      end = range.upperBound
    }
    return ranges.count == tensors.count && end == Int64(bytes.count - 8 - Int(length))
  }

  /// The bytes of a tensor, counted from the end of the header; nil where they are not what its shape takes.
  private static func range(of tensor: JSONValue) -> Range<Int64>? {
    guard let tensor = tensor.object, let offsets = tensor["data_offsets"]?.array, offsets.count == 2,
      let start = offsets[0].integer, let end = offsets[1].integer, 0 <= start, start <= end,
      let size = tensor["dtype"]?.string.flatMap({ sizes[$0] }), let shape = tensor["shape"]?.array
    else { return nil }
    var count = size
    for side in shape {
      guard let side = side.integer, side >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: side)
      if overflow { return nil }
      count = product
    }
    return count == end - start ? start..<end : nil
  }
}
