/// Why a model file is refused, in a sentence for the person who registered it.
public struct ModelFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of refusal it is.
  public enum Reason: String, Sendable, Hashable, CaseIterable {
    /// The file can run code when it is loaded (pickle, joblib, torch), or is no XGBoost model at all.
    case format
    /// The file is an XGBoost model cut short, or one whose parts contradict each other.
    case damaged
    /// The model is sound, but of a kind that cannot be run exactly here.
    case unsupported
    /// The file is larger than the limits allow.
    case tooLarge
  }

  public let reason: Reason
  public let description: String

  init(_ reason: Reason, _ description: String) {
    self.reason = reason
    self.description = description
  }
}
