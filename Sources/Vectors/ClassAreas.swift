/// Areas of the classes of a class map.
public enum ClassAreas {
  /// Square metres of each class value that occurs, by the areas of its pixels.
  ///
  /// - Throws: `CancellationError` soon after `isCancelled` says so.
  public static func sums<Value: ClassValue>(
    _ raster: ClassRaster<Value>, pixelAreas: any PixelAreas, isCancelled: () -> Bool = { false }
  ) throws -> [Int: Double] {
    var totals = [Double](repeating: 0, count: 1 << Value.bitWidth)
    var sums = [Double](repeating: 0, count: raster.width + 1)
    for row in 0..<raster.height {
      if row & 15 == 0, isCancelled() { throw CancellationError() }
      pixelAreas.fill(&sums, row: row)
      let pixels = unsafe raster.row(row)
      var start = 0
      for column in 0..<raster.width {
        let value = unsafe pixels[column]
        if column + 1 < raster.width, unsafe pixels[column + 1] == value { continue }
        if value != raster.noData { totals[Int(value)] += sums[column + 1] - sums[start] }
        start = column + 1
      }
    }
    var areas: [Int: Double] = [:]
    for value in totals.indices where totals[value] > 0 { areas[value] = totals[value] }
    return areas
  }
}
