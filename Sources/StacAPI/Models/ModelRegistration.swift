public import MLMExtension
public import StacModel
public import StacStore

/// Puts a model into the catalog once, however often it is asked to: what the server and `gnomon register` share.
///
/// A model is told from others by its name, version and file (``ModelIdentity``). The same three are nothing new; another
/// file under a name and version that are registered is refused; whatever else differs is an update.
public struct ModelRegistration: Sendable {
  /// What the caller wants.
  public struct Options: Sendable {
    /// Whether a registered version may get another file.
    public var replaces = false
    /// Whether only to say what would be done.
    public var isDryRun = false

    public init(replaces: Bool = false, isDryRun: Bool = false) {
      self.replaces = replaces
      self.isDryRun = isDryRun
    }
  }

  private let store: any CatalogStore

  public init(store: any CatalogStore) { self.store = store }

  /// Registers a model whose document was found sound.
  ///
  /// - Throws: ``APIError`` `conflict` where the version is registered with another file or the identifier is another
  ///   model's; ``StoreError``.
  public func register(
    _ item: Item, in collection: String, options: Options
  ) async throws -> RegisteredModel {
    guard let identity = ModelIdentity(item) else { throw DocumentRefusal([MLMExtension.notDeclared]) }
    do {
      return try await attempt(item, identity, in: collection, options)
    } catch let error as StoreError {
      switch error {
      case .conflict, .changed: return try await afterAnother(item, identity, in: collection, options)
      default: throw error
      }
    }
  }

  /// Somebody else was quicker: what they have put there stays, and is the outcome where it is the same.
  private func afterAnother(
    _ item: Item, _ identity: ModelIdentity, in collection: String, _ options: Options
  ) async throws -> RegisteredModel {
    let look = Options(replaces: options.replaces, isDryRun: true)
    let found = try await attempt(item, identity, in: collection, look)
    guard found.outcome == .unchanged else {
      let differences = Self.places(found.changes)
      throw APIError(
        .conflict,
        "\(found.reference.collection)/\(found.reference.id) was registered or changed by somebody else at the same "
          + "moment\(differences.isEmpty ? "" : ", and differs in \(differences)"); look at it and register again")
    }
    return RegisteredModel(
      outcome: .unchanged, reference: found.reference, identity: identity, options: options)
  }

  private func attempt(
    _ item: Item, _ identity: ModelIdentity, in collection: String, _ options: Options
  ) async throws -> RegisteredModel {
    let reference = ItemReference(collection: collection, id: item.id)
    if let stored = try await store.item(collection: collection, id: item.id) {
      return try await update(stored, to: item, identity, options)
    }
    let others = try await store.models(named: identity.name, version: identity.version, in: collection)
    // Somebody may have put this very item there meanwhile.
    let other = others.first { $0.utf8.elementsEqual(item.id.utf8) } ?? others.first
    if let other, let stored = try await store.item(collection: collection, id: other) {
      return other.utf8.elementsEqual(item.id.utf8)
        ? try await update(stored, to: item, identity, options) : try settled(stored, item, identity, options)
    }
    if options.isDryRun {
      try await store.demand(collection: collection)
    } else {
      try await store.insert(model: item, named: identity.name, version: identity.version, into: collection)
    }
    return RegisteredModel(outcome: .created, reference: reference, identity: identity, options: options)
  }

  /// The item is there already: nothing to do, or an update.
  private func update(
    _ stored: StoredDocument, to item: Item, _ identity: ModelIdentity, _ options: Options
  ) async throws -> RegisteredModel {
    let reference = ItemReference(collection: stored.collectionID, id: stored.id)
    let document = try stored.document
    let old = try JSONParser.parse(document.bytes)
    let new = try JSONParser.parse(item.inCollection(stored.collectionID).serialized.bytes)
    let changes = old.changes(to: new)
    if try changes.isEmpty || !options.replaces && Self.isOnlyElsewhere(new, than: old) {
      return RegisteredModel(outcome: .unchanged, reference: reference, identity: identity, options: options)
    }
    if !options.replaces { try Self.demandSameModel(try Item(old), reference, identity) }
    try await demandOnly(reference, identity)
    let findings = try await CatalogFindings(store: store).decisions(endedBy: item, in: stored.collectionID)
    if !options.isDryRun {
      try await store.replace(
        model: item, named: identity.name, version: identity.version, in: stored.collectionID, expecting: document)
    }
    return RegisteredModel(
      outcome: .updated, reference: reference, identity: identity, options: options, changes: changes,
      findings: findings)
  }

  /// Whether nothing but the places of the same local files differs.
  private static func isOnlyElsewhere(_ new: JSONValue, than old: JSONValue) throws -> Bool {
    let places = LocalPlaces(stored: try Item(old), new: try Item(new))
    return new.object.map { old.changes(to: .object(places.settling($0))).isEmpty } ?? false
  }

  /// Refuses to make a second item of a version.
  private func demandOnly(_ reference: ItemReference, _ identity: ModelIdentity) async throws {
    let others = try await store.models(
      named: identity.name, version: identity.version, in: reference.collection)
    // Two that are there already, by other ways than this one, can each be mended.
    let isThere = others.contains { $0.utf8.elementsEqual(reference.id.utf8) }
    guard !isThere, let other = others.first else { return }
    throw APIError(
      .conflict,
      "\(identity) is registered as \(reference.collection)/\(other); give this one another version, or remove that one"
    )
  }

  /// Another item has the name and the version: it is the same model if it has the same file, and the same item if nothing
  /// but the identifier differs.
  private func settled(
    _ stored: StoredDocument, _ item: Item, _ identity: ModelIdentity, _ options: Options
  ) throws -> RegisteredModel {
    let reference = ItemReference(collection: stored.collectionID, id: stored.id)
    let document = try JSONParser.parse(stored.document.bytes)
    let other = try Item(document)
    guard let known = ModelIdentity(other), known.isSameModel(as: identity) else {
      throw APIError(
        .conflict,
        "\(identity) is registered as \(reference.collection)/\(reference.id)\(Self.spelling(of: other, identity))"
          + "\(Self.file(of: other)); "
          + "give this one another version, or register it under that identifier")
    }
    let new = try JSONParser.parse(item.inCollection(stored.collectionID).serialized.bytes)
    let settled = new.object.map { LocalPlaces(stored: other, new: item).settling($0) } ?? [:]
    let changes = document.changes(to: .object(settled)).filter { $0.pointer != "/id" }
    guard changes.isEmpty else {
      throw APIError(
        .conflict,
        "\(identity) is registered as \(reference.collection)/\(reference.id)\(Self.spelling(of: other, identity)), and this one differs in "
          + "\(Self.places(changes)); register it under that identifier to change it")
    }
    return RegisteredModel(outcome: .unchanged, reference: reference, identity: identity, options: options)
  }

  /// The first places where two documents differ.
  private static func places(_ changes: [JSONChange]) -> String {
    let shown = changes.prefix(5).map { $0.pointer.description }.joined(separator: ", ")
    return changes.count > 5 ? "\(shown) and \(changes.count - 5) more places" : shown
  }

  /// Refuses to put another model, version or file into the place of one that is registered.
  private static func demandSameModel(
    _ stored: Item, _ reference: ItemReference, _ identity: ModelIdentity
  ) throws(APIError) {
    guard let known = ModelIdentity(stored) else {
      throw APIError(.conflict, "\(reference.collection)/\(reference.id) is an item that describes no model")
    }
    guard known.isSameVersion(as: identity) else {
      throw APIError(
        .conflict,
        "\(reference.collection)/\(reference.id) is \(known); give \(identity) an identifier of its own, or replace it")
    }
    guard !known.hasOtherFile(than: identity) else {
      throw APIError(
        .conflict,
        "\(identity) is registered with another model file\(file(of: stored)); give the new file a new version, or replace it"
      )
    }
  }

  /// How the version of an item is written, where that is another way than here.
  private static func spelling(of item: Item, _ identity: ModelIdentity) -> String {
    guard let version = ModelIdentity(item)?.version, version != identity.version else { return "" }
    return " (as \(version), which is the same version)"
  }

  private static func file(of item: Item) -> String {
    ModelIdentity(item)?.checksum.map { " (file:checksum \($0))" } ?? ""
  }
}

/// What a registration did, or would do.
public struct RegisteredModel: Sendable {
  public enum Outcome: String, Sendable {
    case created, updated, unchanged
  }

  public let outcome: Outcome
  /// Where the model is.
  public let reference: ItemReference
  public let identity: ModelIdentity
  public let isDryRun: Bool
  /// What differs from what was there.
  public let changes: [JSONChange]
  /// What the change ends.
  public let findings: [ModelFinding]

  init(
    outcome: Outcome, reference: ItemReference, identity: ModelIdentity, options: ModelRegistration.Options,
    changes: [JSONChange] = [], findings: [ModelFinding] = []
  ) {
    self.outcome = outcome
    self.reference = reference
    self.identity = identity
    isDryRun = options.isDryRun
    self.changes = changes
    self.findings = findings
  }

  /// The answer of a server, and what `gnomon register --json` prints.
  ///
  /// - Parameter findings: of the document and its files.
  public func json(_ item: Item, _ findings: ModelFindings) -> JSONObject {
    let report = ModelReport(item, findings.adding(self.findings))
    var object: JSONObject = [
      "outcome": .string(outcome.rawValue), "dry_run": .bool(isDryRun), "collection": .string(reference.collection),
      "id": .string(reference.id), "name": .string(identity.name),
    ]
    if let version = identity.version { object["version"] = .string(version) }
    if let checksum = identity.checksum { object["checksum"] = .string(checksum) }
    object["changes"] = .array(changes.map { .object($0.json) })
    object["report"] = .object(report.json)
    return object
  }
}

extension JSONChange {
  /// The change as an operation of a JSON Patch, with what stood there before as `old`.
  var json: JSONObject {
    var object: JSONObject = ["op": .string(operation.rawValue), "path": .string(pointer.description)]
    if let old { object["old"] = old }
    if let new { object["value"] = new }
    return object
  }
}
