/// Fills holes of a class map: what one area of a class encloses takes its class.
///
/// Areas are 4-connected, and a hole is an 8-connected part of what is not the area, out of which no path leads to the
/// map's border; diagonal contacts are open. In the graph of areas that touch, also diagonally, an area is then a cut
/// vertex, and its holes are what it cuts off from the outside (Tarjan 1972, biconnected components).
public enum HoleFilling {
  /// What was filled.
  public struct Summary: Hashable, Sendable {
    /// Holes that were filled; of nested ones the outermost alone.
    public var holes = 0
    /// Pixels in them.
    public var pixels = 0

    /// Nothing was filled.
    public init() {}
  }

  /// What is held for a run of equal pixels in a row, with its share of the areas.
  public static let bytesOfRun = 50

  /// Fills the holes that are smaller than `area`, in place; no data fills nothing, and is filled as anything else.
  ///
  /// - Parameters:
  ///   - pixels: `width` × `height` values, row-major.
  ///   - area: in square metres; 0 fills nothing.
  ///   - pixelAreas: the areas of the pixels, in square metres.
  ///   - mostBytes: the most memory to hold: ``bytesOfRun`` for each run of equal pixels in the rows of the map.
  /// - Throws: ``VectorError``, or `CancellationError` soon after `isCancelled` says so.
  @discardableResult
  @specialized(where Value == UInt8)
  @specialized(where Value == UInt16)
  public static func fill<Value: ClassValue>(
    _ pixels: UnsafeMutableBufferPointer<Value>, width: Int, height: Int, noData: Value, smallerThan area: Double,
    pixelAreas: any PixelAreas, mostBytes: Int = bytesOfRun << 26, threads: Int = 2, isCancelled: () -> Bool = { false }
  ) throws -> Summary {
    let raster = try unsafe ClassRaster(
      UnsafeBufferPointer(pixels), width: width, height: height, noData: noData)
    guard area > 0 else { return Summary() }
    let table = try RunTable(BoundaryMap(raster, threads: threads), threads: threads, mostBytes: mostBytes)
    try table.label(raster, isCancelled: isCancelled)
    var walk = try RegionWalk(table, pixelAreas, maximumRuns: mostBytes / bytesOfRun, isCancelled: isCancelled)
    let fillers = try walk.fillers(smallerThan: area, isCancelled: isCancelled)
    var summary = Summary()
    summary.holes = walk.holes
    guard summary.holes > 0, let base = pixels.baseAddress else { return summary }
    // A filler lies outside of what it fills, so its own pixels stay.
    let values = table.values(of: raster)
    for row in 0..<height {
      if row & 15 == 0, isCancelled() { throw CancellationError() }
      for run in walk.runs(of: row) {
        let filler = fillers[walk.region(of: run)]
        if filler < 0 { continue }
        let columns = walk.columns(of: run, row: row)
        summary.pixels += columns.count
        unsafe (base + row * width + columns.lowerBound).update(
          repeating: values[Int(filler)], count: columns.count)
      }
    }
    return summary
  }
}
