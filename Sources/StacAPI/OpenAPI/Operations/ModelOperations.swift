import StacModel

extension APIOperation {
  static let modelOperations: [APIOperation] = [
    .init(
      path: "/models/validate", method: .post, id: "validateModel", tag: .models,
      summary: "What registering a model would find",
      description: """
        Checks a model's item, or those of a FeatureCollection, as `POST` of items does, and stores nothing. Refusals keep \
        it out of the catalog; warnings say what they bar.
        """,
      body: APIBody(
        schema: "modelDocument", types: [.json, .geoJSON],
        description: "A model's item, or a FeatureCollection of them",
        example: "model"),
      answers: [.ok("modelReports", "What was found")], needs: .permission),
    .init(
      path: "/models/register", method: .post, id: "registerModel", tag: .models,
      summary: "Puts a model into the catalog",
      description: """
        Told apart by `mlm:name`, `version` and the `file:checksum` of its model file, a model is registered once: what is \
        there is left as it is, what differs is updated and told, and another file under a registered version is refused. \
        A model that cannot be run here is refused unless `catalog_only` is said.
        """,
      parameters: ["modelCollection", "dry_run", "replace", "catalog_only", "check_registry"], takesLanguage: true,
      body: APIBody(
        schema: "modelDocument", types: [.json, .geoJSON], description: "The model's item", example: "model"),
      answers: [
        .ok("registeredModel", "It was there, was updated, or would be", headers: ["Content-Location"]),
        .ok("registeredModel", "It was not there before", status: 201, headers: ["Location"]),
      ],
      needs: [.database, .existing, .permission], refusals: [409]),
    .init(
      path: "/collections/{collectionId}/items/{modelId}/validation", method: .get, id: "getModelValidation",
      tag: .models,
      summary: "What is doubtful in a model's item",
      description: """
        What its document tells, whether another item has its version, what registries said of its images, and whether it met \
        its golden vector with the software that runs here.
        """,
      parameters: ["collectionId", "modelId"],
      answers: [.ok("modelReport", "What was found")], needs: [.database, .existing]),
    .init(
      path: "/collections/{collectionId}/items/{modelId}/container", method: .get, id: "getContainers", tag: .models,
      summary: "The container images of a model, and what their registries said",
      parameters: ["collectionId", "modelId"], answers: [.ok("containers", "The images")],
      needs: [.database, .existing]),
    .init(
      path: "/collections/{collectionId}/items/{modelId}/container", method: .post, id: "checkContainers", tag: .models,
      summary: "Asks the registries of a model's container images now",
      parameters: ["collectionId", "modelId"], answers: [.ok("containers", "The images")],
      needs: [.database, .existing, .permission]),
    .init(
      path: "/collections/{collectionId}/items/{itemId}/lineage", method: .get, id: "getLineage", tag: .models,
      summary: "What an item was made of, and what was made of it",
      description: """
        Walks links with rel `derived_from` both ways, and from models to their MLflow run, container and code. What lies \
        in other catalogs is named and not fetched. As JSON, or as a drawing where `f` or the Accept header asks for it.
        """,
      parameters: ["collectionId", "itemId", "lineageForm", "lineageDirection", "lineageDepth", "lineageLimit"],
      answers: [lineage], needs: [.database, .existing]),
    .init(
      path: "/collections/{collectionId}/lineage", method: .get, id: "getCollectionLineage", tag: .models,
      summary: "What a collection was made of, and what was made of it",
      description: "As of an item: a collection is a source where a link with rel `derived_from` leads to it.",
      parameters: ["collectionId", "lineageForm", "lineageDirection", "lineageDepth", "lineageLimit"],
      answers: [lineage], needs: [.database, .existing]),
    .init(
      path: "/collections/{collectionId}/items/{modelId}/mlflow", method: .get, id: "getModelRun", tag: .models,
      summary: "What MLflow says of a model's run",
      description: """
        The run that the model links to with the rel `mlflow:run`, as it was last seen, and whether it still is what the \
        item says. A tracking server that does not answer is a state of its own, never an error.
        """,
      parameters: ["collectionId", "modelId"], answers: [.ok("modelRun", "The run and its state")],
      needs: [.database, .existing]),
    .init(
      path: "/collections/{collectionId}/items/{modelId}/promotions", method: .get, id: "getPromotions", tag: .models,
      summary: "What was decided about a model",
      description: """
        The latest entries, oldest first, and a link to those before. Entries are never changed, and stay when the model is \
        removed, which is an entry too.
        """,
      parameters: ["collectionId", "modelId", "promotionLimit", "before"],
      answers: [.ok("promotionHistory", "The state and its history")],
      needs: [.database, .existing]),
    .init(
      path: "/collections/{collectionId}/items/{modelId}/promotions", method: .post, id: "promote", tag: .models,
      summary: "Decides about a model",
      description: """
        Takes the model to another state. Who may do so, and what a state asks for, is told in docs/promotion.md. Of two \
        who decide at once one is answered 409.
        """,
      parameters: ["collectionId", "modelId"],
      body: APIBody(schema: "promotion", description: "The state, and why", example: "promotion"),
      answers: [.ok("promotionHistory", "The state and its history", status: 201, headers: ["Location"])],
      needs: [.database, .existing, .permission], refusals: [409, 422]),
  ]

  private static let lineage = APIAnswer(
    status: 200, description: "The nodes and edges",
    contents: [
      .init(type: .json, schema: "lineage"), .init(type: "image/svg+xml", schema: "text"),
      .init(type: "text/vnd.graphviz", schema: "text"), .init(type: "text/plain", schema: "text"),
    ])
}
