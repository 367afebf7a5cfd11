internal import CGeo

/// A class of a class map, as legends show it.
public struct MapClass: Hashable, Sendable {
  /// The pixel value.
  public var value: Int
  /// The name.
  public var name: String
  /// Colour as red, green, blue; nil takes one from a fixed palette.
  public var color: MapColor?

  /// A class by its value and name.
  public init(value: Int, name: String, color: MapColor? = nil) {
    self.value = value
    self.name = name
    self.color = color
  }
}

/// Red, green and blue, 0 to 255.
public struct MapColor: Hashable, Sendable {
  /// Red.
  public var red: UInt8
  /// Green.
  public var green: UInt8
  /// Blue.
  public var blue: UInt8

  /// A colour of its three parts.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// A colour as six hexadecimal digits, with or without `#` (`classification:classes[].color_hint`).
  public init?(hexadecimal: String) {
    let digits = hexadecimal.hasPrefix("#") ? hexadecimal.dropFirst() : hexadecimal[...]
    guard digits.utf8.count == 6, let number = UInt32(digits, radix: 16), digits.first != "+" else { return nil }
    self.init(
      red: UInt8(number >> 16), green: UInt8(number >> 8 & 255), blue: UInt8(number & 255))
  }

  /// Colours for classes that name none, told apart in most kinds of colour vision (Okabe and Ito, then darker).
  public static func standard(_ index: Int) -> MapColor {
    let palette: [UInt32] = [
      0x009E73, 0xE69F00, 0x56B4E9, 0xF0E442, 0x0072B2, 0xD55E00, 0xCC79A7, 0x999999, 0x004D38, 0x734F00, 0x1F5C7A,
      0x857C00,
    ]
    let number = palette[index % palette.count]
    return MapColor(red: UInt8(number >> 16), green: UInt8(number >> 8 & 255), blue: UInt8(number & 255))
  }
}

/// Writes results as cloud optimized GeoTIFFs.
///
/// DEFLATE, tiles of 512 pixels, overviews, under a temporary name first and renamed when whole. The same input gives
/// the same bytes, whatever the number of threads. Level 5 writes class maps in half the time of level 6 (the default)
/// and 8 % larger; confidence is as noise, which level 1 packs within 1 % of level 6.
public struct COGWriter: Sendable {
  /// Where the raster lies.
  public let grid: RasterGrid
  /// Threads that compress.
  public let threads: Int

  /// A writer of rasters on `grid`.
  public init(grid: RasterGrid, threads: Int = 1) {
    self.grid = grid
    self.threads = max(threads, 1)
  }

  /// Writes a class map: nodata, palette, category names (in PATH.aux.xml, where GDAL keeps them) and, inside the file,
  /// band metadata `CLASS_<value>` = name; overviews take the most frequent class.
  ///
  /// - Parameter noData: the value of pixels without a class; must be no class's value.
  public func writeClassMap<Value: PixelValue & FixedWidthInteger & UnsignedInteger>(
    _ map: ScratchRaster<Value>, noData: Value, classes: [MapClass], description: String = "class", to path: String,
    isCancelled: () -> Bool = { false }
  ) throws {
    guard Value.dataType == .uint8 || Value.dataType == .uint16 else {
      throw GeoError(.unsupported, "COGWriter", "A class map has 8 or 16 bits a pixel.")
    }
    guard classes.allSatisfy({ Value(exactly: $0.value) != nil && $0.value != Int(noData) }) else {
      throw GeoError(.invalidArgument, "COGWriter", "A class has the nodata value, or one that the pixels cannot hold.")
    }
    let raster = try placed(map)
    let band = try unsafe raster.band(1)
    unsafe describe(band, Double(noData), description)
    unsafe setLegend(band, classes, noData: Int(noData))
    try write(raster, to: path, ["OVERVIEW_RESAMPLING=MODE", "LEVEL=5"], isCancelled)
    withExtendedLifetime(map) {}
  }

  /// Writes a confidence map of whole per cent (0 to 100): scale 0.01, nodata ``confidenceNoData``, overviews take the
  /// mean.
  public func writeConfidence(
    _ map: ScratchRaster<UInt8>, description: String = "confidence", to path: String,
    isCancelled: () -> Bool = { false }
  ) throws {
    let raster = try placed(map)
    let band = try unsafe raster.band(1)
    unsafe describe(band, Double(Self.confidenceNoData), description)
    unsafe GDALSetRasterScale(band, Self.confidenceScale)
    try write(raster, to: path, ["OVERVIEW_RESAMPLING=AVERAGE", "LEVEL=1"], isCancelled)
    withExtendedLifetime(map) {}
  }

  /// The value of a pixel of a confidence map that has none.
  public static let confidenceNoData: UInt8 = 255
  /// Probability = stored value × scale.
  public static let confidenceScale = 0.01

  private func placed<Value: PixelValue>(_ map: ScratchRaster<Value>) throws(GeoError) -> MemoryRaster {
    guard map.width == grid.width, map.height == grid.height else {
      throw GeoError(.invalidArgument, "COGWriter", "The map does not have the grid's size.")
    }
    let raster = try MemoryRaster(over: map)
    try raster.place(on: grid)
    return raster
  }

  private func describe(_ band: GDALRasterBandH, _ noData: Double, _ description: String) {
    unsafe GDALSetRasterNoDataValue(band, noData)
    unsafe GDALSetDescription(band, description)
  }

  private func setLegend(_ band: GDALRasterBandH, _ classes: [MapClass], noData: Int) {
    // A palette says of numbers that they stand for something.
    if classes.isEmpty { return }
    let highest = max(classes.map(\.value).max() ?? 0, noData <= 255 ? noData : 0)
    var names = [String](repeating: "", count: min(highest, 4095) + 1)
    let table = unsafe GDALCreateColorTable(GPI_RGB)
    defer { unsafe GDALDestroyColorTable(table) }
    for (index, item) in classes.enumerated() {
      let color = item.color ?? .standard(index)
      var entry = GDALColorEntry(
        c1: Int16(color.red), c2: Int16(color.green), c3: Int16(color.blue), c4: 255)
      unsafe GDALSetColorEntry(table, Int32(item.value), &entry)
      unsafe GDALSetMetadataItem(band, "CLASS_\(item.value)", item.name, nil)
      if item.value < names.count { names[item.value] = item.name }
    }
    var clear = GDALColorEntry(c1: 0, c2: 0, c3: 0, c4: 0)
    if noData <= 255 { unsafe GDALSetColorEntry(table, Int32(noData), &clear) }
    unsafe GDALSetRasterColorTable(band, table)
    unsafe GDALSetRasterColorInterpretation(band, GCI_PaletteIndex)
    let list = StringList(names)
    unsafe GDALSetRasterCategoryNames(band, list.pointer)
  }

  private func write(
    _ raster: borrowing MemoryRaster, to path: String, _ extra: [String], _ isCancelled: () -> Bool
  ) throws {
    let file = try TemporaryFile(for: path)
    let options = [
      "COMPRESS=DEFLATE", "BLOCKSIZE=512", "BIGTIFF=IF_SAFER", "OVERVIEWS=IGNORE_EXISTING", "NUM_THREADS=\(threads)",
    ]
    try raster.copy(to: file.path, driver: "COG", options: options + extra, isCancelled: isCancelled)
    try file.publish()
  }
}
