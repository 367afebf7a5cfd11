internal import CGeo

/// Writes a small picture of a class map, for a thumbnail.
public enum PreviewWriter {
  /// Writes an RGBA PNG whose longest side is at most `longestSide` pixels; what is no class is transparent.
  ///
  /// Pixels are picked (the one in the middle of each cell), in the map's own projection. Replaces the file atomically.
  public static func writeClassMap<Value: PixelValue & BinaryInteger>(
    _ map: ScratchRaster<Value>, classes: [MapClass], longestSide: Int = 512, to path: String
  ) throws {
    let scale = max(1, Double(max(map.width, map.height)) / Double(max(longestSide, 16)))
    let width = max(1, Int((Double(map.width) / scale).rounded(.down)))
    let height = max(1, Int((Double(map.height) / scale).rounded(.down)))
    var colors: [Int: MapColor] = [:]
    for (index, item) in classes.enumerated() { colors[item.value] = item.color ?? .standard(index) }
    let pixels = unsafe map.pixels
    var planes = [[UInt8]](repeating: [UInt8](repeating: 0, count: width * height), count: 4)
    for row in 0..<height {
      let sourceRow = min(map.height - 1, Int((Double(row) + 0.5) * Double(map.height) / Double(height)))
      for column in 0..<width {
        let sourceColumn = min(map.width - 1, Int((Double(column) + 0.5) * Double(map.width) / Double(width)))
        let source = sourceRow * map.width + sourceColumn
        guard let color = unsafe colors[Int(pixels[source])] else { continue }
        let target = row * width + column
        (planes[0][target], planes[1][target], planes[2][target]) = (color.red, color.green, color.blue)
        planes[3][target] = 255
      }
    }
    withExtendedLifetime(map) {}
    try write(&planes, width, height, path)
  }

  private static func write(_ planes: inout [[UInt8]], _ width: Int, _ height: Int, _ path: String) throws {
    let raster = try MemoryRaster(width: width, height: height, bands: 4, type: .uint8)
    for index in planes.indices { try raster.write(&planes[index], band: index + 1, width: width, height: height) }
    unsafe GDALSetRasterColorInterpretation(try raster.band(4), GCI_AlphaBand)
    let file = try TemporaryFile(for: path)
    try raster.copy(to: file.path, driver: "PNG", options: ["ZLEVEL=6"], isCancelled: { false })
    try file.publish()
  }
}
