package import Vectors

/// Proves that lines along the edges of pixels keep on the Earth the topology that they have on the grid, looking at each
/// position once and at no two lines.
///
/// Places are counted in pixels of an even grid: the mean of the lattice's own steps is one. Let m be the map that takes
/// the lattice's corners to their positions and places between them in between (bilinearly). It is continuous, and of any
/// two places |m(a) - m(b) - (a - b)| <= `stretch` |a - b|, for the grid is a rectangle and `stretch` bounds the derivatives
/// of m less those of the even grid everywhere.
///
/// Each position of a line lies within `offset` of where m takes its corner, and m strays from the straight line between
/// two of them by `bend` at most: so what is drawn lies within offset + bend of m. With the limits here
/// - pieces that share no position are a pixel apart at least, on the grid, and so at least 1 - stretch - 2 (offset + bend)
///   > 0 as they are drawn: they do not meet;
/// - the pieces that leave a position do so within asin(stretch + 2 offset), 30 degrees, of their directions on the grid,
///   which are right angles apart: they meet nowhere else and leave it in their order.
///
/// All of that holds for every drawing between the grid's own and this one too, which has less of each error. So one is
/// moved into the other without any two lines ever meeting: rings keep their direction, islands lie where they lay, and
/// every polygon is as valid as it is on the grid.
package struct PlacementProof: Sendable {
  private static let stretchLimit = 1.0 / 3
  private static let offsetLimit = 1.0 / 12
  private static let bendLimit = 1.0 / 12

  private let cells: Int
  /// Pixels of a cell of the lattice.
  private let cellSize: SIMD2<Double>
  /// Where the corners of the lattice lie, in pixels of the even grid, row by row.
  private let places: [SIMD2<Double>]
  /// From units of the frame to pixels of the even grid, as rows.
  private let inverse: (x: SIMD2<Double>, y: SIMD2<Double>)
  /// By how much the steps of a pixel differ between cells side by side.
  private let jump: Double

  /// Nil where the lattice's steps differ too much for a proof.
  ///
  /// - Parameters:
  ///   - corners: positions of `cells` + 1 rows of as many corners, in units; any map between them would do, so that it does
  ///     not matter that they are rounded.
  ///   - size: columns and rows of the grid.
  package init?(corners: [SIMD2<Double>], cells: Int, size: SIMD2<Double>) {
    self.cells = cells
    cellSize = size / Double(cells)
    func corner(_ column: Int, _ row: Int) -> SIMD2<Double> { corners[row * (cells + 1) + column] }
    var (right, down) = (SIMD2<Double>(), SIMD2<Double>())
    for index in 0...cells {
      right += (corner(cells, index) - corner(0, index)) / Double(cells + 1) / size.x
      down += (corner(index, cells) - corner(index, 0)) / Double(cells + 1) / size.y
    }
    let area = right.x * down.y - right.y * down.x
    guard area != 0, area.isFinite else { return nil }
    let inverse = (x: SIMD2(down.y, -down.x) / area, y: SIMD2(-right.y, right.x) / area)
    self.inverse = inverse
    places = corners.map { SIMD2((inverse.x * $0).sum(), (inverse.y * $0).sum()) }
    let steps = LatticeSteps(places, cells: cells, cellSize: cellSize)
    guard steps.stretch <= Self.stretchLimit else { return nil }
    jump = steps.jump
  }

  /// Whether a line from one position to the next, so many pixels along the grid, stays near enough to the map.
  package func follows(pixels: Double) -> Bool {
    let crossed = (pixels / min(cellSize.x, cellSize.y)).rounded(.down) + 1
    return pixels >= 1 && pixels / 4 * jump * crossed <= Self.bendLimit
  }

  /// Whether a position, in units, lies near enough to where the map takes its corner.
  package func holds(column: Double, row: Double, _ position: FixedPosition) -> Bool {
    let place = SIMD2(column, row) / cellSize
    let (left, top) = (min(Int(place.x), cells - 1), min(Int(place.y), cells - 1))
    let share = place - SIMD2(Double(left), Double(top))
    let index = top * (cells + 1) + left
    let above = places[index] + (places[index + 1] - places[index]) * share.x
    let lower = index + cells + 1
    let below = places[lower] + (places[lower + 1] - places[lower]) * share.x
    let units = SIMD2(Double(position.x), Double(position.y))
    let off = above + (below - above) * share.y - SIMD2((inverse.x * units).sum(), (inverse.y * units).sum())
    return (off * off).sum() <= Self.offsetLimit * Self.offsetLimit
  }
}

/// How the steps of a pixel vary over a lattice, in pixels of the even grid.
private struct LatticeSteps {
  /// Bound of the derivatives of the map less those of the even grid.
  private(set) var stretch = 0.0
  /// Largest difference of steps on both sides of a line of the lattice.
  private(set) var jump = 0.0

  init(_ places: [SIMD2<Double>], cells: Int, cellSize: SIMD2<Double>) {
    let across = Self.measured(places, cells, along: 1, between: cells + 1, cellSize.x, even: SIMD2(1, 0))
    let down = Self.measured(places, cells, along: cells + 1, between: 1, cellSize.y, even: SIMD2(0, 1))
    stretch = (across.stretch * across.stretch + down.stretch * down.stretch).squareRoot()
    jump = max(across.jump, down.jump)
  }

  private static func measured(
    _ places: [SIMD2<Double>], _ cells: Int, along: Int, between: Int, _ size: Double, even: SIMD2<Double>
  ) -> (stretch: Double, jump: Double) {
    var (stretch, jump) = (0.0, 0.0)
    for line in 0...cells {
      var before: SIMD2<Double>?
      for cell in 0..<cells {
        let index = line * between + cell * along
        let step = (places[index + along] - places[index]) / size
        stretch = max(stretch, Self.length(step - even))
        if let before { jump = max(jump, Self.length(step - before)) }
        before = step
      }
    }
    return (stretch, jump)
  }

  private static func length(_ step: SIMD2<Double>) -> Double { (step * step).sum().squareRoot() }
}
