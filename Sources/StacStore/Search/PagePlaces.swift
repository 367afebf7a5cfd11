/// Which rows of a page are shown, in which order, and where the pages before and behind it begin.
struct PagePlaces {
  /// The beginning of another page.
  struct Place {
    let direction: PageToken.Direction
    let values: [String?]
    let isIncluded: Bool
    /// How many rows lie between the first of all and where this page and the other meet.
    let seen: Int
  }

  /// The numbers of the rows, in the order of the search.
  let shown: [Int]
  /// How many rows lie before those shown, as far as the pages on the way told.
  let before: Int
  let next: Place?
  let previous: Place?

  /// - Parameters:
  ///   - count: how many rows were read: one more than are shown, where there is another page behind them.
  ///   - limit: how many may be shown.
  ///   - token: where the page began.
  ///   - keys: the keys of a row.
  init<Failure: Error>(
    count: Int, limit: Int, token: PageToken?, keys: (Int) throws(Failure) -> [String?]
  ) throws(Failure) {
    let isReversed = token?.direction == .backward
    let hasMore = count > limit
    let rows = 0..<min(count, limit)
    shown = isReversed ? rows.reversed() : Array(rows)
    let isFirst = token == nil || isReversed && !hasMore
    let isLast = !isReversed && !hasMore
    // Rows may have come and gone since, but before the first there are none.
    before = isFirst ? 0 : isReversed ? max(1, (token?.seen ?? 0) - rows.count) : token?.seen ?? 0
    // A page that turned out empty leads back to where it began, with the item that is there.
    func place(_ row: Int?, _ direction: PageToken.Direction, _ seen: Int) throws(Failure) -> Place? {
      if let row { return Place(direction: direction, values: try keys(row), isIncluded: false, seen: seen) }
      return token.map { Place(direction: direction, values: $0.values, isIncluded: true, seen: seen) }
    }
    next = isLast ? nil : try place(shown.last, .forward, before + rows.count)
    previous = isFirst ? nil : try place(shown.first, .backward, before)
  }
}
