import StacModel

/// The collections and items of another STAC API, page by page along its `next` links.
public actor APIPages: DocumentSource {
  /// Where pages begin that may be followed one after another.
  private struct Chain: Sendable {
    /// The identifier of the collection that the pages belong to, empty for pages of several.
    let id: String
    let address: String
  }

  private struct Position: Codable {
    /// Whether the collections are done.
    var isPastCollections = false
    /// The collection whose items are read; those of the collections before it are done.
    var collection: String?
    /// The next page of its items, nil for the first.
    var page: String?
  }

  /// What the address that the user named is.
  enum Root: Sendable {
    /// The first document of an API, with the address of its collections.
    case api(collections: String)
    /// One collection of an API, with the address of its items.
    case collection(JSONObject, items: String)
    /// A page of items, which may be followed by others.
    case page
  }

  public nonisolated let name: String
  public nonisolated let title: String
  private let address: String
  private let root: Root
  private let fetcher: DocumentFetcher
  private let limits: BatchLimits
  private var position = Position()
  /// The next page of collections to hand out, nil where there is none.
  private var collectionsPage: String?
  private var chains: [Chain] = []
  private var expected: Int?
  private var handedOut = 0

  init(address: String, root: Root, fetcher: DocumentFetcher, limits: BatchLimits) {
    self.address = address
    self.root = root
    self.fetcher = fetcher
    self.limits = limits
    name = WebAddress.plain(address)
    title = "the STAC API \(WebAddress.plain(address))"
  }

  /// An API is alive: nothing can be said of the whole.
  public func fingerprint() -> String { "" }

  public func begin(at position: String?) async throws {
    if let position { self.position = try SourcePosition.read(position) }
    switch root {
    case .api(let collections): collectionsPage = collections
    case .collection(let object, let items): chains = [Chain(id: object["id"]?.string ?? "", address: items)]
    case .page: chains = [Chain(id: "", address: address)]
    }
    guard self.position.isPastCollections else { return }
    while collectionsPage != nil { _ = try await readCollections() }
    keepChains()
  }

  public func next() async throws -> DocumentBatch? {
    if !position.isPastCollections { return try await nextCollections() }
    while let chain = chains.last {
      if let batch = try await nextPage(of: chain) { return batch }
    }
    return nil
  }

  private func nextCollections() async throws -> DocumentBatch? {
    var batch = DocumentBatch()
    if case .collection(let object, _) = root {
      batch.documents = [document(object, at: address)]
    } else if collectionsPage != nil {
      batch.documents = try await readCollections().map { document($0, at: address) }
    }
    if collectionsPage == nil {
      position.isPastCollections = true
      keepChains()
    }
    batch.position = SourcePosition.text(position)
    return batch.documents.isEmpty ? try await next() : batch
  }

  /// The chains in the order in which they are read, last first, without those that are done.
  private func keepChains() {
    chains.sort { $1.id.utf8.lexicographicallyPrecedes($0.id.utf8) }
    guard let present = position.collection else { return }
    while let last = chains.last, last.id.utf8.lexicographicallyPrecedes(present.utf8) { chains.removeLast() }
  }

  /// Reads the next page of collections.
  private func readCollections() async throws -> [JSONObject] {
    guard let page = collectionsPage else { return [] }
    let (object, final) = try await fetch(page)
    guard let list = object["collections"]?.array else {
      throw SourceFailure("\(page) is no list of collections: it has no member collections")
    }
    collectionsPage = try Self.next(of: object, at: final, after: page)
    let collections = list.compactMap(\.object)
    for collection in collections {
      guard let id = collection["id"]?.string else { continue }
      let href = collection.links.first { $0.rel == "items" }?.href
      let items = href ?? "\(page.prefix { $0 != "?" })/\(PercentCoding.encode(id))/items"
      guard let address = WebAddress.resolve(items, against: final) else { continue }
      chains.append(Chain(id: id, address: address))
    }
    return collections
  }

  /// The next page of a chain; nil, and the chain gone, where the page was the last and empty.
  private func nextPage(of chain: Chain) async throws -> DocumentBatch? {
    let isPresent = position.collection == chain.id
    let first = WebAddress.adding("limit", limits.documents, to: chain.address)
    let page = isPresent ? position.page ?? first : first
    let (object, final) = try await fetch(page, orElse: isPresent && position.page != nil ? first : chain.address)
    guard let features = object["features"]?.array else {
      throw SourceFailure("\(page) is no page of items: it has no member features")
    }
    let next = try Self.next(of: object, at: final, after: page)
    var batch = DocumentBatch()
    for case let feature? in features.map(\.object) { batch.documents.append(document(feature, at: final, in: chain)) }
    position.collection = chain.id
    position.page = next
    if next == nil {
      chains.removeLast()
      // Past this chain, whose last page has been read: the next in order, or behind the last of all.
      position.collection = chains.last?.id ?? chain.id + "\u{0}"
    }
    batch.progress = fraction(of: object, read: features.count)
    batch.position = SourcePosition.text(position)
    return batch.documents.isEmpty ? nil : batch
  }

  /// How much of one chain has been read, where there is but one and the server says how long it is.
  private func fraction(of page: JSONObject, read count: Int) -> Double? {
    handedOut += count
    if expected == nil { expected = page["numberMatched"]?.integer.map(Int.init) ?? -1 }
    guard case .api = root else {
      guard let expected, expected > 0 else { return nil }
      return min(1, Double(handedOut) / Double(expected))
    }
    return nil
  }

  /// Fetches a page; another one where the server does not take the address: a limit that it does not allow, or a place
  /// that it does not know any more.
  private func fetch(_ page: String, orElse other: String? = nil) async throws -> (object: JSONObject, address: String)
  {
    do {
      return try await fetcher.object(at: page)
    } catch let refusal as DocumentFetcher.Refusal {
      guard let other, other != page, let status = refusal.status, 400..<500 ~= status else {
        throw SourceFailure("\(page): \(refusal)")
      }
      return try await fetch(other)
    }
  }

  private func document(_ object: JSONObject, at address: String, in chain: Chain? = nil) -> SourceDocument {
    let own = object.links.first { $0.rel == "self" }?.href ?? address
    return SourceDocument(
      place: WebAddress.plain(own), base: .web(own), enclosingCollection: chain.flatMap { $0.id.isEmpty ? nil : $0.id }
    ) { () throws(JSONSyntaxError) in .object(object) }
  }

  /// Where the page behind this one is, nil on the last.
  private static func next(of page: JSONObject, at address: String, after present: String) throws -> String? {
    guard let link = page.links.first(where: { $0.rel == "next" }) else { return nil }
    guard (link.json["method"]?.string ?? "GET").uppercased() == "GET" else {
      throw SourceFailure("\(present): the page behind it is to be asked for by POST, which load does not do")
    }
    guard let next = WebAddress.resolve(link.href, against: address), next != present else {
      throw SourceFailure("\(present): its link to the next page leads nowhere, or to itself")
    }
    return next
  }
}
