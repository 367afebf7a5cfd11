extension RasterDataset {
  /// Most source pixels that are held at once while resampling.
  private static var largestSourceBlock: Int { 1 << 26 }

  /// Reads one band on another grid: another resolution, origin, rotation or reference system.
  ///
  /// A target pixel is invalid where its centre lies outside the image or in an invalid pixel. Bilinear is meant for
  /// finer or equal grids; on a coarser one it picks, it does not average. Source pixels are read at full resolution.
  /// `window` is the part of the grid that is read, the whole by default; a pixel's value does not depend on it. Pixels
  /// with the stored number `missing` hold no data, beside those that the file says so of.
  /// Throws `notGeoreferenced`, `referenceSystem`, `unsupported`, `damaged`, `limitExceeded` or `CancellationError`.
  public func read<Value: PixelValue>(
    _ type: Value.Type = Value.self, band: Int, onto grid: RasterGrid, window part: RasterWindow? = nil,
    resampling: Resampling, missing: Value? = nil, isCancelled: () -> Bool = { false }
  ) throws -> PixelBlock<Value> {
    let mapping = try GridMapping(from: grid, to: information.grid())
    let target = part ?? grid.window
    let columns = target.column..<(target.column + max(target.width, 0))
    let count = target.width.multipliedReportingOverflow(by: target.height)
    guard target.width > 0, target.height > 0, !count.overflow, count.partialValue <= 1 << 31 else {
      throw GeoError(.limitExceeded, "RasterDataset", "The target grid has no pixels, or more than 2^31.")
    }
    var values = [Value](repeating: .zero, count: count.partialValue)
    var validity = [Bool](repeating: false, count: count.partialValue)
    var row = 0
    var step = 64
    while row < target.height {
      if isCancelled() { throw CancellationError() }
      let rows = row..<min(row + step, target.height)
      var positions: [Point] = []
      for line in rows { positions += try mapping.positions(row: target.row + line, columns: columns) }
      guard let source = sourceWindow(around: positions) else {
        row = rows.upperBound
        continue
      }
      if source.pixelCount > Self.largestSourceBlock {
        guard step > 1 else {
          throw GeoError(.limitExceeded, "RasterDataset", "A row of the target grid covers too much of the image.")
        }
        step = 1
        continue
      }
      var block = try read(Value.self, band: band, window: source)
      if let missing { block.markMissing(missing) }
      let sampler = PixelSampler(block: block, window: source, resampling: resampling)
      for (offset, position) in positions.enumerated() {
        guard let value = sampler.value(column: position.x, row: position.y) else { continue }
        values[row * target.width + offset] = value
        validity[row * target.width + offset] = true
      }
      row = rows.upperBound
    }
    return PixelBlock(checkedWidth: target.width, height: target.height, values: values, validity: validity)
  }

  /// Reads a window of one band at another size; the window may have any place inside the image.
  public func read<Value: PixelValue>(
    _ type: Value.Type = Value.self, band: Int, window: RasterWindow, width: Int, height: Int, resampling: Resampling
  ) throws(GeoError) -> PixelBlock<Value> {
    guard width > 0, height > 0, width < 1 << 20, height < 1 << 20, width * height <= 1 << 31 else {
      throw GeoError(.invalidArgument, "RasterDataset", "The output has no pixels, or too many.")
    }
    guard !window.isEmpty, window.width <= information.width, window.height <= information.height,
      information.window.intersection(window) == window
    else { throw GeoError(.outsideImage, "RasterDataset", "The window lies outside the image.") }
    let reach = RasterWindow(
      column: window.column - 1, row: window.row - 1, width: window.width + 2, height: window.height + 2)
    let source = information.window.intersection(reach) ?? window
    let block = try read(Value.self, band: band, window: source)
    let sampler = PixelSampler(block: block, window: source, resampling: resampling)
    var values = [Value](repeating: .zero, count: width * height)
    var validity = [Bool](repeating: false, count: width * height)
    for index in values.indices {
      let column = (Double(index % width) + 0.5) * Double(window.width) / Double(width)
      let row = (Double(index / width) + 0.5) * Double(window.height) / Double(height)
      let place = (Double(window.column) + column, Double(window.row) + row)
      guard let value = sampler.value(column: place.0, row: place.1) else { continue }
      values[index] = value
      validity[index] = true
    }
    return PixelBlock(checkedWidth: width, height: height, values: values, validity: validity)
  }

  /// The pixels that sampling at the positions may touch; nil when all positions lie outside.
  private func sourceWindow(around positions: [Point]) -> RasterWindow? {
    let (width, height) = (Double(information.width), Double(information.height))
    var (left, top, right, bottom) = (Double.infinity, Double.infinity, -Double.infinity, -Double.infinity)
    for point in positions where point.x >= 0 && point.y >= 0 && point.x < width && point.y < height {
      left = min(left, point.x)
      top = min(top, point.y)
      right = max(right, point.x)
      bottom = max(bottom, point.y)
    }
    guard left <= right else { return nil }
    let (column, row) = (Int(left) - 1, Int(top) - 1)
    let reach = RasterWindow(column: column, row: row, width: Int(right) - column + 2, height: Int(bottom) - row + 2)
    return information.window.intersection(reach)
  }
}
