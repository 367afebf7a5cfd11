/// How a pixel of another grid is made of a raster's pixels.
public enum Resampling: String, Hashable, Sendable, CaseIterable {
  /// The pixel whose area holds the target pixel's centre: for classes.
  case nearest
  /// The four pixels around the target pixel's centre, weighted by nearness; invalid ones do not count: for quantities.
  case bilinear
}

/// Reads pixels around fractional positions of a block.
struct PixelSampler<Value: PixelValue> {
  let block: PixelBlock<Value>
  /// Where the block lies in its raster.
  let window: RasterWindow
  let resampling: Resampling

  /// The value at a raster position (pixel centres at .5); nil outside the block or where the nearest pixel is invalid.
  func value(column: Double, row: Double) -> Value? {
    let x = column - Double(window.column)
    let y = row - Double(window.row)
    guard x >= 0, y >= 0, x < Double(block.width), y < Double(block.height) else { return nil }
    let nearest = Int(y) * block.width + Int(x)
    guard block.validity[nearest] else { return nil }
    if resampling == .nearest { return block.values[nearest] }
    return interpolated(x - 0.5, y - 0.5, nearest)
  }

  private func interpolated(_ x: Double, _ y: Double, _ nearest: Int) -> Value {
    let (left, top) = (x.rounded(.down), y.rounded(.down))
    let (right, below) = (x - left, y - top)
    let (column, row) = (Int(left), Int(top))
    var sum = 0.0
    var weights = 0.0
    add(column, row, (1 - right) * (1 - below), &sum, &weights)
    add(column + 1, row, right * (1 - below), &sum, &weights)
    add(column, row + 1, (1 - right) * below, &sum, &weights)
    add(column + 1, row + 1, right * below, &sum, &weights)
    return weights > 0 ? Value(nearest: sum / weights) : block.values[nearest]
  }

  private func add(_ column: Int, _ row: Int, _ weight: Double, _ sum: inout Double, _ weights: inout Double) {
    guard weight > 0, column >= 0, row >= 0, column < block.width, row < block.height else { return }
    let index = row * block.width + column
    guard block.validity[index] else { return }
    sum += weight * block.values[index].doubleValue
    weights += weight
  }
}
