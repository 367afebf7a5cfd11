import Hummingbird
import StacModel
import StacStore

/// `/` and `/conformance`: what this server is and can do.
struct LandingController {
  let services: APIServices

  func answer(_ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    if request.route == .conformance {
      return .json(["conformsTo": ConformanceClasses.json(hasProcesses: services.predictions != nil)])
    }
    return try await landing(request.base, request.language).inLanguage(request.language.language)
  }

  private func landing(_ base: BaseURL, _ choice: LanguageChoice) async throws -> Response {
    var links = LandingLinks(base: base, choice: choice, hasProcesses: services.predictions != nil).list
    let collections = try await services.store.browsedCollections(limit: CollectionChildren.most + 1, after: nil)
    CollectionChildren(base: base, choice: choice).add(collections, to: &links)
    var page: JSONObject = ["type": "Catalog", "stac_version": "1.1.0"]
    page.declare(choice.language)
    page["id"] = "gnomon"
    page["title"] = "Gnomon"
    page["description"] = .string(choice.phrases.catalog)
    page["conformsTo"] = ConformanceClasses.json(hasProcesses: services.predictions != nil)
    page["links"] = links.json
    return .json(page)
  }
}

/// The links of the landing page but those to collections.
private struct LandingLinks {
  let base: BaseURL
  let choice: LanguageChoice
  let hasProcesses: Bool

  var list: LinkList {
    var links = LinkList()
    links.add(.selfLink, choice.url(base.landing), title: nil, in: choice.language)
    links.add(.root, choice.url(base.landing), title: nil, in: choice.language)
    for language in Language.allCases where language != choice.language {
      links.add(.alternate, base.landing + "?language=\(language.rawValue)", title: language.name, in: language)
    }
    addService(to: &links)
    addSearch(to: &links)
    links.add(.children, choice.url(base.url("children")))
    if hasProcesses { links.add(.processes, base.url("processes"), title: "Models that can be run") }
    return links
  }

  private func addService(to links: inout LinkList) {
    links.add(.serviceDescription, base.url("api"), .openAPI, title: "OpenAPI 3.0")
    links.add(.serviceDescription, base.url("api") + "?version=3.1", .openAPI31, title: "OpenAPI 3.1")
    links.add(.serviceDocumentation, base.url("api.html"), .html, title: "API", in: .english)
    links.add(.conformance, base.url("conformance"))
    links.add(.data, base.url("collections"))
  }

  private func addSearch(to links: inout LinkList) {
    for method in ["GET", "POST"] {
      links.add(.search, base.url("search"), .geoJSON, method: method)
    }
    links.add(.queryables, base.url("queryables"), .schema, title: "Queryables")
    links.add(.sortables, base.url("sortables"), .schema, title: "Sortables")
    links.add(.functions, base.url("functions"), title: "Functions")
    for method in ["GET", "POST"] {
      links.add(.aggregate, base.url("aggregate"), .json, method: method)
    }
    links.add(.aggregations, base.url("aggregations"), title: "Aggregations")
  }
}
