import StacModel

/// Reads the JSON form of a model file.
enum ModelText {
  /// Parses the text; `NaN`, `Infinity` and `-Infinity`, which XGBoost writes and JSON has not, are understood.
  static func parse(_ bytes: [UInt8], limits: ModelLimits) throws(ModelFileError) -> ModelValue {
    do {
      let limits = JSONLimits(depth: limits.depth, values: limits.textValues)
      return ModelValue(try JSONParser.parse(withoutConstants(bytes), limits: limits))
    } catch {
      throw .damaged("The JSON of the model file cannot be read: \(error).")
    }
  }

  /// The text with NaN as `null` and the infinities as numbers beyond float32, which read back as infinity.
  private static func withoutConstants(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8]? = nil
    var inString = false
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if inString, byte == UInt8(ascii: "\\") {
        if let next = index + 1 < bytes.count ? bytes[index + 1] : nil { output?.append(contentsOf: [byte, next]) }
        index += 2
        continue
      }
      if byte == UInt8(ascii: "\"") { inString.toggle() }
      if !inString, let (length, text) = constant(bytes, at: index) {
        if output == nil { output = Array(bytes[..<index]) }
        output?.append(contentsOf: text.utf8)
        index += length
        continue
      }
      output?.append(byte)
      index += 1
    }
    return output ?? bytes
  }

  private static func constant(_ bytes: [UInt8], at index: Int) -> (Int, String)? {
    switch bytes[index] {
    case UInt8(ascii: "N"): bytes[index...].starts(with: "NaN".utf8) ? (3, "null") : nil
    case UInt8(ascii: "I"): bytes[index...].starts(with: "Infinity".utf8) ? (8, "1e300") : nil
    default: nil
    }
  }
}
