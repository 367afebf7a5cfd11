public import StacModel
public import StacSearch

/// Where collections and items are kept.
///
/// Every write that returns is committed. Errors are ``StoreError``; cancelling the task cancels the statement.
public protocol CatalogStore: APIKeyStore, PromotionStore {
  /// The collection with the extent of its items, nil where there is none.
  func collection(id: String) async throws(StoreError) -> StoredDocument?
  /// The collection as it was written, with the extent that it declares; nil where there is none.
  func declaration(ofCollection id: String) async throws(StoreError) -> StoredDocument?
  /// Adds a collection; ``StoreError/conflict(_:)`` where the identifier is taken.
  func insert(_ collection: Collection) async throws(StoreError)
  /// Replaces a collection's document; ``StoreError/notFound(_:)`` where there is none.
  ///
  /// - Parameter expected: the document that must still be stored, else ``StoreError/changed(_:)``; nil for whatever is.
  func replace(_ collection: Collection, expecting expected: SerializedDocument?) async throws(StoreError)
  /// Adds collections or replaces their documents.
  func upsert(_ collections: [Collection]) async throws(StoreError)
  /// Removes a collection and its items; ``StoreError/notFound(_:)`` where there is none.
  ///
  /// ``StoreError/decided(_:)`` names a model in it that is approved where who removes it may not approve.
  ///
  /// - Parameter comment: why, for the histories of the models in it about which something was decided.
  func deleteCollection(id: String, comment: String) async throws(StoreError)

  /// The item, nil where there is none.
  func item(collection: String, id: String) async throws(StoreError) -> StoredDocument?
  /// Items that declare the MLM extension, in order of collection and identifier.
  func models(limit: Int) async throws(StoreError) -> [StoredDocument]
  /// Items that named an item or a collection as a source when they were written, in order of collection and identifier; of a
  /// model also those that named a version of it (`name@latest`), which may be another one.
  ///
  /// Told by the form of the links' addresses; their documents say whether they do so still, and mean this catalog.
  ///
  /// - Parameters:
  ///   - limit: how many notes are looked at.
  ///   - offset: how many are passed over.
  func items(derivedFrom place: CatalogPlace, limit: Int, offset: Int) async throws(StoreError) -> DerivedItems
  /// The collections that have links with rel `derived_from`, as they were written, in order of their identifiers; those that
  /// have the words elsewhere may be among them.
  func collectionsWithSources(limit: Int) async throws(StoreError) -> [StoredDocument]
  /// The identifiers of the models of a collection that have a name (`mlm:name`) and a version, however it is written
  /// (``SemanticVersion/normal(_:)``), or a name and no version; in their order.
  func models(named name: String, version: String?, in collection: String) async throws(StoreError) -> [String]
  /// Adds a model to a collection where no other there has its name and version; of several at once one wins.
  ///
  /// ``StoreError/conflict(_:)`` names the item that has the identifier, or the version.
  func insert(
    model item: Item, named name: String, version: String?, into collection: String
  ) async throws(StoreError)
  /// Replaces a model's document, as ``replace(_:in:expecting:)`` does, where no other item has its name and version.
  ///
  /// ``StoreError/conflict(_:)`` names the item that has the version; one that shares it already may be replaced.
  func replace(
    model item: Item, named name: String, version: String?, in collection: String,
    expecting expected: SerializedDocument
  ) async throws(StoreError)
  /// The models that may have changed since a mark, those of transactions that ran then among them; every model where
  /// there is no mark.
  func modelChanges(since mark: ModelMark?) async throws(StoreError) -> ModelChanges
  /// The models of keys, as far as they are there, with what a software has found in their files; in no order.
  func models(_ keys: [ModelKey], provedBy runtime: String?) async throws(StoreError) -> [StoredModel]
  /// What this program has read out of models before that have not changed since, as far as it was kept, with what a software
  /// has found in their files; in no order.
  func modelDigests(_ changes: [ModelChange], provedBy runtime: String?) async throws(StoreError) -> [ModelDigest]
  /// Keeps what was read out of models for the next start of this program.
  func keep(_ digests: [ModelDigest]) async throws(StoreError)
  /// How often this process has written, or may have.
  var writeCount: Int { get }
  /// Adds items to a collection, all or none.
  ///
  /// ``StoreError/conflict(_:)`` names an identifier that is taken or given twice, ``StoreError/notFound(_:)`` the
  /// collection.
  func insert(_ items: [Item], into collection: String) async throws(StoreError)
  /// Replaces an item's document; ``StoreError/notFound(_:)`` where there is none.
  ///
  /// - Parameter expected: the document that must still be stored, else ``StoreError/changed(_:)``; nil for whatever is.
  func replace(_ item: Item, in collection: String, expecting expected: SerializedDocument?) async throws(StoreError)
  /// Adds items or replaces their documents, each in the collection it names, all or none; of two with one identifier
  /// the later stays.
  func upsert(_ items: [Item]) async throws(StoreError)
  /// Removes an item; ``StoreError/notFound(_:)`` where there is none, ``StoreError/decided(_:)`` where it is a model that is
  /// approved and who removes it may not approve.
  ///
  /// - Parameter comment: why, for the history of a model about which something was decided.
  func deleteItem(collection: String, id: String, comment: String) async throws(StoreError)

  /// One page of what a search finds, in the order it asks for, else newest first.
  func search(_ request: SearchRequest, counting: CountPreference) async throws(StoreError) -> SearchPage
  /// One page of the collections that a search finds, in the order it asks for, else by identifier.
  func searchCollections(_ request: CollectionSearchRequest) async throws(StoreError) -> SearchPage

  /// What an aggregation asks for, computed over the items of its search.
  func aggregate(_ request: AggregationRequest) async throws(StoreError) -> [AggregationResult]

  /// A text that is the same as before only where nothing was committed in between; nil where the store cannot tell.
  func snapshot() async throws(StoreError) -> String?

  /// What items may be asked for, in one collection or in all; ``StoreError/notFound(_:)`` where there is none.
  func queryables(collection: String?) async throws(StoreError) -> Queryables
  /// What collections may be asked for.
  func collectionQueryables() async throws(StoreError) -> Queryables

  /// Collections in order of identifier, as links name them.
  func browsedCollections(limit: Int, after: String?) async throws(StoreError) -> [BrowsedCollection]
  /// The years in which a collection has items, ascending.
  func years(ofCollection collection: String) async throws(StoreError) -> [Int]
  /// The months of a year in which a collection has items, ascending.
  func months(ofCollection collection: String, year: Int) async throws(StoreError) -> [CalendarMonth]
  /// The days of a month on which a collection has items, ascending.
  func days(ofCollection collection: String, month: CalendarMonth) async throws(StoreError) -> [CalendarDay]
  /// The items of some time in order of time and identifier, those behind a place.
  func items(
    ofCollection collection: String, from start: Timestamp, before end: Timestamp, after place: BrowsePlace?,
    limit: Int
  ) async throws(StoreError) -> [BrowsedItem]
}

extension CatalogStore {
  /// Removes a collection and its items, for no reason that is told.
  public func deleteCollection(id: String) async throws(StoreError) { try await deleteCollection(id: id, comment: "") }

  /// Removes an item, for no reason that is told.
  public func deleteItem(collection: String, id: String) async throws(StoreError) {
    try await deleteItem(collection: collection, id: id, comment: "")
  }

  /// One page of what a search finds, with a number of matches that is quickly had.
  public func search(_ request: SearchRequest) async throws(StoreError) -> SearchPage {
    try await search(request, counting: .quick)
  }
}

/// One page of search results.
public struct SearchPage: Sendable {
  public let documents: [StoredDocument]
  /// Where the next page begins, nil on the last.
  public let next: String?
  /// Where the page before begins, nil on the first.
  public let previous: String?
  /// How many match in all, nil where nobody asked.
  public let numberMatched: MatchedCount?

  public init(documents: [StoredDocument], next: String?, previous: String?, numberMatched: MatchedCount?) {
    self.documents = documents
    self.next = next
    self.previous = previous
    self.numberMatched = numberMatched
  }
}

/// What a store can refuse or fail at.
public enum StoreError: Error, Sendable, Equatable {
  /// There is no such thing; the text names it: "collection 'a'".
  case notFound(String)
  /// The identifier is taken; the text names it: "item 'a' in collection 'b'".
  case conflict(String)
  /// The document is not the expected one any more; the text names it.
  case changed(String)
  /// Something was decided about a model that whoever writes may not end; the text names it and its state.
  case decided(String)
  /// The parameter of a search cannot be used.
  case parameter(ParameterError)
  /// The database cannot be reached or has no free session now; trying again may help. The text is for the log.
  case unavailable(String)
  /// The statement took longer than it may. The text is for the log.
  case timeout(String)
  /// The request was cancelled.
  case cancelled
  /// What should not happen; the text is for the log.
  case failed(String)
}

extension StoreError: CustomStringConvertible {
  /// One line for the person at a terminal; it may quote the database and must not go to a client.
  public var description: String {
    switch self {
    case .notFound(let name): "there is no \(name)"
    case .conflict(let name): "there is already \(name)"
    case .changed(let name): "\(name) has been changed by somebody else"
    case .decided(let name): "\(name), and only an approver may end that"
    case .parameter(let error): error.description
    case .unavailable(let log): "the database cannot be used now: \(log)"
    case .timeout(let log): "the database took too long: \(log)"
    case .cancelled: "the work was cancelled"
    case .failed(let log): "the database failed: \(log)"
    }
  }
}
