import CQL2
public import Postgres
public import StacModel
public import StacSearch

/// One page of a search as SQL: pure, so that it can be read and tested without a database.
///
/// Items are in one total order, so that a page begins with one comparison and no item is lost or repeated, whatever
/// comes and goes between two pages.
public struct SearchPlan: Sendable {
  /// Rows of the page and one more, which tells whether another page follows: collection id, id, links position,
  /// document, then the keys of the order as text.
  public let page: SQL
  /// One row with the number of items that match on all pages.
  public let count: SQL
  /// Whether rows arrive in reverse and must be turned round.
  public let isReversed: Bool

  /// Plans a page.
  ///
  /// - Parameters:
  ///   - collectionKeys: the keys of the request's collections, nil where it asks in all of them.
  ///   - token: where the page begins, nil for the first page.
  ///   - order: what the request is sorted by.
  ///   - queryables: the properties that the filter may name.
  /// - Throws: ``ParameterError`` where the filter does not fit the properties.
  public init(
    _ request: SearchRequest, collectionKeys: [Int64]?, token: PageToken?, order: SearchOrder = .newestFirst,
    queryables: Queryables = .none
  ) throws(ParameterError) {
    let conditions = try SearchConditions(request, collectionKeys: collectionKeys, queryables: queryables)
    let order = collectionKeys?.count == 1 ? order.inOneCollection : order
    let isReversed = token?.direction == .backward
    let beyond = token.map { " AND \(order.beyond($0))" as SQL } ?? ""
    let limit = request.limit + 1
    let inner = order.orderBy(isReversed: isReversed, named: false)
    let parts = conditions.alternatives.map { condition -> SQL in
      """
      (SELECT i.collection_key, i.id, i.links_position, i.document, \(order.keyExpressions) FROM gnomon.items i \
      WHERE \(condition)\(beyond) ORDER BY \(inner) LIMIT \(limit))
      """
    }
    self.isReversed = isReversed
    // The join comes after the limit, for few rows.
    page = """
      SELECT c.id, i.id, i.links_position, i.document, \(order.keyColumns) \
      FROM (\(parts.joined(separator: " UNION ALL "))) i JOIN gnomon.collections c ON c.key = i.collection_key \
      ORDER BY \(order.orderBy(isReversed: isReversed, named: true)) LIMIT \(limit)
      """
    let counts = conditions.alternatives.map { "(SELECT count(*) FROM gnomon.items i WHERE \($0))" as SQL }
    count = "SELECT \(counts.joined(separator: " + "))"
  }
}

extension Queryables {
  /// No properties at all, for searches that name none.
  public static let none = Queryables(definitions: [], allowsOthers: false)
}
