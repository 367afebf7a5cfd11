import StacModel

extension LinkList {
  /// Adds the links to what a collection offers beside its items.
  mutating func addCollectionResources(of id: String, _ base: BaseURL) {
    add(.queryables, base.url("collections", id, "queryables"), .schema, title: "Queryables")
    add(.sortables, base.url("collections", id, "sortables"), .schema, title: "Sortables")
    add(.aggregate, base.url("collections", id, "aggregate"), .json, method: "GET")
    add(.aggregate, base.url("collections", id, "aggregate"), .json, method: "POST")
    add(.aggregations, base.url("collections", id, "aggregations"))
    add(.child, BrowseNode.collection(id).url(base))
    add(.children, base.url("collections", id, "children"))
  }
}
