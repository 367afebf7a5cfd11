/// What a model file is by its first bytes; its name and media type are not believed.
enum ModelFileFormat {
  case json, ubjson

  /// - Throws: ``ModelFileError`` with advice for every other format.
  init(_ bytes: [UInt8]) throws(ModelFileError) {
    let advice = "save it with booster.save_model(\"model.ubj\") and register that file"
    let first = bytes.prefix(64)
    let text = first.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    if first.first == 0x80 || first.starts(with: "\u{1}\u{0}\u{0}".utf8) && first.contains(0x2E) {
      throw ModelFileError(.format, "The model file is a Python pickle, which can run any code when it is loaded: \(advice).")
    }
    if first.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      throw ModelFileError(.format, "The model file is a zip archive, as torch.save and numpy write: \(advice).")
    }
    let compressed: [[UInt8]] = [[0x1F, 0x8B], [0x78, 0x01], [0x78, 0x9C], [0x78, 0xDA], [0x42, 0x5A, 0x68], [0xFD, 0x37, 0x7A]]
    if compressed.contains(where: { first.starts(with: $0) }) {
      throw ModelFileError(.format, "The model file is compressed, as joblib writes: \(advice).")
    }
    if first.starts(with: "binf".utf8) || first.starts(with: "bs64".utf8) || Self.looksLikeOldBinary(bytes) {
      throw ModelFileError(.format, "The model file has XGBoost's old binary format: load it with the XGBoost that wrote it, then \(advice).")
    }
    if first.count > 1, first[0] == UInt8(ascii: "{"), "iUIlL}".utf8.contains(first[1]) {
      self = .ubjson
    } else if text.first == UInt8(ascii: "{") {
      self = .json
    } else {
      throw ModelFileError(.format, "The model file is no XGBoost model in JSON or UBJSON: \(advice).")
    }
  }

  /// The old format begins with the base score as a float and the number of features as an integer, both small.
  private static func looksLikeOldBinary(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 136, bytes[0] != UInt8(ascii: "{") else { return false }
    func word(_ index: Int) -> UInt32 {
      (0..<4).reversed().reduce(0) { $0 << 8 | UInt32(bytes[index * 4 + $1]) }
    }
    let score = Float(bitPattern: word(0))
    return score.isFinite && abs(score) < 1e6 && (1..<1_000_000).contains(word(1)) && word(2) < 100_000
  }
}
