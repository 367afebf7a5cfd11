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
        schema: "modelDocument", types: [.json, .geoJSON], description: "A model's item, or a FeatureCollection of them"
      ),
      answers: [.ok("modelReports", "What was found")], needs: .permission),
    .init(
      path: "/collections/{collectionId}/items/{modelId}/validation", method: .get, id: "getModelValidation",
      tag: .models,
      summary: "What is doubtful in a model's item", parameters: ["collectionId", "modelId"],
      answers: [.ok("modelReport", "What was found")], needs: [.database, .existing]),
  ]
}
