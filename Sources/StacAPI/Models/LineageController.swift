import HTTPTypes
import Hummingbird
import Lineage
import StacModel
import StacSearch
import StacStore

/// `lineage` of an item or a collection: what it was made of, and what was made of it.
struct LineageController {
  let services: APIServices

  func answer(_ request: APIRequest, of place: CatalogPlace) async throws -> Response {
    let parameters = try request.parameters(["f", "direction", "depth", "limit"])
    let form = try Form(parameters["f"], accept: request.headers[.accept])
    var walk = LineageRequest()
    if let text = parameters["direction"] {
      guard let direction = LineageRequest.Direction(rawValue: text) else {
        throw ParameterError("direction", "one of sources, results and both")
      }
      walk.direction = direction
    }
    walk.depth = try Self.number("depth", parameters, 1...LineageRequest.greatestDepth) ?? walk.depth
    walk.limit = try Self.number("limit", parameters, 1...LineageRequest.greatestLimit) ?? walk.limit
    let catalog = StoredLineage(store: services.store, base: request.base, readFile: services.readFile)
    guard let graph = try await LineageWalk.graph(of: place, walk, in: catalog) else {
      let collection = "collection '\(place.collection)'"
      throw StoreError.notFound(place.item.map { "item '\($0)' in \(collection)" } ?? collection)
    }
    return form.response(graph, links: Self.links(of: place, at: catalog.address(of: place)))
  }

  private static func number(
    _ name: String, _ parameters: [String: String], _ range: ClosedRange<Int>
  ) throws(ParameterError) -> Int? {
    guard let text = parameters[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw ParameterError(name, "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private static func links(of place: CatalogPlace, at address: String) -> [Link] {
    let here = address + "/lineage"
    return [
      Link(rel: .selfLink, href: here, type: .json),
      Link(rel: "alternate", href: here + "?f=svg", type: Form.svg.type, title: "The lineage as a drawing"),
      Link(rel: "alternate", href: here + "?f=dot", type: Form.dot.type, title: "The lineage for Graphviz"),
      Link(rel: "about", href: address, type: place.item == nil ? .json : .geoJSON),
    ]
  }

  /// How a lineage is written.
  private enum Form: String, CaseIterable {
    case json, svg, dot, text

    /// What the parameter says, else the first that the Accept header names, else JSON.
    init(_ parameter: String?, accept: String?) throws(ParameterError) {
      if let parameter {
        guard let form = Form(rawValue: parameter) else { throw ParameterError("f", "one of json, svg, dot and text") }
        self = form
        return
      }
      let wanted = (accept ?? "").split(separator: ",").map { part in
        part.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
      }
      self = wanted.lazy.compactMap { name in Form.allCases.first { $0.mediaType == name } }.first ?? .json
    }

    private var mediaType: String {
      switch self {
      case .json: "application/json"
      case .svg: "image/svg+xml"
      case .dot: "text/vnd.graphviz"
      case .text: "text/plain"
      }
    }

    var type: StacModel.MediaType {
      switch self {
      case .json: .json
      case .svg: "image/svg+xml"
      case .dot: "text/vnd.graphviz; charset=utf-8"
      case .text: "text/plain; charset=utf-8"
      }
    }

    func response(_ graph: LineageGraph, links: [Link]) -> Response {
      var headers: HTTPFields = [.vary: "Accept"]
      switch self {
      case .json:
        return .bytes(JSONSerializer.bytes(.object(graph.json(links: links))), type, headers: headers)
      case .svg:
        // A drawing that is opened by itself runs nothing, whatever a document put into it.
        headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'"
        return .bytes(Array(graph.svg.utf8), type, headers: headers)
      case .dot: return .bytes(Array(graph.dot.utf8), type, headers: headers)
      case .text: return .bytes(Array((graph.outline + "\n").utf8), type, headers: headers)
      }
    }
  }
}
