public import Vectors

/// Fills holes of class maps that lie on the Earth.
public enum Holes {
  /// Gives what one area of a class encloses the class of that area, in place, where it is smaller than `area` in square
  /// metres (``HoleFilling``), within so many bytes of memory; 0 fills nothing.
  ///
  /// - Throws: ``GeoError``, or `CancellationError` soon after `isCancelled` says so.
  @discardableResult
  public static func fill<Value: ClassValue & PixelValue>(
    _ map: ScratchRaster<Value>, on grid: RasterGrid, noData: Value, smallerThan area: Double, mostBytes: Int,
    threads: Int, isCancelled: () -> Bool
  ) throws -> HoleFilling.Summary {
    guard area > 0 else { return HoleFilling.Summary() }
    do {
      return try unsafe HoleFilling.fill(
        map.pixels, width: map.width, height: map.height, noData: noData, smallerThan: area,
        pixelAreas: grid.pixelAreas(), mostBytes: min(mostBytes, HoleFilling.bytesOfRun << 26), threads: threads,
        isCancelled: isCancelled)
    } catch let error as VectorError {
      throw GeoError(error)
    }
  }
}
