public import Lineage
public import StacModel
public import StacStore

/// The lineage as the catalog has it.
public struct StoredLineage: LineageCatalog {
  private let store: any CatalogStore
  private let base: BaseURL
  private let readFile: @Sendable (String) async -> [UInt8]?

  /// - Parameters:
  ///   - base: what addresses of this catalog are written with.
  ///   - readFile: the bytes of a small file that an href names; nil where it may not be read.
  public init(
    store: any CatalogStore, base: BaseURL, readFile: @escaping @Sendable (String) async -> [UInt8]? = { _ in nil }
  ) {
    self.store = store
    self.base = base
    self.readFile = readFile
  }

  public func document(ofItem id: String, in collection: String) async throws -> JSONObject? {
    try await store.item(collection: collection, id: id).flatMap(Self.object)
  }

  public func document(ofCollection id: String) async throws -> JSONObject? {
    try await store.declaration(ofCollection: id).flatMap(Self.object)
  }

  public func meant(by place: CatalogPlace) async throws -> CatalogPlace {
    guard let item = place.item else { return place }
    do throws(StoreError) {
      let model = try await store.model(ItemReference(collection: place.collection, id: item))
      return CatalogPlace(collection: model.collection, item: model.id)
    } catch {
      // All versions are deprecated or retired: the name means none now.
      guard case .notFound = error else { throw error }
      return place
    }
  }

  public func documents(derivedFrom place: CatalogPlace, limit: Int, offset: Int) async throws -> DerivedDocuments {
    let derived = try await store.items(derivedFrom: place, limit: limit, offset: offset)
    let documents = try derived.items.compactMap { stored in
      try Self.object(stored).map {
        DerivedDocument(CatalogPlace(collection: stored.collectionID, item: stored.id), document: $0)
      }
    }
    return DerivedDocuments(documents: documents, isLast: derived.isLast)
  }

  public func derivedCollections() async throws -> DerivedDocuments {
    let stored = try await store.collectionsWithSources(limit: Self.mostCollections)
    let documents = try stored.compactMap { stored in
      try Self.object(stored).map { DerivedDocument(CatalogPlace(collection: stored.id, item: nil), document: $0) }
    }
    return DerivedDocuments(documents: documents, isLast: stored.count < Self.mostCollections)
  }

  private static let mostCollections = 1_000

  public func promotions(ofItem id: String, in collection: String) async -> JSONObject? {
    // Where the lineage can be read and the history cannot, the lineage is told.
    let latest = try? await store.promotions(ofModel: id, in: collection, before: nil, limit: Self.mostDecisions)
    guard let history = latest, !history.isEmpty,
      let standing = try? await store.standing(ofModel: id, in: collection)
    else { return nil }
    var decided: JSONObject = [:]
    decided["gnomon:state"] = standing.presentState.map { .string($0.rawValue) }
    if standing.state != nil, !standing.isUnchanged { decided["gnomon:changed"] = true }
    let decisions = history.map { decision -> JSONValue in
      .object([
        "to": .string(decision.outcome), "actor": .string(decision.actor),
        "time": .string(decision.time.description),
      ])
    }
    decided["gnomon:promotions"] = .array(decisions)
    return decided
  }

  private static let mostDecisions = 20

  public func file(at href: String) async -> [UInt8]? { await readFile(href) }

  /// The address that this server is asked at now, or one of this machine, where predictions were made before the
  /// catalog had a public address.
  public func isOwn(base other: String) -> Bool {
    if other == base.description { return true }
    guard let start = other.firstRange(of: "://") else { return false }
    return HostName(String(other[start.upperBound...].prefix { $0 != "/" }))?.isLoopback == true
  }

  public func address(of place: CatalogPlace) -> String {
    guard let item = place.item else { return base.url("collections", place.collection) }
    return base.url("collections", place.collection, "items", item)
  }

  private static func object(_ stored: StoredDocument) throws -> JSONObject? {
    try JSONParser.parse(stored.document.bytes).object
  }
}
