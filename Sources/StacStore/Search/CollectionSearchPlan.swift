import CQL2
import Postgres
import StacModel
import StacSearch

/// One page of a collection search as SQL.
struct CollectionSearchPlan: Sendable {
  /// Rows of the page and one more: id, links position, document, the keys of the order as text, then what is kept
  /// of the collection's items.
  let page: SQL
  /// One row with the number of collections that match on all pages.
  let count: SQL
  let isReversed: Bool

  init(
    _ request: CollectionSearchRequest, token: PageToken?, order: SearchOrder, queryables: Queryables
  ) throws(ParameterError) {
    let conditions = try Self.conditions(request, queryables)
    let condition = conditions.joined(separator: " AND ")
    let beyond = token.map { " AND \(order.beyond($0))" as SQL } ?? ""
    isReversed = token?.direction == .backward
    page = """
      SELECT i.id, i.links_position, i.document, \(order.keyColumns), \(CollectionStatistics.columns) FROM (\
      SELECT i.key, i.id, i.links_position, i.document, \(order.keyExpressions) FROM gnomon.searched_collections i \
      WHERE \(condition)\(beyond) ORDER BY \(order.orderBy(isReversed: isReversed, named: false)) \
      LIMIT \(request.limit + 1)) i \(CollectionStatistics.join(to: "i.key")) \
      ORDER BY \(order.orderBy(isReversed: isReversed, named: true))
      """
    // All of them are counted by an index, without a look at what is kept of their items.
    count =
      conditions.count == 1
      ? "SELECT count(*) FROM gnomon.collections"
      : "SELECT count(*) FROM gnomon.searched_collections i WHERE \(condition)"
  }

  private static func conditions(
    _ request: CollectionSearchRequest, _ queryables: Queryables
  ) throws(ParameterError) -> [SQL] {
    var conditions: [SQL] = ["true"]
    if let box = request.boundingBox {
      let parts = box.parts.map { "ST_Intersects(i.geometry, \(validated: $0.area))" as SQL }
      conditions.append("(\(parts.joined(separator: " OR ")))")
    }
    if let end = request.datetime?.end { conditions.append("i.start_datetime <= \(timestamp: end)") }
    if let start = request.datetime?.start { conditions.append("i.end_datetime >= \(timestamp: start)") }
    if let query = request.freeText { conditions.append(FreeTextCondition(query).sql) }
    return conditions
      + (try PropertyConditions(filter: request.filter, query: request.query, parameters: [])
        .sql(on: .collections, queryables: queryables))
  }
}
