import Postgres
import StacModel
import StacSearch

extension SearchPlan {
  /// One row with the number of items that match on all pages.
  ///
  /// - Parameters:
  ///   - limit: what the number goes up to, nil for all.
  ///   - isIndexed: whether an index over a property leads to what matches.
  static func count(
    _ request: SearchRequest, limit: Int?, isIndexed: Bool = false, queryables: Queryables
  ) throws(ParameterError) -> SQL {
    func alternatives(_ columns: FilterColumns) throws(ParameterError) -> [SQL] {
      try SearchConditions(request, queryables: queryables, columns: columns).alternatives
    }
    guard let limit else {
      let counts = try alternatives(.items).map { "(SELECT count(*) FROM gnomon.items i WHERE \($0))" as SQL }
      return "SELECT \(counts.joined(separator: " + "))"
    }
    let window = SearchWindow(request)
    let bounds = NearestOrder(window, order: .newestFirst, token: nil)
    let end: SQL = "LIMIT \(unsafeSQL: "\(limit)")"
    // What has an index of its own is read once for all collections; that of the place knows them too.
    let hasIndex = isIndexed || request.freeText != nil || window.boxes != nil
    let isInEach = request.isInSeveralCollections && !hasIndex && (request.collections?.count ?? 0) <= mostCountedInEach
    let collections = isInEach ? request.collections : nil
    let parts = try alternatives(collections == nil ? .items : .itemsOfEach).enumerated().map {
      number, condition -> SQL in
      let items: SQL =
        "SELECT 1 FROM gnomon.items i WHERE \(condition)\(bounds.bounds(ofInstants: number == 0)) \(end)"
      return collections.map { "(SELECT 1 FROM \(.inEach(of: $0, items)) \(end))" } ?? "(\(items))"
    }
    return "SELECT count(*) FROM (\(parts.joined(separator: " UNION ALL "))) i"
  }

  /// In how many collections each is looked into for a count.
  private static let mostCountedInEach = 500
}
