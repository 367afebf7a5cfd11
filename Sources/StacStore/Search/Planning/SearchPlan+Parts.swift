import Postgres
import StacSearch

extension SearchPlan {
  /// How the alternatives of a search become one statement.
  struct Parts {
    /// How many rows each alternative gives.
    let limit: Int
    let order: SearchOrder
    let isPresent: Bool
    let isReversed: Bool
    /// How many rows are given with their documents, nil for all.
    let shown: Int?

    func orderBy(named: Bool) -> SQL { order.orderBy(isReversed: isReversed, named: named, isPresent: isPresent) }

    /// One alternative.
    struct Part {
      /// What stands behind FROM: items `i`, and their condition.
      let rows: SQL
      /// What its rows are sorted by, nil for the order of all.
      var order: SQL?

      /// Items by whatever index is best for condition and order.
      static func found(_ condition: SQL, order: SQL? = nil) -> Part {
        Part(rows: "gnomon.items i WHERE \(condition)", order: order)
      }

      /// Items that are found first and sorted then, whatever indexes over the order there are.
      static func fetched(_ condition: SQL) -> Part {
        Part(rows: "(SELECT * FROM gnomon.items i WHERE \(condition) OFFSET 0) i")
      }
    }

    /// Items that are looked for among the first ones of a larger set, in the order of all.
    func among(first number: Int, of others: SQL, _ condition: SQL) -> Part {
      let first: SQL = "ORDER BY \(orderBy(named: false)) LIMIT \(unsafeSQL: "\(number)")"
      return Part(rows: "(SELECT * FROM gnomon.items i WHERE \(others) \(first)) i WHERE \(condition)")
    }

    /// Items that are looked for in each of some collections by itself, from the index of its own order, and merged then.
    ///
    /// - Parameter condition: what holds of an item of the collection `searched`.
    func inEach(of collections: [String], _ condition: SQL) -> Part {
      let first: SQL = "ORDER BY \(orderBy(named: false)) LIMIT \(unsafeSQL: "\(limit)")"
      return Part(rows: .inEach(of: collections, "SELECT * FROM gnomon.items i WHERE \(condition) \(first)"))
    }

    /// - Parameters:
    ///   - limit: how many rows there are in all.
    ///   - steps: what stands behind FROM where the statement is run for its rows one after the other, until there are so many.
    func union(_ parts: [Part], limit: Int?, steps: SQL? = nil) -> SQL {
      let selections = parts.enumerated().map { number, part -> SQL in
        """
        (SELECT \(FoundItem.columns), \(order.keyExpressions), \(unsafeSQL: "\(number)") AS branch FROM \(part.rows) \
        ORDER BY \(part.order ?? orderBy(named: false)) LIMIT \(unsafeSQL: "\(self.limit)"))
        """
      }
      let end: SQL = limit.map { " LIMIT \(unsafeSQL: "\($0)")" } ?? ""
      let page: SQL = """
        SELECT \(columns), \(order.keyColumns), i.branch FROM (\(selections.joined(separator: " UNION ALL "))) i \
        ORDER BY \(orderBy(named: true))\(end)
        """
      // A lateral subquery is run for each row in turn, and no longer than rows are asked for.
      return steps.map { "SELECT i.* FROM \($0) CROSS JOIN LATERAL (\(page)) i\(end)" } ?? page
    }

    private var columns: SQL {
      guard let shown else { return FoundItem.columns }
      let isShown: SQL = "row_number() OVER (ORDER BY \(orderBy(named: true))) <= \(unsafeSQL: "\(shown)")"
      return """
        i.collection_key, i.id, i.links_position, CASE WHEN \(isShown) THEN i.packed END, i.dictionary_key, \
        CASE WHEN \(isShown) THEN i.document END, i.is_model
        """
    }
  }
}
