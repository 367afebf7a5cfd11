public import Postgres
public import StacModel

/// One page of a search as SQL: pure, so that it can be read and tested without a database.
///
/// Items are ordered by (datetime, collection, id), all descending: one total order, so that a page begins with one row
/// comparison and no item is lost or repeated, whatever comes and goes between two pages.
public struct SearchPlan: Sendable {
  /// Rows of the page and one more, which tells whether another page follows: collection key, collection id, id,
  /// datetime, links position, document.
  public let page: SQL
  /// One row with the number of items that match on all pages.
  public let count: SQL
  /// Whether rows arrive oldest first and must be turned round.
  public let isReversed: Bool

  /// Plans a page.
  ///
  /// - Parameter token: where the page begins, nil for the first page.
  public init(_ request: SearchRequest, token: PageToken?) {
    let conditions = SearchConditions(request).sql
    isReversed = token?.direction == .backward
    page = """
      SELECT i.collection_key, c.id, i.id, i.datetime, i.links_position, i.document FROM gnomon.items i \
      JOIN gnomon.collections c ON c.key = i.collection_key WHERE \(conditions)\(Self.beyond(token)) \
      ORDER BY \(Self.order(isReversed)) LIMIT \(request.limit + 1)
      """
    count = "SELECT count(*) FROM gnomon.items i WHERE \(conditions)"
  }

  private static func beyond(_ token: PageToken?) -> SQL {
    guard let token else { return "" }
    let key: SQL = "(\(timestamp: token.datetime), \(token.collectionKey), \(token.id))"
    let place: SQL = "(i.datetime, i.collection_key, i.id)"
    return token.direction == .forward ? " AND \(place) < \(key)" : " AND \(place) > \(key)"
  }

  private static func order(_ isReversed: Bool) -> SQL {
    isReversed ? "i.datetime, i.collection_key, i.id" : "i.datetime DESC, i.collection_key DESC, i.id DESC"
  }
}
