public import Postgres
import StacModel
public import StacSearch

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
  /// - Parameters:
  ///   - collectionKeys: the keys of the request's collections, nil where it asks in all of them.
  ///   - token: where the page begins, nil for the first page.
  public init(_ request: SearchRequest, collectionKeys: [Int64]?, token: PageToken?) {
    let alternatives = SearchConditions(request, collectionKeys: collectionKeys).alternatives
    let isReversed = token?.direction == .backward
    let beyond = Self.beyond(token, collectionKeys)
    let ordered = alternatives.map { Self.rows($0 + beyond, isReversed, limit: request.limit + 1) }
    self.isReversed = isReversed
    page = """
      SELECT i.collection_key, c.id, i.id, i.datetime, i.links_position, i.document \
      FROM (\(ordered.joined(separator: " UNION ALL "))) i JOIN gnomon.collections c ON c.key = i.collection_key \
      ORDER BY \(Self.order(isReversed)) LIMIT \(request.limit + 1)
      """
    let counts = alternatives.map { "(SELECT count(*) FROM gnomon.items i WHERE \($0))" as SQL }
    count = "SELECT \(counts.joined(separator: " + "))"
  }

  /// The first rows that meet the conditions; the join comes after it, for few rows.
  private static func rows(_ conditions: SQL, _ isReversed: Bool, limit: Int) -> SQL {
    """
    (SELECT i.collection_key, i.id, i.datetime, i.links_position, i.document FROM gnomon.items i \
    WHERE \(conditions) ORDER BY \(order(isReversed)) LIMIT \(limit))
    """
  }

  private static func beyond(_ token: PageToken?, _ collectionKeys: [Int64]?) -> SQL {
    guard let token else { return "" }
    var comparison: SQL = token.direction == .forward ? "<" : ">"
    if token.includesPlace { comparison += "=" }
    // In one collection its key decides nothing, and the index of that collection's order has no room for it.
    if collectionKeys == [token.collectionKey] {
      return " AND (i.datetime, i.id) \(comparison) (\(timestamp: token.datetime), \(token.id))"
    }
    return """
       AND (i.datetime, i.collection_key, i.id) \(comparison) \
      (\(timestamp: token.datetime), \(token.collectionKey), \(token.id))
      """
  }

  private static func order(_ isReversed: Bool) -> SQL {
    isReversed ? "i.datetime, i.collection_key, i.id" : "i.datetime DESC, i.collection_key DESC, i.id DESC"
  }
}
