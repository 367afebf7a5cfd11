import StacModel

extension APIOperation {
  private static let conditions = ["bbox", "datetime", "q", "filter", "filter-lang", "filter-crs", "query"]
  private static let page = ["sortby", "fields", "limit", "token"]
  private static let collection = "/collections/{collectionId}"
  private static let found = APIAnswer.ok("collections", "A page of collections")

  static let collectionOperations: [APIOperation] = searching + single

  private static let searching: [APIOperation] = [
    .init(
      path: "/collections", method: .get, id: "getCollections", tag: .collections, summary: "Searches collections",
      description: "Every collection where no condition is given.", parameters: conditions + page, answers: [found],
      needs: .database),
    .init(
      path: "/collections", method: .post, id: "createCollection", tag: .collections, summary: "Adds a collection",
      body: APIBody(schema: "collection", description: "The collection", example: "collection"),
      answers: [.ok("collection", "The collection", status: 201, headers: ["Location"])],
      needs: [.database, .permission], refusals: [409]),
    .init(
      path: "/collections-search", method: .get, id: "getCollectionSearch", tag: .collections,
      summary: "Searches collections", description: "The same as `/collections`.", parameters: conditions + page,
      answers: [found], needs: .database),
    .init(
      path: "/collections-search", method: .post, id: "postCollectionSearch", tag: .collections,
      summary: "Searches collections",
      description: "The same with the conditions in a body; a POST to `/collections` adds a collection.",
      body: APIBody(
        schema: "collectionSearch", description: "The conditions; a member that is null is absent",
        example: "collectionSearch"),
      answers: [found], needs: .database),
  ]

  private static let single: [APIOperation] = [
    .init(
      path: collection, method: .get, id: "describeCollection", tag: .collections, summary: "Reads a collection",
      parameters: ["collectionId"], answers: [.ok("collection", "The collection", example: "collection")],
      needs: [.database, .existing]),
    .init(
      path: collection, method: .put, id: "replaceCollection", tag: .collections, summary: "Replaces a collection",
      parameters: ["collectionId"],
      body: APIBody(schema: "collection", description: "The collection", example: "collection"),
      answers: [.ok("collection", "The collection")], needs: [.database, .existing, .permission]),
    .init(
      path: collection, method: .patch, id: "updateCollection", tag: .collections, summary: "Changes a collection",
      description: "A JSON merge patch (RFC 7396): members that are null are removed.", parameters: ["collectionId"],
      body: APIBody(
        schema: "patch", types: [.mergePatch, .json], description: "What changes", example: "collectionPatch"),
      answers: [.ok("collection", "The collection")], needs: [.database, .existing, .permission], refusals: [409]),
    .init(
      path: collection, method: .delete, id: "deleteCollection", tag: .collections,
      summary: "Removes a collection and its items",
      description: "Where a model in it is approved or in production, that needs a key of the role approver.",
      parameters: ["collectionId", "removalComment"],
      answers: [.empty(204, "They are gone")], needs: [.database, .existing, .permission]),
  ]
}
