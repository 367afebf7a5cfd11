import Geo

/// How the map is cut into tiles that are read and classified one by one, aligned with the blocks of the imagery.
struct TilePlan: Sendable {
  /// The pixels to classify, on the grid of the imagery.
  let window: RasterWindow
  /// Columns and rows of a tile before it is cut at the window's edge.
  let size: BlockSize
  /// How many threads read and classify.
  let threads: Int
  private let first: RasterWindow
  private let columns: Int
  private let rows: Int

  /// Fewer pixels are not worth a tile of their own.
  private static let leastPixels = 1 << 18

  init(_ window: RasterWindow, stack: FeatureStack, limits: InferenceLimits, bytesOfPixel: Int) {
    self.window = window
    // Each worker has a handle for each file.
    threads = max(1, min(limits.threadCount, 400 / max(stack.files.count, 1)))
    let block = stack.readings.first { $0.placement == .direct }?.source.band.blockSize
    size = Self.size(
      block: block ?? BlockSize(width: 512, height: 512), grid: stack.grid,
      budget: limits.stripBytes / threads / max(bytesOfPixel, 1))
    let (left, top) = (window.column - window.column % size.width, window.row - window.row % size.height)
    columns = (window.column + window.width - left + size.width - 1) / size.width
    rows = (window.row + window.height - top + size.height - 1) / size.height
    first = RasterWindow(column: left, row: top, width: size.width, height: size.height)
  }

  /// Whole blocks, as many as make a tile worth its while and the budget of pixels holds; parts of a block where not
  /// even one of them fits.
  private static func size(block: BlockSize, grid: RasterGrid, budget: Int) -> BlockSize {
    var width = min(block.width, grid.width)
    var height = min(block.height, grid.height)
    while width * height < leastPixels, width < grid.width || height < grid.height {
      let isWider = height >= grid.height || width <= height && width < grid.width
      let (wider, higher) = isWider ? (width + block.width, height) : (width, height + block.height)
      guard wider * higher <= budget else { break }
      (width, height) = (min(wider, grid.width), min(higher, grid.height))
    }
    if width * height > budget { height = max(1, budget / width) }
    if width > budget { width = max(64, budget) }
    return BlockSize(width: width, height: height)
  }

  /// How many tiles there are.
  var count: Int { columns * rows }

  /// A tile by its number, row by row; the part of it in the window.
  subscript(index: Int) -> RasterWindow {
    let tile = RasterWindow(
      column: first.column + index % columns * size.width, row: first.row + index / columns * size.height,
      width: size.width, height: size.height)
    return window.intersection(tile) ?? RasterWindow(column: window.column, row: window.row, width: 0, height: 0)
  }
}
