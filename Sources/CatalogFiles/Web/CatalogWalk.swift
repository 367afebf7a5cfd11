import Foundation
import StacModel

/// The documents of a static catalog, by its child and item links, depth first in the order of the links.
public actor CatalogWalk: DocumentSource {
  /// A link that has not been followed yet.
  private struct Pending: Sendable {
    let address: String
    let isItem: Bool
    /// The collection whose document leads here.
    let collection: String?
  }

  private struct Position: Codable, Equatable {
    /// How many links have been followed.
    var followed = 0
    /// Over their addresses, in order.
    var checksum = Checksum()
  }

  public nonisolated let name: String
  public nonisolated let title: String
  private let root: String
  private let fetcher: DocumentFetcher
  private let limits: BatchLimits
  private var pending: [Pending] = []
  /// Catalogs that were seen, so that links in a circle end.
  private var visited: Set<String> = []
  private var position = Position()
  private var wanted: Position?

  /// How many items are fetched at once.
  private static let window = 8

  /// - Parameter root: the address of the catalog's first document, `http…` or `file:`.
  public init(root: String, fetcher: DocumentFetcher, limits: BatchLimits = BatchLimits()) {
    self.root = root
    self.fetcher = fetcher
    self.limits = limits
    let shown = URL(string: root).flatMap { $0.isFileURL ? $0.path : nil } ?? WebAddress.plain(root)
    name = shown
    title = "the static catalog \(shown)"
  }

  /// Nothing is known of the whole; the links that were followed are compared when reading goes on.
  public func fingerprint() -> String { "" }

  public func begin(at position: String?) async throws {
    wanted = try position.map { text throws(PositionLost) in try SourcePosition.read(text) }
    (self.position, visited) = (Position(), [])
    pending = [Pending(address: root, isItem: false, collection: nil)]
    guard let wanted, wanted.followed > 0 else { return }
    // The links are followed again, without their items, up to where reading stopped.
    var ignored = DocumentBatch()
    while self.position.followed < wanted.followed, let link = pending.popLast() {
      count(link)
      if !link.isItem { try await follow(link, into: &ignored) }
    }
    guard self.position == wanted else {
      throw PositionLost(description: "the catalog's links are not what they were")
    }
  }

  public func next() async throws -> DocumentBatch? {
    var batch = DocumentBatch()
    while batch.documents.count < limits.documents, !pending.isEmpty {
      let items = pending.reversed().prefix { $0.isItem }.prefix(Self.window)
      guard !items.isEmpty else {
        let link = pending.removeLast()
        count(link)
        try await follow(link, into: &batch)
        continue
      }
      pending.removeLast(items.count)
      for item in items { count(item) }
      try await fetchItems(Array(items), into: &batch)
    }
    batch.position = SourcePosition.text(position)
    return batch.documents.isEmpty && batch.refused.isEmpty ? nil : batch
  }

  private func count(_ link: Pending) {
    position.followed += 1
    position.checksum.add(link.address)
  }

  /// Fetches a catalog or collection, and remembers where its links lead.
  private func follow(_ link: Pending, into batch: inout DocumentBatch) async throws {
    guard visited.insert(link.address).inserted else { return }
    let found: (object: JSONObject, address: String)
    do {
      found = try await fetcher.object(at: link.address)
    } catch let refusal as DocumentFetcher.Refusal {
      batch.refused.append(RefusedDocument(place: link.address, message: "not fetched: \(refusal)"))
      return
    }
    let object = found.object
    var collection = link.collection
    if object["type"]?.string == "Collection" { collection = object["id"]?.string }
    if object["type"]?.string != "Catalog" { append(object, found.address, link, to: &batch) }
    for next in object.links.reversed() where next.rel == "child" || next.rel == "item" {
      guard let address = WebAddress.resolve(next.href, against: found.address) else {
        batch.refused.append(
          RefusedDocument(place: found.address, message: "the link '\(next.href.prefix(200))' is no address"))
        continue
      }
      pending.append(Pending(address: address, isItem: next.rel == "item", collection: collection))
    }
  }

  /// What became of one item's link.
  private struct Fetched: Sendable {
    let link: Pending
    var object: JSONObject?
    var address = ""
    var refusal: DocumentFetcher.Refusal?
  }

  /// Fetches items at once, and keeps their order.
  private func fetchItems(_ links: [Pending], into batch: inout DocumentBatch) async throws {
    let fetcher = fetcher
    var fetched: [Int: Fetched] = [:]
    try await withThrowingTaskGroup(of: (Int, Fetched).self) { group in
      for (index, link) in links.enumerated() {
        group.addTask { (index, try await Self.fetch(link, fetcher)) }
      }
      for try await (index, one) in group { fetched[index] = one }
    }
    for one in links.indices.compactMap({ fetched[$0] }) {
      if let object = one.object {
        append(object, one.address, one.link, to: &batch)
      } else if let refusal = one.refusal {
        batch.refused.append(
          RefusedDocument(
            place: one.link.address, collection: one.link.collection, message: "not fetched: \(refusal)"))
      }
    }
  }

  private static func fetch(_ link: Pending, _ fetcher: DocumentFetcher) async throws -> Fetched {
    do {
      let (object, address) = try await fetcher.object(at: link.address)
      return Fetched(link: link, object: object, address: address)
    } catch let refusal as DocumentFetcher.Refusal {
      return Fetched(link: link, refusal: refusal)
    }
  }

  private func append(_ object: JSONObject, _ address: String, _ link: Pending, to batch: inout DocumentBatch) {
    let path = URL(string: address).flatMap { $0.isFileURL ? $0.path : nil }
    batch.documents.append(
      SourceDocument(
        place: path ?? WebAddress.plain(address), base: path.map(DocumentBase.file) ?? .web(address),
        enclosingCollection: link.collection
      ) { () throws(JSONSyntaxError) in .object(object) })
  }
}
