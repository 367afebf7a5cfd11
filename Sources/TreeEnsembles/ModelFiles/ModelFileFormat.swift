/// The encodings a model file can come in, told apart by their first bytes.
public enum ModelFileFormat: String, Sendable, Hashable {
  /// JSON text, `save_model("model.json")`.
  case json
  /// Universal Binary JSON, `save_model("model.ubj")`.
  case ubjson
  /// LightGBM's text, `save_model("model.txt")`.
  case lightGBM = "lightgbm"

  private static let advice =
    "Save the model with booster.save_model(\"model.ubj\") (scikit-learn wrappers: model.get_booster().save_model) "
    + "and register that file; a model of another library may be catalogued as ONNX or safetensors, which hold data only."

  /// Beginnings of files that are not ours, and what they are.
  private static let strangers: [(start: [UInt8], what: String)] = [
    ([0x50, 0x4B, 0x03, 0x04], "a ZIP archive (of torch.save or NumPy?), which can run any code when it is read"),
    ([0x1F, 0x8B], "compressed with gzip (joblib does that too)"),
    (Array("ZF".utf8), "a file of an old joblib, which can run any code when it is read"),
    ([0x08, 0x01, 0x12], "a TensorFlow SavedModel, which can run any code when it is read"),
    ([0x42, 0x5A, 0x68], "compressed with bzip2"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed with xz"),
    ([0x28, 0xB5, 0x2F, 0xFD], "compressed with Zstandard"),
    ([0x04, 0x22, 0x4D, 0x18], "compressed with LZ4"),
    ([0x5D, 0x00, 0x00], "compressed with LZMA (joblib does that too)"),
    ([0x50, 0x4B, 0x05, 0x06], "an empty ZIP archive"),
    (hdf5, hdf5Name),
    (Array("GGUF".utf8), "a GGUF file (of llama.cpp)"),
    (Array("CBM1".utf8), "a CatBoost model"),
    ([0x7F, 0x45, 0x4C, 0x46], "a program or a shared library, which is code"),
    ([0x4D, 0x5A, 0x90], "a program or a library of Windows, which is code"),
    ([0xAC, 0xED, 0x00, 0x05], "a serialized Java object, which can run code when it is read"),
    ([0xEF, 0xBB, 0xBF], "text with a byte order mark, which JSON has not"),
    (Array("version https://git-lfs".utf8), "a Git LFS pointer, not the file it stands for; run git lfs pull"),
    (Array("CONFIG-offset:".utf8), "a memory snapshot of a booster"),
    (Array("<".utf8), "a web page or XML"),
  ]

  private static let hdf5: [UInt8] = [0x89, 0x48, 0x44, 0x46]
  private static let hdf5Name = "an HDF5 file (a Keras model?), which can run code when it is read"

  /// What an array of NumPy is: one of objects holds a pickle.
  private static func numPyArray(_ bytes: [UInt8]) -> String? {
    guard bytes.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) else { return nil }
    let head = String(decoding: bytes.prefix(256), as: UTF8.self)
    return head.contains("|O") || head.contains("'O'")
      ? "a NumPy array of objects, a pickle, which can run any code when it is read" : "a NumPy array"
  }

  /// Tells the format from the first bytes.
  ///
  /// - Throws: ``ModelFileError`` with ``ModelFileError/Code/format`` that says what the file is and what to do, or
  ///   with ``ModelFileError/Code/tooLarge``.
  public init(sniffing bytes: [UInt8], limits: ModelLimits = .standard) throws(ModelFileError) {
    guard bytes.count <= limits.bytes else {
      throw .tooLarge("The model file has \(bytes.count) bytes; at most \(limits.bytes) are read.")
    }
    let start = bytes.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    guard let first = start.first else { throw .format("The model file is empty. \(Self.advice)") }
    if first == UInt8(ascii: "{"), let format = Self.objectFormat(start.dropFirst()) {
      self = format
      return
    }
    if start.starts(with: "tree\n".utf8) || start.starts(with: "tree\r\n".utf8) {
      self = .lightGBM
      return
    }
    if first == 0x80
      || (first == 0x78 && start.count > 1 && [0x01, 0x5E, 0x9C, 0xDA].contains(start[start.startIndex + 1]))
    {
      throw .format(
        "The model file is a Python pickle or joblib file, which can run any code when it is read. \(Self.advice)")
    }
    // The older protocols have no signature.
    if PickleOpcodes.lead(start) {
      throw .format("The model file is a Python pickle, which can run any code when it is read. \(Self.advice)")
    }
    if let array = Self.numPyArray(bytes) { throw .format("The model file is \(array). \(Self.advice)") }
    if [512, 1_024, 2_048].contains(where: { bytes.dropFirst($0).starts(with: Self.hdf5) }) {
      throw .format("The model file is \(Self.hdf5Name). \(Self.advice)")
    }
    if bytes.dropFirst(4).starts(with: "TFL3".utf8) {
      throw .format("The model file is a TensorFlow Lite model. \(Self.advice)")
    }
    for stranger in Self.strangers where start.starts(with: stranger.start) {
      throw .format("The model file is \(stranger.what). \(Self.advice)")
    }
    throw .format(
      "The model file is neither JSON nor UBJSON of XGBoost nor a text of LightGBM. If it is XGBoost's old binary format, load it with "
        + "xgboost 1.7 to 3.0 first. \(Self.advice)")
  }

  /// The format of a file that begins with an opening brace.
  private static func objectFormat(_ rest: ArraySlice<UInt8>) -> ModelFileFormat? {
    if let marker = rest.first, "iUIlL".utf8.contains(marker) { return .ubjson }
    let next = rest.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return next == UInt8(ascii: "\"") ? .json : nil
  }
}
