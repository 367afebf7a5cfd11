import Postgres
public import StacModel

/// The cells that items of a window may be filed under, in the indexes over a property and a place.
///
/// The function `gnomon.cell` (sql/functions/grids.sql) files an item by its centre: small ones in a fine grid, large ones
/// in a coarse one, the largest together. A window therefore asks for the cells that it meets when it is grown by half the
/// size of the items that a grid takes.
public struct PlaceCells: Sendable {
  public let numbers: [Int]
  /// What share of the fine cells' area the window takes, from 0 to 1.
  public let coverage: Double

  private static let fine = Grid(degrees: 5.625, reach: 1.41)
  private static let coarse = Grid(degrees: 45, reach: 22.51)
  /// Beyond so many cells an index over the property alone is better.
  private static let most = 500

  private struct Grid {
    let degrees: Double
    /// Half the size of the largest item in it, and a little more.
    let reach: Double

    func columns(_ box: BoundingBox) -> ClosedRange<Int> { range(box.west, box.east, from: -180) }

    func rows(_ box: BoundingBox) -> ClosedRange<Int> { range(box.south, box.north, from: -90) }

    private func range(_ least: Double, _ greatest: Double, from origin: Double) -> ClosedRange<Int> {
      let first = Int(((least - reach - origin) / degrees).rounded(.down))
      return first...max(first, Int(((greatest + reach - origin) / degrees).rounded(.down)))
    }
  }

  /// Nil where the boxes meet too many cells.
  ///
  /// - Parameter boxes: in degrees, each with west <= east.
  public init?(_ boxes: [BoundingBox]) {
    var numbers: Set<Int> = [-1]
    var area = 0.0
    var fineCells = 0
    for box in boxes {
      let (columns, rows) = (Self.fine.columns(box), Self.fine.rows(box))
      fineCells += columns.count * rows.count
      guard fineCells <= Self.most else { return nil }
      area += (box.east - box.west) * (box.north - box.south)
      for column in columns { numbers.formUnion(rows.map { column * 64 + $0 }) }
      let coarseRows = Self.coarse.rows(box)
      for column in Self.coarse.columns(box) { numbers.formUnion(coarseRows.map { -100 - column * 16 - $0 }) }
    }
    self.numbers = numbers.sorted()
    coverage = min(1, max(area / (Double(fineCells) * Self.fine.degrees * Self.fine.degrees), 1e-6))
  }

  /// The condition that an item is in one of them, beginning with AND.
  var condition: SQL {
    " AND gnomon.cell(i.geometry) = ANY(\("{\(numbers.map(String.init).joined(separator: ","))}")::int4[])"
  }
}
