public import StacModel

/// What the files of a model have told, how it met its golden vector, and with which software.
public struct ModelProofRecord: Sendable, Hashable {
  public enum State: String, Sendable, Hashable {
    /// The golden vector was met, and nothing is wrong with any file.
    case met
    /// The golden vector was not met.
    case missed
    /// A file is known to be wrong: another one than its checksum names, no data format, features that do not fit.
    case faulty
    /// A file could not be read.
    case unread
    /// Nothing is wrong with the files, and there is no golden vector, or the model is not run here.
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
  /// Why it was not met, or the first thing that is wrong.
  public let reason: String?
  /// All that was found in the files, as JSON; nil of what an earlier program has kept, which did not look at all of them.
  public let findings: String?
  /// The files of this kind of machine as they were seen, as who looked has written them; nil where there are none.
  public let files: String?
  public let provedAt: Timestamp
  /// Whether the item is as it was then.
  public let isOfPresentItem: Bool
}

/// What a look at the files of a model has shown.
public struct ModelProofNote: Sendable, Hashable {
  public let runtime: String
  public let state: ModelProofRecord.State
  public var modelDigest: String?
  public var vectorDigest: String?
  public var reason: String?
  /// All that was found, as JSON.
  public var findings: String
  /// What keeps the model from being run, in a sentence.
  public var obstacle: String?
  /// The files that were seen, as who looked writes them.
  public var files: String?
  /// In how many seconds the files are looked at again though no change was seen; nil for never.
  public var recheckSeconds: Int?

  public init(runtime: String, state: ModelProofRecord.State, findings: String = "[]") {
    self.runtime = runtime
    self.state = state
    self.findings = findings
  }
}

/// A model whose files are to be looked at.
public struct UnprovedModel: Sendable {
  public let key: ModelKey
  public let document: StoredDocument
  /// The item's `updated_at`, in microseconds since 1970.
  let itemTime: Int64
}

/// The files that were seen of a model, as who looked has written them.
public struct SeenModelFiles: Sendable, Hashable {
  public let key: ModelKey
  public let files: String
  public let provedAt: Timestamp
}

/// Models that somebody should look at: some of them, and how many there are.
public struct DoubtfulModels<Model: Sendable>: Sendable {
  public let named: [Model]
  public let count: Int
}
