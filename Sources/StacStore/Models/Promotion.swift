public import StacModel

/// One entry of the history of a model.
public struct Promotion: Sendable, Hashable {
  /// Ascending in the order of the decisions.
  public let number: Int64
  /// `mlm:name` and `version` of the item as it was.
  public let model: String
  public let version: String?
  /// Nil where nothing had been decided.
  public let from: ModelState?
  /// Nil where the model was removed, or became something else.
  public let to: ModelState?
  /// The name of the key, or of the machine's user.
  public let actor: String
  public let role: String
  public let isPerson: Bool
  public let comment: String
  /// What it stands on, as JSON.
  public let evidence: String
  /// SHA-256 of the document as it was stored.
  public let documentDigest: [UInt8]
  public let time: Timestamp
  /// What MLflow is to be told because of it.
  public let aliases: [AliasWrite]

  /// What became of the model, as the history writes it.
  public var outcome: String { to?.rawValue ?? Self.removal }

  /// The word for the end of a model.
  static let removal = "removed"
}

/// What is decided about a model, and what it was decided upon.
public struct PromotionRequest: Sendable {
  /// What was known; where it is not so any more, nothing is written.
  public let standing: PromotionStanding
  public let to: ModelState
  public let actor: String
  public let role: Role
  public let isPerson: Bool
  public let comment: String
  /// JSON.
  public let evidence: String
  /// The alias that a model in production has in MLflow; nil where MLflow is told nothing.
  public let alias: String?

  public init(
    standing: PromotionStanding, to: ModelState, actor: String, role: Role, isPerson: Bool, comment: String,
    evidence: String, alias: String?
  ) {
    self.standing = standing
    self.to = to
    self.actor = actor
    self.role = role
    self.isPerson = isPerson
    self.comment = comment
    self.evidence = evidence
    self.alias = alias
  }
}

/// Where a model stands.
public struct PromotionStanding: Sendable {
  public let document: StoredDocument
  /// SHA-256 of the document as it is stored.
  public let documentDigest: [UInt8]
  /// `mlm:name` of the item, its identifier where it has none.
  public let name: String
  public let version: String?
  /// Nil where nothing was decided.
  public let state: ModelState?
  /// The number of the latest decision.
  public let promotion: Int64?
  /// The digest of the document that was decided upon.
  public let decidedDigest: [UInt8]?
  /// By whom the model came; nil where that is not known.
  public let registration: RegistrationRecord?
  /// The version of the same model that is in production.
  public let production: ProductionRelease?

  /// Whether the document is the one that was decided upon.
  public var isUnchanged: Bool { decidedDigest == nil || decidedDigest == documentDigest }
  /// The state while it holds, as `gnomon:state` is in searches: what is retired stays so, every other state is of the
  /// document that was decided upon.
  public var presentState: ModelState? { isUnchanged || state == .retired ? state : nil }
  /// Whether a person answers for the document as it is.
  public var isApproved: Bool { state?.isApproved == true && isUnchanged }
}

/// A version that is in production.
public struct ProductionRelease: Sendable, Hashable {
  public let id: String
  /// The number of the decision that took it there.
  public let promotion: Int64
}

/// An alias of a registered model that MLflow is to set or to remove.
public struct AliasWrite: Sendable, Hashable {
  public let number: Int64
  /// The server that the item names, nil for that of the settings.
  public let trackingURI: String?
  public let registeredModel: String
  public let version: String
  public let alias: String
  public let isRemoval: Bool
  public let attempts: Int
  /// Why the latest attempt failed, or why it was not done.
  public let error: String?
  /// When it was done, or a later one took its place; nil where it waits.
  public let done: Timestamp?
}

/// Where what is decided about models is kept.
public protocol PromotionStore: Sendable {
  /// The versions of a model: of the item with an identifier, else of the models with a name (`mlm:name`).
  func modelFamily(named name: String, in collection: String) async throws(StoreError) -> ModelFamily?
  /// Where an item stands; nil where there is no such item. What decides is read from the database itself
  /// (``ReadPreference/primary``).
  func standing(ofModel id: String, in collection: String) async throws(StoreError) -> PromotionStanding?
  /// What was decided about an item, or about others that had its identifier before it, oldest first.
  ///
  /// - Parameters:
  ///   - number: only what was decided before the entry of this number; nil for all.
  ///   - limit: how many of the latest there are at most.
  func promotions(
    ofModel id: String, in collection: String, before number: Int64?, limit: Int
  ) async throws(StoreError) -> [Promotion]
  /// Writes a decision, and where a version goes into production also that which takes the former one out of it: all of it
  /// or nothing.
  ///
  /// - Throws: ``StoreError/changed(_:)`` where what it was decided upon is not so any more.
  func promote(_ request: PromotionRequest) async throws(StoreError)
  /// Takes the next alias that is to be written, for a minute; nil where none is due.
  func claimAliasWrite() async throws(StoreError) -> AliasWrite?
  /// Says that an alias was written, or why not; then it is tried again after a time that grows with the attempts.
  func finish(aliasWrite number: Int64, error: String?) async throws(StoreError)
}

extension PromotionStore {
  /// All that was decided about an item, or about others that had its identifier before it, oldest first.
  public func promotions(ofModel id: String, in collection: String) async throws(StoreError) -> [Promotion] {
    try await promotions(ofModel: id, in: collection, before: nil, limit: .max)
  }
}
