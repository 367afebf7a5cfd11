import Vectors

/// Areas of pixels on the WGS 84 ellipsoid, from a few that are computed and a smooth surface through them.
///
/// The surface is checked between the places it goes through: it is right to 1e-9, or as far as numbers of the size of
/// coordinates tell such small areas apart.
struct GridPixelAreas: PixelAreas {
  private let width: Int
  private let height: Int
  private let cells: Int
  /// (cells + 1) × (cells + 1) areas of pixels, over the first to last column and row.
  private let nodes: [Double]

  /// Nil where the areas are not smooth enough.
  init?(_ grid: RasterGrid, _ transform: TransformPool, _ lattice: GridLattice) throws(GeoError) {
    let sampler = PixelAreaSampler(grid, transform, lattice)
    var found: (cells: Int, nodes: [Double])?
    for cells in [4, 16, 64] where found == nil {
      let nodes = try sampler.areas(cells: cells, shift: 0)
      let between = try sampler.areas(cells: cells, shift: 0.5)
      if Self.fits(nodes, between, cells, sampler.noise) { found = (cells, nodes) }
    }
    guard let found else { return nil }
    width = grid.width
    height = grid.height
    (cells, nodes) = found
  }

  private static func fits(_ nodes: [Double], _ between: [Double], _ cells: Int, _ tolerance: Double) -> Bool {
    for row in 0..<cells {
      let down = CubicShares(Double(row) + 0.5, cells)
      for column in 0..<cells {
        let across = CubicShares(Double(column) + 0.5, cells)
        var sum = 0.0
        for place in 0..<16 {
          let node = nodes[(down.start + place / 4) * (cells + 1) + across.start + place % 4]
          sum += down.shares[place / 4] * across.shares[place % 4] * node
        }
        let expected = between[row * (cells + 1) + column]
        if !(abs(sum - expected) <= tolerance * expected) { return false }
      }
    }
    return true
  }

  func fill(_ sums: inout [Double], row: Int) {
    let down = CubicShares(height > 1 ? Double(row) / Double(height - 1) * Double(cells) : 0, cells)
    let values = (0...cells).map { column in
      (0..<4).reduce(0.0) { $0 + down.shares[$1] * nodes[(down.start + $1) * (cells + 1) + column] }
    }
    let scale = width > 1 ? Double(cells) / Double(width - 1) : 0
    var sum = 0.0
    var column = 0
    for cell in 0..<cells {
      let first = min(max(cell - 1, 0), cells - 3)
      let cubic = Cubic(values[first], values[first + 1], values[first + 2], values[first + 3])
      let end = cell == cells - 1 ? width : min(width, Int((Double(cell + 1) / max(scale, 1e-12)).rounded(.up)))
      while column < end {
        sum += cubic.value(Double(column) * scale - Double(first))
        column += 1
        sums[column] = sum
      }
    }
  }
}

/// Four nodes around a place (in cells) and what each contributes to the cubic through them there (Lagrange).
private struct CubicShares {
  let start: Int
  let shares: SIMD4<Double>

  init(_ place: Double, _ cells: Int) {
    start = min(max(Int(place) - 1, 0), cells - 3)
    let t = place - Double(start)
    shares = SIMD4(
      (t - 1) * (t - 2) * (t - 3) / -6, t * (t - 2) * (t - 3) / 2, t * (t - 1) * (t - 3) / -2,
      t * (t - 1) * (t - 2) / 6)
  }
}

/// The cubic through four values at 0, 1, 2 and 3.
private struct Cubic {
  private let c0, c1, c2, c3: Double

  init(_ v0: Double, _ v1: Double, _ v2: Double, _ v3: Double) {
    // Newton's forward differences, expanded.
    let (d1, d2, d3) = (v1 - v0, (v2 - 2 * v1 + v0) / 2, (v3 - 3 * v2 + 3 * v1 - v0) / 6)
    c0 = v0
    c1 = d1 - d2 + 2 * d3
    c2 = d2 - 3 * d3
    c3 = d3
  }

  @inline(__always)
  func value(_ t: Double) -> Double { ((c3 * t + c2) * t + c1) * t + c0 }
}

/// Computes areas of pixels at places of a lattice.
private struct PixelAreaSampler {
  private let grid: RasterGrid
  private let transform: TransformPool
  private let ellipsoid: EllipsoidArea
  private let isIdentity: Bool
  /// Side of what is measured, in pixels: tiny pixels are measured many at a time.
  private let side: Double
  /// What numbers of this size tell apart, relative to an area.
  let noise: Double

  init(_ grid: RasterGrid, _ transform: TransformPool, _ lattice: GridLattice) {
    self.grid = grid
    self.transform = transform
    ellipsoid = EllipsoidArea(isGeographicGrid: grid.referenceSystem.isGeographic)
    isIdentity = transform.isIdentity
    let metric = lattice.metric(column: lattice.width / 2, row: lattice.height / 2)
    let across = (metric.eastX * metric.eastX + metric.northX * metric.northX).squareRoot()
    let down = (metric.eastY * metric.eastY + metric.northY * metric.northY).squareRoot()
    let metres = max(min(across, down), 1e-6)
    side = Self.reachesPole(grid) ? 1 : max(1, 100 / metres)
    noise = max(1e-9, 3e-8 / (metres * side))
  }

  /// Whether what is measured might lie over a pole of a geographic grid, where there are no latitudes.
  private static func reachesPole(_ grid: RasterGrid) -> Bool {
    let corners = [(0, 0), (grid.width, 0), (0, grid.height), (grid.width, grid.height)]
    return grid.referenceSystem.isGeographic
      && corners.contains { abs(grid.geoTransform.point(column: Double($0.0), row: Double($0.1)).y) > 89.9 }
  }

  /// The area of a pixel at each of (cells + 1) × (cells + 1) places, moved by a part of a cell.
  func areas(cells: Int, shift: Double) throws(GeoError) -> [Double] {
    var xs: [Double] = []
    var ys: [Double] = []
    let half = side / 2
    for row in 0...cells {
      for column in 0...cells {
        let x = (Double(column) + shift) / Double(cells) * Double(grid.width - 1) + 0.5
        let y = (Double(row) + shift) / Double(cells) * Double(grid.height - 1) + 0.5
        for (right, below) in [(-half, -half), (half, -half), (half, half), (-half, half)] {
          let point = grid.geoTransform.point(column: x + right, row: y + below)
          xs.append(point.x)
          ys.append(point.y)
        }
      }
    }
    try transform.transform(xs: &xs, ys: &ys)
    return stride(from: 0, to: xs.count, by: 4).map { first in
      var longitudes = Array(xs[first..<(first + 4)])
      if !isIdentity {
        for index in 1..<4 { longitudes[index] -= 360 * ((longitudes[index] - longitudes[0]) / 360).rounded() }
      }
      let area = ellipsoid.signedArea(
        longitudes: longitudes, latitudes: Array(ys[first..<(first + 4)]), turns: 0)
      return abs(area) / (side * side)
    }
  }
}
