import CQL2
import StacModel
package import StacSearch

/// Where and when all items of a search lie, as far as its conditions say it plainly.
///
/// A window may be larger than what the search finds, never smaller: the conditions themselves still hold.
package struct SearchWindow: Sendable, Hashable {
  /// The bounds of what items are ordered by, both inclusive.
  var earliest: Timestamp?
  var latest: Timestamp?
  /// What the search's `datetime` says of the items' interval.
  let interval: DatetimeInterval?
  /// Boxes, each with west <= east, of which an item must meet one; nil where the search is for any place.
  private(set) var boxes: [BoundingBox]?
  /// What remains to be tested of an item: conditions on its properties.
  private(set) var remainder: [Expression] = []

  package init(_ request: SearchRequest) {
    interval = request.datetime
    if let box = request.boundingBox { meet(box.parts) }
    if let geometry = request.intersects { meet([geometry.boundingBox]) }
    if let filter = request.filter { narrow(filter.expression) }
    if let query = request.query { narrow(query) }
  }

  /// The bounds of items that are instants, which the interval is for too.
  var earliestInstant: Timestamp? { [earliest, interval?.start].compactMap(\.self).max() }
  var latestInstant: Timestamp? { [latest, interval?.end].compactMap(\.self).min() }

  /// Whether it leaves out nothing.
  var isOpen: Bool { earliest == nil && latest == nil && interval == nil && boxes == nil }

  /// Narrows the window by a condition, one of several that must hold.
  private mutating func narrow(_ condition: Expression) {
    switch condition {
    case .operation(.and, let parts): for part in parts { narrow(part) }
    case .operation(let symbol, let operands) where operands.count == 2 && symbol.needsCommonPoint:
      if let box = Self.box(operands[0], operands[1]) { meet(box) } else { remainder.append(condition) }
    case .operation(let symbol, let operands) where operands.count == 2:
      if case .property("datetime") = operands[0], let instant = operands[1].instant, symbol.bounds {
        bound(symbol, instant)
      } else if case .property("datetime") = operands[1], let instant = operands[0].instant, symbol.bounds {
        bound(symbol.mirrored, instant)
      } else {
        remainder.append(condition)
      }
    default: remainder.append(condition)
    }
  }

  private mutating func bound(_ symbol: Operator, _ instant: Timestamp) {
    if [.equal, .greater, .greaterOrEqual].contains(symbol) { earliest = max(earliest ?? instant, instant) }
    if [.equal, .less, .lessOrEqual].contains(symbol) { latest = min(latest ?? instant, instant) }
  }

  /// Of two places that both must be met the smaller one is kept.
  private mutating func meet(_ place: [BoundingBox]) {
    guard let boxes, Self.size(boxes) <= Self.size(place) else {
      boxes = place
      return
    }
  }

  private static func size(_ boxes: [BoundingBox]) -> Double {
    boxes.reduce(0) { $0 + ($1.east - $1.west) * ($1.north - $1.south) }
  }

  /// The box of a literal beside the property `geometry`.
  private static func box(_ one: Expression, _ other: Expression) -> [BoundingBox]? {
    switch (one, other) {
    case (.property("geometry"), .geometry(let shape)), (.geometry(let shape), .property("geometry")):
      [shape.boundingBox]
    case (.property("geometry"), .boundingBox(let box)), (.boundingBox(let box), .property("geometry")): box.parts
    default: nil
    }
  }
}

extension Operator {
  /// Whether two geometries of this relation have a point in common.
  fileprivate var needsCommonPoint: Bool {
    switch self {
    case .sIntersects, .sEquals, .sTouches, .sWithin, .sOverlaps, .sCrosses, .sContains: true
    default: false
    }
  }

  /// Whether a comparison with an instant says that another is not before it, or not behind it.
  fileprivate var bounds: Bool { [.equal, .less, .lessOrEqual, .greater, .greaterOrEqual].contains(self) }

  /// The comparison with its sides exchanged.
  var mirrored: Operator {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    default: self
    }
  }
}

extension Expression {
  /// The instant of a literal, of a date its beginning.
  fileprivate var instant: Timestamp? {
    switch self {
    case .timestamp(let timestamp): timestamp
    case .date(let date): date.start
    default: nil
    }
  }
}
