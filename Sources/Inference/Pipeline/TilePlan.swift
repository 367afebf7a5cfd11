import Geo

/// How the map is cut into tiles that are read and classified one by one, aligned with the blocks of the imagery.
struct TilePlan: Sendable {
  /// The pixels to classify, on the grid of the imagery.
  let window: RasterWindow
  /// Columns and rows of a tile before it is cut at the window's edge.
  let size: BlockSize
  /// How many threads read and classify.
  let threads: Int
  /// Bytes of decoded blocks that are kept until their last tile was read.
  let heldBytes: Int
  private let first: RasterWindow
  private let columns: Int
  private let rows: Int

  /// Fewer pixels are not worth a tile of their own.
  private static let leastPixels = 1 << 18
  /// The most bytes of decoded blocks that are held because tiles are parts of them.
  private static let mostHeldBytes = 512 << 20
  /// How often a block may be decoded where it cannot be held.
  private static let mostDecodings = 8

  /// - Throws: ``InferenceError`` where blocks are larger than tiles may be, and too large to be held.
  init(
    _ window: RasterWindow, stack: FeatureStack, limits: InferenceLimits, bytesOfPixel: Int
  ) throws(InferenceError) {
    self.window = window
    // Each worker has a handle for each file, and its own copy of what that has decoded.
    let most = max(1, min(limits.threadCount, 400 / max(stack.files.count, 1)))
    let held = Self.held(stack, window, pixels: limits.stripBytes / most / max(bytesOfPixel, 1))
    if held > Self.mostHeldBytes {
      // Some blocks a little larger than a tile are decoded again; one block for all tiles is not.
      let pixels = max(limits.stripBytes / most / max(bytesOfPixel, 1), Self.leastPixels)
      if Self.largestBlock(stack) > Self.mostDecodings * pixels { throw Self.refusal(stack) }
      (threads, heldBytes) = (most, 0)
    } else {
      threads = held == 0 ? most : max(1, min(most, Self.mostHeldBytes / held))
      heldBytes = held * threads
    }
    let block = stack.readings.first { $0.placement == .direct }?.source.band.blockSize
    size = Self.size(
      block: block ?? BlockSize(width: 512, height: 512), grid: stack.grid,
      budget: limits.stripBytes / threads / max(bytesOfPixel, 1))
    let (left, top) = (window.column - window.column % size.width, window.row - window.row % size.height)
    columns = (window.column + window.width - left + size.width - 1) / size.width
    rows = (window.row + window.height - top + size.height - 1) / size.height
    first = RasterWindow(column: left, row: top, width: size.width, height: size.height)
  }

  /// What one worker holds of files whose blocks are larger than a tile of so many pixels: decoded again for each tile they
  /// would cost a multiple of all other work.
  private static func held(_ stack: FeatureStack, _ window: RasterWindow, pixels: Int) -> Int {
    guard window.pixelCount > pixels else { return 0 }
    return stack.files.reduce(0) { sum, file in
      let block = stack.readings.first { stack.files[$0.file].path == file.path }?.source.band.blockSize
      let isLarger = block.map { $0.width * $0.height > max(pixels, leastPixels) } ?? false
      return sum + (isLarger ? stack.blockBytes(of: file) : 0)
    }
  }

  /// Pixels of the largest block.
  private static func largestBlock(_ stack: FeatureStack) -> Int {
    stack.readings.map(\.source.band.blockSize).map { $0.width * $0.height }.max() ?? 0
  }

  private static func refusal(_ stack: FeatureStack) -> InferenceError {
    let largest = stack.files.max { stack.blockBytes(of: $0) < stack.blockBytes(of: $1) }
    let size = largest?.information.bands.first?.blockSize ?? BlockSize(width: 0, height: 0)
    return InferenceError(
      .tooLarge,
      "Asset '\(largest?.asset ?? "")': The image is stored in blocks of \(size.width) x \(size.height) pixels, each of which "
        + "has to be decoded whole: store it in tiles (gdal_translate -co TILED=YES -co COMPRESS=DEFLATE).")
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
