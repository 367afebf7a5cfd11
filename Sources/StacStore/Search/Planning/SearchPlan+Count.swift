import Postgres
import StacModel
import StacSearch

extension SearchPlan {
  /// One row with the number of items that match on all pages.
  ///
  /// - Parameter limit: what the number goes up to, nil for all.
  static func count(
    _ request: SearchRequest, limit: Int?, queryables: Queryables
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
    // An index of the place knows the collections too.
    let collections = request.isInSeveralCollections && window.boxes == nil ? request.collections : nil
    let parts = try alternatives(collections == nil ? .items : .itemsOfEach).enumerated().map {
      number, condition -> SQL in
      let items: SQL =
        "SELECT 1 FROM gnomon.items i WHERE \(condition)\(bounds.bounds(ofInstants: number == 0)) \(end)"
      return collections.map { "(SELECT 1 FROM \(.inEach(of: $0, items)) \(end))" } ?? "(\(items))"
    }
    return "SELECT count(*) FROM (\(parts.joined(separator: " UNION ALL "))) i"
  }
}
