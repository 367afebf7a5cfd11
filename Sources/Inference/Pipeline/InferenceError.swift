import Geo
import MLMExtension
import StacModel
import TreeEnsembles

/// Why a prediction was refused or failed.
public struct InferenceError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The stable words by which programs tell the failures apart.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The item describes no model, or one that breaks the rules of its extension.
    case invalidModel = "invalid-model"
    /// The model is sound, but asks for something that is not done here.
    case unsupportedModel = "unsupported-model"
    /// The model file is refused (format, damage, version).
    case modelFile = "model-file"
    /// A file is not the one its checksum names.
    case checksum = "checksum-mismatch"
    /// A file has another size than its item says.
    case size = "size-mismatch"
    /// A band the model needs is in none of the items.
    case missingBand = "missing-band"
    /// A band the model needs is there more than once.
    case ambiguousBand = "ambiguous-band"
    /// The model needs another number of items, or items in another order of time.
    case itemCount = "item-count"
    /// The bands named are not as many as the model's features, or named otherwise.
    case featureMismatch = "feature-mismatch"
    /// Scale or offset of a band is told differently in two places.
    case scalingConflict = "scaling-conflict"
    /// What a request says of the post-processing is wrong.
    case invalidPostProcessing = "invalid-post-processing"
    /// The area is no valid polygon or box.
    case invalidArea = "invalid-area"
    /// The area and the image have no pixel in common.
    case outsideImage = "area-outside-image"
    /// An image cannot be read: not a raster of an allowed format, damaged, or without georeference.
    case unreadableImage = "unreadable-image"
    /// The image or the result is larger than the limits.
    case tooLarge = "too-large"
    /// As many predictions are running as may.
    case busy
    /// The caller stopped the work.
    case cancelled
    /// The result cannot be written.
    case unwritable
    /// A library failed in a way that is nobody's input.
    case failed = "inference-failed"
  }

  public let code: Code
  /// One sentence, without paths.
  public let message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// Whether the request, the model or the imagery is to blame (a 4xx), and not this server (a 5xx).
  public var isClientFault: Bool {
    switch code {
    case .busy, .cancelled, .unwritable, .failed: false
    default: true
    }
  }

  public var description: String { "\(code.rawValue): \(message)" }

  /// A failure of the geospatial library; `subject` names what was read, for example an asset.
  init(_ error: GeoError, subject: String? = nil) {
    let code: Code =
      switch error.reason {
      case .library, .invalidArgument: .failed
      case .pathRefused, .notARaster, .damaged, .unsupported, .notGeoreferenced, .referenceSystem, .source:
        .unreadableImage
      case .cancelled: .cancelled
      case .limitExceeded: .tooLarge
      case .outsideImage: .outsideImage
      case .invalidGeometry: .invalidArea
      case .unwritable: .unwritable
      }
    self.init(code, subject.map { "\($0): \(error.summary)" } ?? error.summary)
  }

  /// Post-processing that the model or the request says wrongly.
  init(_ error: PostProcessingError) {
    switch error {
    case .declared(let faults): self.init(.invalidModel, Self.told("The model's post-processing is wrong", faults))
    case .requested(let faults): self.init(.invalidPostProcessing, Self.told("The post-processing is wrong", faults))
    }
  }

  private static func told(_ what: String, _ faults: [Fault]) -> String {
    "\(what): \(faults.prefix(3).map(\.description).joined(separator: "; "))."
  }

  /// A refusal of the model file or a failure of the prediction library.
  init(_ error: ModelFileError) {
    let code: Code =
      switch error.code {
      case .library: .failed
      case .shape: .featureMismatch
      default: .modelFile
      }
    self.init(code, error.message)
  }

  /// Any error as one of ours; those of others keep their place as a failure without words of their own.
  static func wrapping(_ error: any Error) -> InferenceError {
    switch error {
    case let error as InferenceError: error
    case let error as GeoError: InferenceError(error)
    case let error as ModelFileError: InferenceError(error)
    case is CancellationError: InferenceError(.cancelled, "The prediction was cancelled.")
    default: InferenceError(.failed, "The prediction failed.")
    }
  }
}
