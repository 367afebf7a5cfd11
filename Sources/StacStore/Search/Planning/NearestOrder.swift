import Postgres
import StacModel
import StacSearch

/// The order of the index of space and time, and its bounds for one page.
struct NearestOrder {
  private let isAscending: Bool
  private let window: SearchWindow
  /// The place of the page among the instants.
  private let place: Timestamp?

  init(_ window: SearchWindow, order: SearchOrder, token: PageToken?) {
    isAscending = order.isAscending(to: token)
    self.window = window
    place = token?.values.first?.flatMap { Int64($0) }.map { Timestamp(microseconds: $0) }
  }

  private func earliest(ofInstants: Bool) -> Timestamp? {
    let bounds = [ofInstants ? window.earliestInstant : window.earliest, isAscending ? place : nil]
    return bounds.compactMap(\.self).max()
  }

  private func latest(ofInstants: Bool) -> Timestamp? {
    let bounds = [ofInstants ? window.latestInstant : window.latest, isAscending ? nil : place]
    return bounds.compactMap(\.self).min()
  }

  /// Conditions beginning with AND, or nothing.
  ///
  /// - Parameter isInstants: whether the items are instants, which the search's interval bounds.
  func bounds(ofInstants isInstants: Bool) -> SQL {
    var bounds: SQL = ""
    if let earliest = earliest(ofInstants: isInstants) { bounds += " AND \(SpaceTimeIndex.bound(">=", earliest))" }
    if let latest = latest(ofInstants: isInstants) { bounds += " AND \(SpaceTimeIndex.bound("<=", latest))" }
    return bounds
  }

  func orderBy(ofInstants isInstants: Bool) -> SQL {
    let origin = isAscending ? earliest(ofInstants: isInstants) : latest(ofInstants: isInstants)
    return SpaceTimeIndex.order(isAscending: isAscending, from: origin)
  }
}
