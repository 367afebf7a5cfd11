import CQL2
import Postgres
import StacModel
import StacSearch

/// The statements of an order by a property, one for each stretch of it.
struct SortedPages {
  let stretches: [PropertyStretch]
  private let ordering: PropertyOrdering?
  /// The alternatives of the search for each way.
  private let walked: [SQL]
  private let inCells: [SQL]
  /// Those where items that last are apart, whether or not the search is for a time.
  private let splitInCells: [SQL]
  /// What items that last meet, in the collections of the search.
  private let lasting: SQL
  private let window: SearchWindow
  private let bounds: NearestOrder

  init(
    _ request: SearchRequest, _ order: SearchOrder, _ token: PageToken?,
    _ ordering: PropertyOrdering?,
    _ queryables: Queryables
  ) throws(ParameterError) {
    func alternatives(_ columns: FilterColumns, isSplit: Bool = false) throws(ParameterError)
      -> [SQL]
    {
      try SearchConditions(request, queryables: queryables, columns: columns, isSplit: isSplit)
        .alternatives
    }
    stretches = order.stretches(beyond: token, ordering)
    self.ordering = ordering
    walked = try alternatives(.itemsByProperty)
    inCells = try ordering?.cells == nil ? [] : alternatives(.itemsInCells)
    splitInCells = try ordering?.cells == nil ? [] : alternatives(.itemsInCells, isSplit: true)
    let held = try SearchConditions(
      SearchRequest(collections: request.collections), queryables: queryables, isSplit: true)
    lasting = held.alternatives[1]
    window = SearchWindow(request)
    bounds = NearestOrder(window, order: .newestFirst, token: nil)
  }

  /// The alternatives of one stretch.
  ///
  /// - Parameter fetched: the conditions of those that are fetched by whatever index is best.
  func pieces(of stretch: PropertyStretch, fetched: [SQL]) -> [SearchPlan.Parts.Part] {
    switch stretch.way {
    case .walked:
      return walked.enumerated().map { number, condition in
        if number == 0 || ordering?.hasManyStretches == true {
          return .found("\(condition)\(stretch.condition)")
        }
        // Few items last: a walk that looks for them in vain goes over all.
        let bounds: SQL = window.boxes != nil ? bounds.bounds(ofInstants: false) : ""
        return .fetched("\(fetched[number])\(stretch.condition)\(bounds)")
      }
    case .inCells(let cells):
      let alternatives = stretch.steps?.measure == .time ? splitInCells : inCells
      return alternatives.enumerated().map { number, condition in
        let part = stretch.steps?.condition(ofInstants: number == 0) ?? ""
        // Where there is none that lasts, the cells are not looked through for some.
        let isThere: SQL =
          number > 0 ? " AND EXISTS (SELECT 1 FROM gnomon.items i WHERE \(lasting))" : ""
        return .fetched("\(condition)\(cells.condition)\(stretch.condition)\(part)\(isThere)")
      }
    }
  }
}
