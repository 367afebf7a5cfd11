public import StacModel

/// How a model met its golden vector, and with which software.
public struct ModelProofRecord: Sendable, Hashable {
  public enum State: String, Sendable, Hashable {
    case met
    case missed
    /// A file could not be read.
    case unread
    /// There is no golden vector, or the model is not run here.
    case none
  }

  public let collection: String
  public let id: String
  /// The program, its library and the instructions of the processor, with their versions.
  public let runtime: String
  public let state: State
  /// SHA-256 of the model file in hexadecimal; nil where it was not read.
  public let modelDigest: String?
  /// The same of the golden vector.
  public let vectorDigest: String?
  /// Why it was not met.
  public let reason: String?
  public let provedAt: Timestamp
  /// Whether the item is as it was then.
  public let isOfPresentItem: Bool
}

/// What a proof of a model has shown.
public struct ModelProofNote: Sendable, Hashable {
  public let runtime: String
  public let state: ModelProofRecord.State
  public let modelDigest: String?
  public let vectorDigest: String?
  public let reason: String?

  public init(
    runtime: String, state: ModelProofRecord.State, modelDigest: String?, vectorDigest: String?, reason: String?
  ) {
    self.runtime = runtime
    self.state = state
    self.modelDigest = modelDigest
    self.vectorDigest = vectorDigest
    self.reason = reason
  }
}

/// A model that is to be proved now.
public struct UnprovedModel: Sendable {
  public let document: StoredDocument
  let collectionKey: Int64
  /// The item's `updated_at`, in microseconds since 1970.
  let itemTime: Int64
}
