public import StacModel

/// Where a lineage is read.
public protocol LineageCatalog: Sendable {
  /// An item's document, nil where there is none.
  func document(ofItem id: String, in collection: String) async throws -> JSONObject?
  /// A collection's document, nil where there is none.
  func document(ofCollection id: String) async throws -> JSONObject?
  /// The item that a name with a version means (`name@latest`, `name@production`, `name@version`); the place itself where it
  /// is no such name, or names nothing.
  func meant(by place: CatalogPlace) async throws -> CatalogPlace
  /// Items that name an item or a collection as their source, in one order; an item also by a name with a version that may
  /// mean it. Those that do not, or not any more, may be among them.
  ///
  /// - Parameters:
  ///   - limit: how many places of the order are looked at.
  ///   - offset: how many places are passed over.
  func documents(derivedFrom place: CatalogPlace, limit: Int, offset: Int) async throws -> DerivedDocuments
  /// The collections that name any source, in one order.
  func derivedCollections() async throws -> DerivedDocuments
  /// What was decided about a model: its state, and the decisions; nil where nothing was, or nobody can tell now.
  func promotions(ofItem id: String, in collection: String) async -> JSONObject?
  /// The bytes of a small file that an href names, nil where it may not be read or is none of this machine.
  func file(at href: String) async -> [UInt8]?
  /// Whether addresses that begin so are this catalog's.
  func isOwn(base: String) -> Bool
  /// The address of a place of this catalog.
  func address(of place: CatalogPlace) -> String
}

/// Some of what was made of something.
public struct DerivedDocuments: Sendable {
  public let documents: [DerivedDocument]
  /// Whether there is nothing behind the places that were looked at.
  public let isLast: Bool

  public init(documents: [DerivedDocument], isLast: Bool) {
    self.documents = documents
    self.isLast = isLast
  }
}

/// An item or a collection that was made of something.
public struct DerivedDocument: Sendable {
  public let place: CatalogPlace
  public let document: JSONObject

  public init(_ place: CatalogPlace, document: JSONObject) {
    self.place = place
    self.document = document
  }
}

/// How far a lineage is walked.
public struct LineageRequest: Sendable, Hashable {
  /// Which ways are walked.
  public enum Direction: String, Sendable, Hashable, CaseIterable {
    /// What it was made of.
    case sources
    /// What was made of it.
    case results
    case both
  }

  public var direction: Direction
  /// Steps from the root, 1 to 32.
  public var depth: Int
  /// Nodes at most, 1 to 1,000.
  public var limit: Int

  public static let greatestDepth = 32
  public static let greatestLimit = 1_000

  public init(direction: Direction = .both, depth: Int = 8, limit: Int = 200) {
    self.direction = direction
    self.depth = depth
    self.limit = limit
  }
}
