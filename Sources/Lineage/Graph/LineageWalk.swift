public import StacModel

/// Walks a lineage both ways, from what was asked about.
///
/// What is met twice is one node, so that documents which name each other in a circle end the walk; what lies in other
/// catalogs is named and not fetched.
public struct LineageWalk {
  let catalog: any LineageCatalog
  let request: LineageRequest
  private var graph: LineageGraph
  private var numbers: [String: Int] = [:]
  private var knownEdges: Set<[String]> = []
  private var documents: [String: JSONObject] = [:]
  /// What names with a version mean, as far as they were met.
  private var meanings: [CatalogPlace: CatalogPlace] = [:]
  /// The collections that name sources, once they were asked for.
  private var collections: DerivedDocuments?

  /// The lineage of an item or a collection, nil where there is none.
  public static func graph(
    of place: CatalogPlace, _ request: LineageRequest, in catalog: some LineageCatalog
  ) async throws -> LineageGraph? {
    var walk = LineageWalk(catalog: catalog, request: request, root: place)
    guard let document = try await walk.read(place) else { return nil }
    await walk.add(place, document)
    if request.direction != .results { try await walk.follow(place, towards: .sources) }
    if request.direction != .sources { try await walk.follow(place, towards: .results) }
    return walk.graph
  }

  private init(catalog: some LineageCatalog, request: LineageRequest, root: CatalogPlace) {
    self.catalog = catalog
    self.request = request
    graph = LineageGraph(root: root.nodeID)
  }

  /// Goes on from the root, step by step.
  private mutating func follow(_ root: CatalogPlace, towards direction: LineageRequest.Direction) async throws {
    var frontier = [root]
    for step in 1...request.depth + 1 where !frontier.isEmpty {
      // One step more tells whether anything lies beyond.
      let isBeyond = step > request.depth
      var next: [CatalogPlace] = []
      for place in frontier {
        try Task.checkCancellation()
        if direction == .sources {
          next += try await addSources(of: place, isBeyond: isBeyond)
        } else {
          next += try await addResults(of: place, isBeyond: isBeyond)
        }
      }
      frontier = next
    }
  }

  /// Adds what a document was made of.
  ///
  /// - Returns: the places that were not known before.
  private mutating func addSources(of place: CatalogPlace, isBeyond: Bool) async throws -> [CatalogPlace] {
    var found: [CatalogPlace] = []
    guard let document = documents[place.nodeID] else { return [] }
    for source in LineageSource.sources(of: document, at: place) {
      if isBeyond { return stop(.depth) }
      guard let sourcePlace = source.place else {
        let id = source.nodeID
        guard await addForeign(source, id: id) else { return found }
        connect(place.nodeID, id, source.relation)
        continue
      }
      let target = try await meant(by: sourcePlace)
      let isForeign = isForeign(sourcePlace)
      let isKnown = numbers[target.nodeID] != nil
      let document = isKnown ? documents[target.nodeID] : try await read(target)
      if isForeign, document == nil {
        guard await addForeign(source, id: source.nodeID) else { return found }
        connect(place.nodeID, source.nodeID, source.relation)
        continue
      }
      if !isKnown {
        guard hasRoom() else { return found }
        await add(target, document, titled: source.title)
        if document != nil { found.append(target) }
      }
      connect(place.nodeID, target.nodeID, source.relation, through: sourcePlace, to: target)
    }
    return found
  }

  private func read(_ place: CatalogPlace) async throws -> JSONObject? {
    guard let item = place.item else { return try await catalog.document(ofCollection: place.collection) }
    return try await catalog.document(ofItem: item, in: place.collection)
  }

  // MARK: Places

  /// The place of this catalog that a link's place means.
  mutating func meant(by place: CatalogPlace) async throws -> CatalogPlace {
    let own = CatalogPlace(collection: place.collection, item: place.item)
    guard own.item?.contains("@") == true else { return own }
    if let known = meanings[own] { return known }
    let meant = try await catalog.meant(by: own)
    meanings[own] = meant
    return meant
  }

  private func isForeign(_ place: CatalogPlace) -> Bool { place.base.map { !catalog.isOwn(base: $0) } ?? false }

  /// The collections that name sources, read once in a walk.
  mutating func derivedCollections() async throws -> DerivedDocuments {
    if let collections { return collections }
    let read = try await catalog.derivedCollections()
    collections = read
    return read
  }

  // MARK: Nodes and edges

  enum Limit { case depth, nodes, looks }

  mutating func stop(_ limit: Limit) -> [CatalogPlace] {
    note(limit)
    return []
  }

  mutating func note(_ limit: Limit) {
    let text =
      switch limit {
      case .depth: "there is more beyond \(request.depth) steps"
      case .nodes: "there are more than \(request.limit) nodes"
      case .looks: "of what may have been made of one thing, \(Self.mostLookedAt) were looked at"
      }
    if !graph.limits.contains(text) { graph.limits.append(text) }
  }

  private mutating func hasRoom() -> Bool {
    if graph.nodes.count < request.limit { return true }
    note(.nodes)
    return false
  }

  private mutating func append(_ node: LineageNode) {
    numbers[node.id] = graph.nodes.count
    graph.nodes.append(node)
  }

  private mutating func add(_ place: CatalogPlace, _ document: JSONObject?, titled title: String? = nil) async {
    documents[place.nodeID] = document
    let kind = Self.kind(of: document, at: place)
    var details = document.map(Self.details) ?? [:]
    if kind == .model, let item = place.item,
      let decided = await catalog.promotions(ofItem: item, in: place.collection)
    {
      for member in decided.members { details[member.name] = member.value }
    }
    append(
      LineageNode(
        id: place.nodeID, kind: kind, state: document == nil ? .missing : .present,
        title: document.map { Self.title(of: $0, at: place) } ?? title ?? place.item ?? place.collection,
        href: catalog.address(of: place), place: place, details: details))
  }

  /// Adds what is no place of this catalog; false where there is no room.
  private mutating func addForeign(_ source: LineageSource, id: String) async -> Bool {
    if numbers[id] != nil { return true }
    guard hasRoom() else { return false }
    var details = source.details
    var state = LineageNode.State.remote
    if let file = await described(source) {
      state = .present
      for member in file.members { details[member.name] = member.value }
    }
    append(
      LineageNode(
        id: id, kind: source.kind, state: state, title: source.title ?? source.href, href: source.href,
        details: details))
    return true
  }

  /// What a file of DVC or an MLproject of this machine says; nil where it is none, or cannot be read.
  private func described(_ source: LineageSource) async -> JSONObject? {
    let name = source.href.split(separator: "/").last.map(String.init) ?? ""
    switch source.kind {
    case .data:
      guard let bytes = await catalog.file(at: source.href) else { return nil }
      do {
        let file = try DVCFile(bytes)
        var described: JSONObject = ["outs": .array(file.outputs.map { .object($0.json) })]
        if !file.dependencies.isEmpty { described["deps"] = .array(file.dependencies.map { .object($0.json) }) }
        let differences = source.data?.differences(from: file).map(\.message) ?? []
        if !differences.isEmpty { described["problem"] = .string(differences.joined(separator: "; ")) }
        return described
      } catch {
        return ["problem": .string(error.description)]
      }
    case .code where name == "MLproject":
      guard let bytes = await catalog.file(at: source.href) else { return nil }
      do {
        return ["project": .object(try MLProject(bytes).json)]
      } catch {
        return ["problem": .string(error.description)]
      }
    default: return nil
    }
  }

  private mutating func connect(_ from: String, _ to: String, _ relation: String) {
    append(LineageEdge(from: from, to: to, relation: relation))
  }

  /// - Parameters:
  ///   - place: what the link names.
  ///   - target: what that means here.
  private mutating func connect(
    _ from: String, _ to: String, _ relation: String, through place: CatalogPlace, to target: CatalogPlace
  ) {
    append(
      LineageEdge(
        from: from, to: to, relation: relation, isByIdentifier: isForeign(place),
        name: place.item == target.item ? nil : place.item))
  }

  private mutating func append(_ edge: LineageEdge) {
    if knownEdges.insert([edge.from, edge.to, edge.relation]).inserted { graph.edges.append(edge) }
  }

  /// Adds something that was made of a place, where there is room; whether it was not known before.
  mutating func add(
    _ made: DerivedDocument, of place: CatalogPlace, through source: LineageSource
  ) async -> Addition {
    let isKnown = numbers[made.place.nodeID] != nil
    if !isKnown {
      guard hasRoom() else { return .full }
      await add(made.place, made.document)
    }
    connect(made.place.nodeID, place.nodeID, source.relation, through: source.place ?? place, to: place)
    return isKnown ? .known : .new
  }

  enum Addition { case new, known, full }
}
