import MLMExtension
public import StacModel
public import StacStore

/// Takes decisions about models, and tells of them; servers and the command line share it.
public struct ModelPromotions: Sendable {
  let store: any CatalogStore
  let evidence: @Sendable (Item) async throws -> ModelEvidence
  /// Whether who approves must be another than who proposed.
  public let needsFourEyes: Bool
  let alias: String?

  /// - Parameters:
  ///   - evidence: looks at a model's document and files; where it throws, nothing is decided.
  ///   - alias: the alias in MLflow of the version in production; nil where MLflow is told nothing.
  public init(
    store: any CatalogStore, needsFourEyes: Bool = false, alias: String? = "production",
    evidence: @escaping @Sendable (Item) async throws -> ModelEvidence
  ) {
    self.store = store
    self.evidence = evidence
    self.needsFourEyes = needsFourEyes
    self.alias = alias
  }

  /// The longest comment, in bytes.
  public static let longestComment = 4_000
  /// The most evidence that may be given, in bytes.
  public static let mostEvidence = 64 << 10

  /// The most entries of a history that are told at once.
  public static let mostEntries = 1_000

  /// Decides.
  ///
  /// - Parameters:
  ///   - reference: a model, also as `name@version`.
  ///   - given: evidence of whoever decides, kept beside what is seen here.
  /// - Throws: ``APIError``, ``StoreError``.
  public func promote(
    _ reference: ItemReference, to state: ModelState, comment: String, evidence given: JSONValue?, by actor: Actor
  ) async throws -> ItemReference {
    try await ReadPreference.$current.withValue(.primary) {
      try await decide(reference, to: state, comment: comment, evidence: given, by: actor)
    }
  }

  private func decide(
    _ reference: ItemReference, to state: ModelState, comment: String, evidence given: JSONValue?, by actor: Actor
  ) async throws -> ItemReference {
    let model = try await store.model(reference)
    let standing = try await standing(of: model)
    let proposer = try await store.promotions(ofModel: model.id, in: model.collection).last { $0.to == .proposed }?
      .actor
    try PromotionRules(standing: standing, proposer: proposer, needsFourEyes: needsFourEyes).check(state, by: actor)
    var seen = try await look(at: standing, for: state)
    if let given, !given.isNull { seen["given"] = given }
    try await write(
      PromotionRequest(
        standing: standing, to: state, actor: actor.name, role: actor.role, isPerson: actor.isPerson,
        comment: comment, evidence: JSONSerializer.text(.object(seen)), alias: alias))
    return model
  }

  private func write(_ request: PromotionRequest) async throws {
    do throws(StoreError) {
      try await store.promote(request)
    } catch {
      guard case .changed = error else { throw error }
      let id = request.standing.document.id
      throw APIError(
        .conflict, "Somebody else has decided about '\(id)', or changed it, in the meantime; look at it again")
    }
  }

  private func standing(of model: ItemReference) async throws -> PromotionStanding {
    guard let standing = try await store.standing(ofModel: model.id, in: model.collection) else {
      throw StoreError.notFound("item '\(model.id)' in collection '\(model.collection)'")
    }
    return standing
  }

  /// What a decision stands on; a model that goes forward has to be without fault, its golden vector met, and its file the
  /// one that was validated.
  private func look(at standing: PromotionStanding, for state: ModelState) async throws -> JSONObject {
    let item = try Item(JSONText(standing.document.document.bytes))
    guard MLMExtension.isDeclared(by: item) else {
      throw APIError(.promotionRefused, "'\(item.id)' describes no model", faults: [MLMExtension.notDeclared])
    }
    let isForward = state == .validated || state.isApproved && standing.state != .production
    guard isForward else { return [:] }
    let seen = try await evidence(item)
    let others = try await CatalogFindings(store: store).of(item, in: standing.document.collectionID)
    var obstacles = seen.obstacles + others.map(\.fault)
    if obstacles.isEmpty, state.isApproved, let validated = try await validatedFile(of: standing),
      validated != seen.modelFile?.sha256
    {
      obstacles.append(Fault("/assets", "the model file is not the one that was validated; propose the model again"))
    }
    guard obstacles.isEmpty else {
      throw APIError(
        .promotionRefused,
        "'\(item.id)' cannot become \(state.rawValue): "
          + obstacles.map(\.description).joined(separator: "; "), faults: obstacles)
    }
    return seen.json(of: item)
  }

  /// SHA-256 of the model file as it was validated last.
  private func validatedFile(of standing: PromotionStanding) async throws -> String? {
    let history = try await store.promotions(ofModel: standing.document.id, in: standing.document.collectionID)
    guard let text = history.last(where: { $0.to == .validated })?.evidence else { return nil }
    return try JSONParser.parse(Array(text.utf8)).object?["model_file"]?.object?["sha256"]?.string
  }

  /// What was decided about an item, also where it is gone.
  ///
  /// - Parameters:
  ///   - number: only what was decided before the entry of this number; nil for all.
  ///   - limit: how many of the latest entries are told at most.
  /// - Throws: ``StoreError/notFound(_:)`` where there is no such item and never was a decision.
  public func history(
    of reference: ItemReference, before number: Int64? = nil, limit: Int = Self.mostEntries
  ) async throws -> JSONObject {
    let model = try await store.model(reference)
    let standing = try await store.standing(ofModel: model.id, in: model.collection)
    let history = try await store.promotions(
      ofModel: model.id, in: model.collection, before: number, limit: limit)
    guard standing != nil || number != nil || !history.isEmpty else {
      throw StoreError.notFound("item '\(model.id)' in collection '\(model.collection)'")
    }
    return PromotionHistory(model: model, standing: standing, promotions: history).json
  }
}
