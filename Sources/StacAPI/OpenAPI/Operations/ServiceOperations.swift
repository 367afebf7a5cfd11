import StacModel

extension APIOperation {
  static let serviceOperations: [APIOperation] = [
    .init(
      path: "/", method: .get, id: "getLandingPage", tag: .service, summary: "The landing page",
      description: "A STAC catalog whose links lead to everything else; its words come in four languages.",
      answers: [.ok("landing", "The landing page", headers: ["Content-Language"])], needs: .database),
    .init(
      path: "/conformance", method: .get, id: "getConformance", tag: .service, summary: "The conformance classes",
      answers: [.ok("conformance", "The classes by their URIs")]),
    .init(
      path: "/api", method: .get, id: "getDescription", tag: .service, summary: "This description for programs",
      description: "OpenAPI 3.0 by default. OpenAPI 3.1 where `version` or the Accept header asks for it.",
      parameters: ["version"], answers: [.ok("openAPI", "The description", as: .openAPI)]),
    .init(
      path: "/api.html", method: .get, id: "getDocumentation", tag: .service, summary: "This description for people",
      answers: [.ok("page", "A page that needs nothing else", as: .html)], needs: .database),
    .init(
      path: "/healthz", method: .get, id: "getHealth", tag: .service, summary: "Whether the process runs",
      takesLanguage: false, answers: [.ok("health", "It does")]),
    .init(
      path: "/readyz", method: .get, id: "getReadiness", tag: .service, summary: "Whether the catalog can be reached",
      description: "Where read replicas are set up, also where reads go and whether writes are possible.",
      takesLanguage: false, answers: [.ok("readiness", "It can")], refusals: [503]),
    .init(
      path: "/metrics", method: .get, id: "getMetrics", tag: .service, summary: "Numbers for monitoring",
      description:
        "Requests by place and kind of answer, sessions of the database and the states of the models' MLflow "
        + "runs, in the text format of Prometheus.",
      answers: [.ok("metrics", "The numbers", as: .metrics)]),
  ]

  static let vocabularyOperations: [APIOperation] =
    [
      vocabulary("/queryables", "getQueryables", "What filters of items may name"),
      vocabulary("/sortables", "getSortables", "What items may be sorted by"),
      vocabulary("/collections/{collectionId}/queryables", "getCollectionsQueryables", "The same of one collection"),
      vocabulary(
        "/collections/{collectionId}/sortables", "getCollectionsSortables",
        "What one collection's items may be sorted by"),
      vocabulary("/collections-queryables", "getQueryablesOfCollections", "What filters of collections may name"),
      vocabulary("/collections-sortables", "getSortablesOfCollections", "What collections may be sorted by"),
    ] + [
      .init(
        path: "/functions", method: .get, id: "getFunctions", tag: .vocabulary,
        summary: "The functions that filters may call",
        answers: [.ok("functions", "The functions, with the types of what they take and give")])
    ]

  private static func vocabulary(_ path: String, _ id: String, _ summary: String) -> APIOperation {
    let isOfCollection = path.contains("{")
    return .init(
      path: path, method: .get, id: id, tag: .vocabulary, summary: summary,
      description: path.hasSuffix("queryables")
        ? "A JSON schema of what specifications declare and of what occurs in the data." : "",
      parameters: isOfCollection ? ["collectionId"] : [],
      answers: [.ok("jsonSchema", "A JSON schema with a property for each", as: .schema)],
      needs: isOfCollection ? [.database, .existing] : .database)
  }

  static let browsingOperations: [APIOperation] = [
    children("/children", "getChildren", "The collections, as children of the landing page"),
    children("/collections/{collectionId}/children", "getCollectionsChildren", "The child of a collection"),
    .init(
      path: "/browse", method: .get, id: "browseCollections", tag: .browsing,
      summary: "Collections that the landing page has no room for", parameters: ["token"],
      answers: [.ok("catalog", "A STAC catalog of collections", headers: ["Content-Language"])], needs: .database),
    browse("/browse/{collectionId}", ["collectionId"], "browseCollection", "A collection's items by year"),
    children("/browse/{collectionId}/children", "getYears", "The years of a collection"),
    browse("/browse/{collectionId}/{year}", ["collectionId", "year"], "browseYear", "A year's items by month"),
    children("/browse/{collectionId}/{year}/children", "getMonths", "The months of a year"),
    browse(
      "/browse/{collectionId}/{year}/{month}", ["collectionId", "year", "month"], "browseMonth",
      "The items of a month, or its days where they are many"),
    children("/browse/{collectionId}/{year}/{month}/children", "getDays", "The days of a month"),
    browse(
      "/browse/{collectionId}/{year}/{month}/{day}", ["collectionId", "year", "month", "day", "token"], "browseDay",
      "The items of a day"),
    children(
      "/browse/{collectionId}/{year}/{month}/{day}/children", "getRestOfDay", "The next page of a day's items"),
  ]

  private static func browse(_ path: String, _ parameters: [String], _ id: String, _ summary: String) -> APIOperation {
    .init(
      path: path, method: .get, id: id, tag: .browsing, summary: summary,
      description: path.hasSuffix("{day}") ? "A thousand at a time; a child has the next ones." : "",
      parameters: parameters,
      answers: [.ok("catalog", "A STAC catalog with child and item links", headers: ["Content-Language"])],
      needs: [.database, .existing])
  }

  private static func children(_ path: String, _ id: String, _ summary: String) -> APIOperation {
    let names = ["collectionId", "year", "month", "day"].filter { path.contains("{\($0)}") }
    return .init(
      path: path, method: .get, id: id, tag: .browsing, summary: summary,
      description: "What the child links of the document lead to, whole, in pages.",
      parameters: names + ["type", "limit", "token"],
      answers: [.ok("children", "Catalogs and collections", headers: ["Content-Language"])],
      needs: names.isEmpty ? .database : [.database, .existing])
  }
}
