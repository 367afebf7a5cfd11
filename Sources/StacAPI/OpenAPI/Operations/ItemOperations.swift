import StacModel

extension APIOperation {
  private static let filters = ["q", "filter", "filter-lang", "filter-crs", "query"]
  private static let page = ["sortby", "fields", "limit", "token"]
  private static let items = "/collections/{collectionId}/items"
  private static let item = "/collections/{collectionId}/items/{itemId}"
  private static let warnings = ["Gnomon-Warning"]

  static let itemOperations: [APIOperation] = searching + reading + writing

  private static let searching: [APIOperation] = [
    .init(
      path: "/search", method: .get, id: "getSearch", tag: .items, summary: "Searches items",
      description:
        "Items that meet every condition, newest first unless `sortby` says otherwise. The `next` and `prev` "
        + "links lead to the pages around; none is lost or repeated while others write.",
      parameters: ["bbox", "intersects", "datetime", "ids", "collections"] + filters + page + ["prefer"],
      answers: [.ok("itemPage", "A page of items", as: .geoJSON, headers: ["Preference-Applied"])], needs: .database),
    .init(
      path: "/search", method: .post, id: "postSearch", tag: .items, summary: "Searches items",
      description: "The same as by GET, with the conditions in a body.", parameters: ["prefer"],
      body: APIBody(
        schema: "search", description: "The conditions; a member that is null is absent", example: "search"),
      answers: [.ok("itemPage", "A page of items", as: .geoJSON, headers: ["Preference-Applied"])], needs: .database),
    .init(
      path: items, method: .get, id: "getFeatures", tag: .items, summary: "Searches a collection's items",
      description: "The same as `/search` in one collection. Each queryable of the collection may be a parameter too, "
        + "with the value that items must have: `eo:cloud_cover=0`.",
      parameters: ["collectionId", "bbox", "intersects", "datetime", "ids", "collections"] + filters + page + [
        "prefer"
      ],
      answers: [.ok("itemPage", "A page of items", as: .geoJSON, headers: ["Preference-Applied"])],
      needs: [.database, .existing]),
  ]

  private static let reading: [APIOperation] = [
    .init(
      path: item, method: .get, id: "getFeature", tag: .items, summary: "Reads an item",
      parameters: ["collectionId", "itemId"], answers: [.ok("item", "The item", as: .geoJSON, example: "item")],
      needs: [.database, .existing]),
    .init(
      path: item + "/assets/{key}", method: .get, id: "getAsset", tag: .items, summary: "Reads a file of an item",
      description: "Files that this server has made or may read; ranges are answered.",
      parameters: ["collectionId", "itemId", "key", "range", "if-none-match"],
      answers: [
        .ok("file", "The file", as: "*/*", headers: ["ETag"]),
        .ok("file", "A part of the file", as: "*/*", status: 206, headers: ["ETag", "Content-Range"]),
        .empty(304, "The file is the one that is known", headers: ["ETag"]),
      ], needs: [.database, .existing], refusals: [416]),
  ]

  private static let writing: [APIOperation] = [
    .init(
      path: items, method: .post, id: "createItems", tag: .items, summary: "Adds items",
      description: "An item, or an item collection whole or not at all.", parameters: ["collectionId"],
      body: APIBody(
        schema: "itemOrItems", types: [.geoJSON, .json], description: "An item or an item collection", example: "item"),
      answers: [
        APIAnswer(
          status: 201, description: "The item, or how many were added",
          contents: [.init(type: .geoJSON, schema: "item"), .init(type: .json, schema: "createdItems")],
          headers: ["Location"] + warnings)
      ], needs: [.database, .existing, .permission], refusals: [409]),
    .init(
      path: item, method: .put, id: "replaceItem", tag: .items, summary: "Replaces an item",
      parameters: ["collectionId", "itemId"],
      body: APIBody(schema: "itemWithoutPlace", types: [.geoJSON, .json], description: "The item", example: "item"),
      answers: [.ok("item", "The item", as: .geoJSON, headers: warnings)],
      needs: [.database, .existing, .permission]),
    .init(
      path: item, method: .patch, id: "updateItem", tag: .items, summary: "Changes an item",
      description: "A JSON merge patch (RFC 7396): members that are null are removed.",
      parameters: ["collectionId", "itemId"],
      body: APIBody(
        schema: "patch", types: [.mergePatch, .json, .geoJSON], description: "What changes", example: "itemPatch"),
      answers: [.ok("item", "The item", as: .geoJSON, headers: warnings)],
      needs: [.database, .existing, .permission], refusals: [409]),
    .init(
      path: item, method: .delete, id: "deleteItem", tag: .items, summary: "Removes an item",
      description: """
        The history of a model about which something was decided keeps who removed it, when and why, and stays readable. One \
        that is approved or in production needs a key of the role approver.
        """,
      parameters: ["collectionId", "itemId", "removalComment"], answers: [.empty(204, "It is gone")],
      needs: [.database, .existing, .permission]),
  ]
}
