import Hummingbird
import StacModel
import StacStore

/// `/`, `/conformance` and `/api`: what this server is and can do.
struct LandingController {
  let configuration: APIConfiguration
  let services: APIServices
  private static let mostChildren = 100

  func answer(_ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    switch request.route {
    case .conformance:
      return .json(["conformsTo": ConformanceClasses.json(hasProcesses: services.predictions != nil)])
    case .description:
      let document = APIDescription(base: request.base, version: configuration.version).json
      return .bytes(JSONSerializer.bytes(document), .openAPI)
    default: return try await landing(request.base)
    }
  }

  private func landing(_ base: BaseURL) async throws -> Response {
    var links = Self.links(base, hasProcesses: services.predictions != nil)
    for collection in try await services.store.collections(limit: Self.mostChildren, after: nil) {
      links.add(.child, base.url("collections", collection.id), title: collection.title)
    }
    return .json([
      "type": "Catalog", "stac_version": "1.1.0", "id": "gnomon", "title": "Gnomon",
      "description": "Imagery, the models that read it, and the maps they make.",
      "conformsTo": ConformanceClasses.json(hasProcesses: services.predictions != nil), "links": links.json,
    ])
  }

  private static func links(_ base: BaseURL, hasProcesses: Bool) -> LinkList {
    var links = LinkList()
    links.add(.selfLink, base.landing)
    links.add(.root, base.landing)
    links.add(.serviceDescription, base.url("api"), .openAPI)
    links.add(.conformance, base.url("conformance"))
    links.add(.data, base.url("collections"))
    for method in ["GET", "POST"] {
      var link = Link(rel: .search, href: base.url("search"), type: .geoJSON)
      link.json["method"] = .string(method)
      links.add(link)
    }
    if hasProcesses { links.add(.processes, base.url("processes"), title: "Models that can be run") }
    return links
  }
}

extension StoredDocument {
  /// The document's title, nil where it has none.
  fileprivate var title: String? {
    (try? JSONParser.parse(document.bytes))?.object?["title"]?.string
  }
}
