import Geo

/// Which maps a prediction has beside classes and probabilities.
struct PredictionMapKinds: Sendable {
  /// Whether the confidence is written.
  var hasPercent = false
  /// Whether classes are dissolved, so that the polygons have a class map of their own.
  var hasDissolved = false
}

/// The rasters of one prediction while it runs, in scratch memory.
struct PredictionMaps<Value: PixelValue & FixedWidthInteger & UnsignedInteger>: Sendable {
  let classes: ScratchRaster<Value>
  /// The winners' probabilities in units of 1 / ``unit``, ``noProbability`` where there is none: exact enough for means.
  let probabilities: ScratchRaster<UInt16>
  /// The same in whole per cent, as `confidence.tif` has it; nil where it is not asked for.
  let percent: ScratchRaster<UInt8>?
  /// The class map of the polygons; nil where no classes are dissolved, and they have that of the pixels.
  let dissolved: ScratchRaster<Value>?

  /// A probability of 1; a multiple of 100, so that a half of a per cent is a half of a unit and rounds the same way.
  static var unit: Float { 65_500 }
  /// The value of a pixel without a probability.
  static var noProbability: UInt16 { .max }

  init(width: Int, height: Int, kinds: PredictionMapKinds, folder: String) throws(GeoError) {
    classes = try ScratchRaster(width: width, height: height, folder: folder)
    probabilities = try ScratchRaster(width: width, height: height, folder: folder)
    percent = kinds.hasPercent ? try ScratchRaster(width: width, height: height, folder: folder) : nil
    dissolved = kinds.hasDissolved ? try ScratchRaster(width: width, height: height, folder: folder) : nil
  }

  /// Bytes on the disk.
  var fileBytes: Int {
    classes.fileBytes + probabilities.fileBytes + (percent?.fileBytes ?? 0) + (dissolved?.fileBytes ?? 0)
  }

  /// Makes pixels of the class map that nobody asked for nodata again.
  ///
  /// - Parameter area: where the map was asked for; its window is the map's.
  /// - Returns: how many pixels had a class.
  func clear(outside area: AreaPlacement, noData: Value, isCancelled: () -> Bool) throws -> Int {
    let (window, values) = unsafe (area.window, classes.pixels)
    let step = max(1, (1 << 20) / window.width)
    var cleared = 0
    for first in stride(from: 0, to: window.height, by: step) {
      if isCancelled() { throw CancellationError() }
      let rows = RasterWindow(
        column: window.column, row: window.row + first, width: window.width, height: min(step, window.height - first))
      let mask = area.mask(of: rows)
      for (index, isWanted) in mask.enumerated() where !isWanted {
        let place = first * window.width + index
        if unsafe values[place] == noData { continue }
        unsafe values[place] = noData
        cleared += 1
      }
    }
    return cleared
  }

  /// Lets go of the memory of maps that lie in scratch files, whoever works on them; they come back page by page.
  func releaseMemory() {
    classes.releaseMemory()
    probabilities.releaseMemory()
    percent?.releaseMemory()
    dissolved?.releaseMemory()
  }

  /// What the maps of so many pixels take, in memory or on the disk.
  static func bytes(pixels: Int, _ kinds: PredictionMapKinds) -> Int {
    pixels * bytesOfPixel(kinds).reduce(0, +)
  }

  /// How many of these bytes lie in scratch files.
  static func fileBytes(pixels: Int, _ kinds: PredictionMapKinds) -> Int {
    bytesOfPixel(kinds).map { $0 * pixels }.filter { $0 > ScratchRaster<Value>.memoryBytes }.reduce(0, +)
  }

  /// What a pixel takes in each of the maps.
  private static func bytesOfPixel(_ kinds: PredictionMapKinds) -> [Int] {
    let size = MemoryLayout<Value>.stride
    return [size, MemoryLayout<UInt16>.stride] + (kinds.hasPercent ? [1] : []) + (kinds.hasDissolved ? [size] : [])
  }

  /// Stores a run of a row.
  ///
  /// - Parameters:
  ///   - range: the run's pixels in the block.
  ///   - place: where the first of them lies in the map, row-major.
  func store(_ block: WinnerBlock<Value>, _ range: Range<Int>, at place: Int) {
    let (winners, chances) = unsafe (block.classes, block.probabilities)
    let (values, units) = unsafe (classes.pixels, probabilities.pixels)
    for (offset, index) in range.enumerated() {
      let chance = unsafe chances[index]
      unsafe values[place + offset] = winners[index]
      // Neither of a pixel without data nor of a model that gives none.
      unsafe units[place + offset] = chance >= 0 ? UInt16(min(chance, 1) * Self.unit + 0.5) : Self.noProbability
    }
    guard let percent else { return }
    let target = unsafe percent.pixels
    for offset in 0..<range.count {
      let unit = unsafe units[place + offset]
      unsafe target[place + offset] =
        unit == Self.noProbability ? COGWriter.confidenceNoData : UInt8((UInt32(unit) + 327) / 655)
    }
  }
}
