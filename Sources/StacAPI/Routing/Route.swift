import StacModel

/// A place of the interface, with the identifiers that its path names.
enum Route: Sendable, Hashable {
  case landing
  case conformance
  case description
  case documentation
  case health
  case readiness
  case metrics
  case search
  /// `/aggregate`, or that of a collection.
  case aggregate(String?)
  /// `/aggregations`, or those of a collection.
  case aggregations(String?)
  /// `/queryables`, or those of a collection.
  case queryables(String?)
  /// `/sortables`, or those of a collection.
  case sortables(String?)
  case functions
  case collectionSearch
  case collectionQueryables
  case collectionSortables
  case collections
  case collection(String)
  /// What a collection was made of, and what was made of it.
  case collectionLineage(String)
  case items(String)
  case item(ItemReference)
  case asset(ItemReference, key: String)
  case part(ItemPart, of: ItemReference)
  case processes
  case process(ItemReference)
  case execution(ItemReference)
  /// A place below `/models`.
  case models(ModelPlace)
  case browse(BrowseNode)
  /// The children of a catalog for browsing, of a collection, or of the landing page.
  case children(BrowseParent)

  /// Finds the place of a path; nil where there is none.
  init?(_ segments: [Substring]) {
    // The target has checked that every segment decodes.
    let names = segments.map { PercentCoding.decode($0) ?? "" }
    guard !names.contains("") else { return nil }
    let isItem = names.count >= 3 && names[0] == "collections" && names[2] == "items"
    switch names.count {
    case 0: self = .landing
    case 1:
      guard let place = Self.top[names[0]] else { return nil }
      self = place
    case 2 where names[0] == "collections": self = .collection(names[1])
    case 3 where isItem: self = .items(names[1])
    case 3 where names[0] == "collections":
      guard let place = Self.belowCollection(names[1], names[2]) else { return nil }
      self = place
    case _ where names[0] == "browse":
      guard let place = Self.browsing(names.dropFirst()) else { return nil }
      self = place
    case 4 where isItem: self = .item(ItemReference(collection: names[1], id: names[3]))
    case 5 where isItem:
      guard let part = ItemPart(rawValue: names[4]) else { return nil }
      self = .part(part, of: ItemReference(collection: names[1], id: names[3]))
    case 6 where isItem && names[4] == "assets":
      self = .asset(ItemReference(collection: names[1], id: names[3]), key: names[5])
    case 3 where names[0] == "models" && names[2] == "sources":
      guard let model = Self.model(segments[1]) else { return nil }
      self = .models(.sources(model))
    case _ where names[0] == "models":
      guard let place = ModelPlace(names.dropFirst()) else { return nil }
      self = .models(place)
    case 2 where names[0] == "processes":
      guard let model = Self.model(segments[1]) else { return nil }
      self = .process(model)
    case 3 where names[0] == "processes" && names[2] == "execution":
      guard let model = Self.model(segments[1]) else { return nil }
      self = .execution(model)
    default: return nil
    }
  }

  private static let top: [String: Route] = [
    "conformance": .conformance, "api": .description, "api.html": .documentation, "healthz": .health,
    "readyz": .readiness, "metrics": .metrics, "search": .search, "aggregate": .aggregate(nil),
    "aggregations": .aggregations(nil),
    "queryables": .queryables(nil), "sortables": .sortables(nil), "functions": .functions,
    "collections": .collections, "collections-search": .collectionSearch,
    "collections-queryables": .collectionQueryables, "collections-sortables": .collectionSortables,
    "processes": .processes, "browse": .browse(.collections), "children": .children(.landing),
  ]

  private static func belowCollection(_ id: String, _ name: String) -> Route? {
    switch name {
    case "aggregate": .aggregate(id)
    case "aggregations": .aggregations(id)
    case "queryables": .queryables(id)
    case "sortables": .sortables(id)
    case "children": .children(.collection(id))
    case "lineage": .collectionLineage(id)
    default: nil
    }
  }

  /// `{collectionId}`, with a year, a month and a day behind it, and `children` of each.
  private static func browsing(_ names: ArraySlice<String>) -> Route? {
    if names.count > 1, names.last == "children" {
      return BrowseNode(names.dropLast()).map { .children(.node($0)) }
    }
    return BrowseNode(names).map { .browse($0) }
  }

  /// Splits `{collection}:{item}` at its first bare colon; a colon within an identifier arrives as %3A.
  ///
  /// Where no colon is bare but exactly one is encoded, the client has quoted the whole identifier and that one splits.
  private static func model(_ segment: Substring) -> ItemReference? {
    var parts = segment.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 1 {
      parts = segment.split(separator: /%3[Aa]/, omittingEmptySubsequences: false)
    }
    guard parts.count == 2, let collection = PercentCoding.decode(parts[0]), let id = PercentCoding.decode(parts[1]),
      !collection.isEmpty, !id.isEmpty
    else { return nil }
    return ItemReference(collection: collection, id: id)
  }

  /// The path with names for what varies, for logs.
  var template: String {
    switch self {
    case .landing: "/"
    case .conformance: "/conformance"
    case .description: "/api"
    case .documentation: "/api.html"
    case .health: "/healthz"
    case .readiness: "/readyz"
    case .metrics: "/metrics"
    case .search: "/search"
    case .aggregate(let id): Self.below(id, "aggregate")
    case .aggregations(let id): Self.below(id, "aggregations")
    case .queryables(let id): Self.below(id, "queryables")
    case .sortables(let id): Self.below(id, "sortables")
    case .functions: "/functions"
    case .collectionSearch: "/collections-search"
    case .collectionQueryables: "/collections-queryables"
    case .collectionSortables: "/collections-sortables"
    case .collections: "/collections"
    case .collection: "/collections/{collectionId}"
    case .collectionLineage: "/collections/{collectionId}/lineage"
    case .items: "/collections/{collectionId}/items"
    case .item: "/collections/{collectionId}/items/{itemId}"
    case .asset: "/collections/{collectionId}/items/{itemId}/assets/{key}"
    case .part(let part, _): "/collections/{collectionId}/items/{itemId}/\(part.rawValue)"
    case .processes: "/processes"
    case .process: "/processes/{processId}"
    case .execution: "/processes/{processId}/execution"
    case .models(let place): "/models" + place.template
    case .browse(let node): node.template
    case .children(.landing): "/children"
    case .children(.collection): "/collections/{collectionId}/children"
    case .children(.node(let node)): node.template + "/children"
    }
  }

  private static func below(_ collection: String?, _ name: String) -> String {
    collection == nil ? "/\(name)" : "/collections/{collectionId}/\(name)"
  }

  /// Whether errors are exceptions of OGC API - Processes.
  var isProcessing: Bool {
    switch self {
    case .processes, .process, .execution: true
    default: false
    }
  }

  /// The methods the place answers, in the order of an Allow header.
  var methods: [String] {
    switch self {
    case .search, .aggregate, .collectionSearch, .collections, .items: ["GET", "HEAD", "POST", "OPTIONS"]
    case .collection, .item: ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"]
    case .execution: ["POST", "OPTIONS"]
    case .models(let place): place.methods
    case .part(let part, _): part.methods
    default: ["GET", "HEAD", "OPTIONS"]
    }
  }

  /// Whether a method changes something or runs a model.
  func isWrite(_ method: String) -> Bool {
    switch method {
    case "GET", "HEAD", "OPTIONS": false
    case "POST": !isQuery
    default: true
    }
  }

  /// Whether the work for a request is worth nothing once its client has gone: it is long, and changes nothing before it is done.
  var endsWithClient: Bool {
    switch self {
    case .execution, .models(.validate): true
    default: false
    }
  }

  /// Whether a method only waits for the database and writes a little text, so that it may be answered on the event
  /// loop of its connection.
  ///
  /// - Parameter body: how many bytes a body has; nil where that is not known yet, for more may come or it is compressed.
  func isQuick(_ method: String, body: Int?) -> Bool {
    guard !isWrite(method) else {
      switch (self, method, body) {
      case (.items, "POST", let body?), (.item, "PUT", let body?): return body <= Self.quickBody
      default: return false
      }
    }
    switch self {
    case .landing, .conformance, .functions, .queryables, .sortables, .collectionQueryables, .collectionSortables,
      .collections, .collection, .collectionSearch, .items, .item, .search, .aggregate, .aggregations:
      return true
    default: return false
    }
  }

  /// The largest body that is read, checked and packed on an event loop: some 200 microseconds.
  private static let quickBody = 32_768

  /// Whether POST asks and changes nothing.
  private var isQuery: Bool {
    switch self {
    case .search, .aggregate, .collectionSearch: true
    case .models(let place): place.isQuery
    default: false
    }
  }
}
