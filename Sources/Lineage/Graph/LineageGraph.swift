public import StacModel

/// What something was made of, and what was made of it.
public struct LineageGraph: Sendable, Hashable {
  /// The identifier of the node that was asked about.
  public let root: String
  /// The nodes, the root first, each once.
  public var nodes: [LineageNode]
  /// What was made of what, each pair and relation once.
  public var edges: [LineageEdge]
  /// Why something is missing; empty where the graph is whole.
  public var limits: [String]

  public init(root: String, nodes: [LineageNode] = [], edges: [LineageEdge] = [], limits: [String] = []) {
    self.root = root
    self.nodes = nodes
    self.edges = edges
    self.limits = limits
  }
}

/// One thing in a lineage.
public struct LineageNode: Sendable, Hashable {
  /// What it is.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// An item that declares the MLM extension.
    case model
    /// An item that a model has made.
    case result
    case item
    case collection
    /// Data that DVC keeps.
    case data
    /// A run of MLflow.
    case run
    /// A container image.
    case container
    /// Source code, or a project of MLflow.
    case code
    /// Anything else that a link leads to.
    case other
  }

  /// Whether it was looked at.
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// It is in this catalog.
    case present
    /// Its address is one of this catalog, and nothing is there.
    case missing
    /// It lies elsewhere: named, and not fetched.
    case remote
  }

  /// Unique in the graph.
  public let id: String
  public var kind: Kind
  public var state: State
  public var title: String
  /// Where it can be read, as its document or the link has it.
  public var href: String
  /// Its place in this catalog, where it is one.
  public var place: CatalogPlace?
  /// What else is known of it, by the names of the specifications.
  public var details: JSONObject

  public init(
    id: String, kind: Kind, state: State, title: String, href: String, place: CatalogPlace? = nil,
    details: JSONObject = [:]
  ) {
    self.id = id
    self.kind = kind
    self.state = state
    self.title = title
    self.href = href
    self.place = place
    self.details = details
  }
}

/// That one thing was made of, or by, another.
public struct LineageEdge: Sendable, Hashable {
  /// What was made.
  public let from: String
  /// What it was made of.
  public let to: String
  /// `derived_from`, `mlflow:run`, `runtime` or `code`.
  public let relation: String
  /// Whether the link's address is another server's, and the source was found here by its identifiers.
  public let isByIdentifier: Bool
  /// The name with a version (`crops@latest`) that led to the source now; nil where the link has its identifier.
  public let name: String?

  public init(from: String, to: String, relation: String, isByIdentifier: Bool = false, name: String? = nil) {
    self.from = from
    self.to = to
    self.relation = relation
    self.isByIdentifier = isByIdentifier
    self.name = name
  }
}

extension LineageGraph {
  /// The graph as a document; `links` go behind it.
  public func json(links: [Link] = []) -> JSONObject {
    [
      "root": .string(root),
      "nodes": .array(nodes.map { .object($0.json) }),
      "edges": .array(edges.map { .object($0.json) }),
      "limits": .array(limits.map(JSONValue.string)),
      "links": .array(links.map { .object($0.json) }),
    ]
  }
}

extension LineageNode {
  /// The state of a model's promotion.
  var promotionState: String? { details["gnomon:state"]?.string }

  var json: JSONObject {
    var object: JSONObject = [
      "id": .string(id), "kind": .string(kind.rawValue), "state": .string(state.rawValue), "title": .string(title),
      "href": .string(href),
    ]
    if let place { object["collection"] = .string(place.collection) }
    if let item = place?.item { object["item"] = .string(item) }
    for member in details.members where object[member.name] == nil { object[member.name] = member.value }
    return object
  }
}

extension LineageEdge {
  var json: JSONObject {
    var object: JSONObject = ["from": .string(from), "to": .string(to), "rel": .string(relation)]
    if isByIdentifier { object["matched"] = "identifier" }
    if let name { object["name"] = .string(name) }
    return object
  }
}
