import StacModel
import StacStore

/// Where documents are put: a store, or a server.
protocol CatalogDestination: Sendable {
  /// Adds collections or replaces them.
  func upsert(_ collections: [Collection]) async throws
  /// Adds items or replaces them, all or none; ``DestinationRefusal`` where one of them is at fault.
  func upsert(_ items: [Item]) async throws
}

/// A destination refuses a document, for a reason that its author can mend.
struct DestinationRefusal: Error {
  let reason: String
  /// The name of what has to be there first, as ``StoreError/notFound(_:)`` has it; nil for another reason.
  var missing: String?
}

/// A destination that is a store of this machine or a database.
struct StoreDestination: CatalogDestination {
  let store: any CatalogStore

  func upsert(_ collections: [Collection]) async throws { try await store.upsert(collections) }

  func upsert(_ items: [Item]) async throws {
    do {
      try await store.upsert(items)
    } catch StoreError.notFound(let name) {
      throw DestinationRefusal(reason: "there is no \(name); load it first")
    } catch StoreError.conflict(let name) {
      throw DestinationRefusal(reason: "\(name) is in the way")
    }
  }
}
