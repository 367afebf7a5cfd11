import StacModel

extension APIOperation {
  static let matchOperations: [APIOperation] = [
    .init(
      path: "/models/match", method: .get, id: "getMatchingModels", tag: .models,
      summary: "Models that can read an item, a collection, or bands",
      description: """
        Name an item with its collection, or a collection with `bbox` and `datetime`, or bands, gsd and platform. \
        Every model is judged; those that can be fed are ranked, and the others have their reasons.
        """,
      parameters: [
        "matchCollection", "matchItem", "bbox", "datetime", "bands", "gsd", "platform", "constellation", "instruments",
        "model", "runnable", "limit", "offset", "refused",
      ], answers: [.ok("matches", "The models")], needs: [.database, .existing]),
    .init(
      path: "/models/match", method: .post, id: "postMatchingModels", tag: .models,
      summary: "Models that can read items, a collection, or bands",
      description: "Takes what the query takes, several `items` too, or an `item` that is in no catalog.",
      body: APIBody(schema: "match", description: "What is to be read", example: "match"),
      answers: [.ok("matches", "The models")], needs: [.database, .existing]),
    .init(
      path: "/models/{processId}/sources", method: .get, id: "getModelSources", tag: .models,
      summary: "Collections and items that a model can read",
      description: """
        Judges collections by their newest items in the place and the months that the model is for, or the newest items of \
        one collection, each by itself.
        """,
      parameters: ["processId", "sourceCollection", "limit", "after"], answers: [.ok("modelSources", "The sources")],
      needs: [.database, .existing]),
  ]
}
