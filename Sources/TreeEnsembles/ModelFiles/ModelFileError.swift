/// Why a model file, its test vector or a prediction is refused.
public struct ModelFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The stable words by which programs tell the refusals apart.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The file is not in a format we read (pickle, joblib, PyTorch, a web page, the old binary format).
    case format = "model-format"
    /// The file was saved by a release of XGBoost we do not know.
    case version = "model-version"
    /// The file contradicts itself or ends too early.
    case damaged = "model-damaged"
    /// The file is sound, and uses something we cannot run.
    case unsupported = "model-unsupported"
    /// The file is larger than our limits.
    case tooLarge = "model-too-large"
    /// The test vector cannot be read.
    case testVector = "test-vector-format"
    /// The model does not predict what its test vector says.
    case mismatch = "test-vector-mismatch"
    /// The arrays of a prediction do not fit the model.
    case shape = "feature-count"
    /// The prediction library failed.
    case library = "model-library"
  }

  /// What went wrong, as a stable word.
  public let code: Code

  /// One or two sentences for the person who brought the file: what is wrong and what to do.
  public let message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { "\(code.rawValue): \(message)" }

  package static func format(_ message: String) -> ModelFileError { ModelFileError(.format, message) }
  /// A LightGBM model where one of XGBoost is needed.
  static let notXGBoost = ModelFileError(
    .format,
    "The model file is one of LightGBM; for XGBoost save the model with booster.save_model(\"model.ubj\").")

  package static func version(_ message: String) -> ModelFileError { ModelFileError(.version, message) }
  package static func unsupported(_ message: String) -> ModelFileError { ModelFileError(.unsupported, message) }
  package static func tooLarge(_ message: String) -> ModelFileError { ModelFileError(.tooLarge, message) }
  package static func shape(_ message: String) -> ModelFileError { ModelFileError(.shape, message) }
  package static func library(_ message: String) -> ModelFileError { ModelFileError(.library, message) }

  /// A model whose outputs are asked for as classes and are none.
  static func noClasses(_ kind: ClassifierKind) -> ModelFileError {
    let what =
      switch kind {
      case .multilabel: "several labels, which do not exclude each other"
      case .ranking: "scores to rank rows by"
      default: "numbers"
      }
    return .shape("The model tells no classes apart: its outputs are \(what).")
  }

  /// A file that contradicts itself; `message` is a sentence without advice.
  package static func damaged(_ message: String) -> ModelFileError {
    ModelFileError(.damaged, "\(message) Save the model again with booster.save_model(\"model.ubj\").")
  }
}
