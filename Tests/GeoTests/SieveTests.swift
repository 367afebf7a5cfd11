import CGeo
import Geo
import SeededRandom
import Testing
import Vectors

/// The sieve beside GDAL's.
@Suite struct SieveTests {
  @Test func `small areas merge, but never with no data`() throws {
    var map = try Fixtures.map(["1111.", "1211.", "1111.", ".....", "...3."])
    try Self.sieve(&map, threshold: 1)
    #expect(try map.values == Fixtures.map(["1111.", "1211.", "1111.", ".....", "...3."]).values)
    try Self.sieve(&map, threshold: 3)
    #expect(try map.values == Fixtures.map(["1111.", "1111.", "1111.", ".....", "...3."]).values)
  }

  @Test(arguments: 0..<60)
  func `the result is GDAL's to the pixel`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let (width, height) = (Int.random(in: 1...140, using: &generator), Int.random(in: 1...90, using: &generator))
    let highest = UInt8.random(in: 1...5, using: &generator)
    let density = Int.random(in: 1...40, using: &generator)
    var value: UInt8 = 1
    var values = (0..<(width * height)).map { _ -> UInt8 in
      if Int.random(in: 0..<density, using: &generator) < 8 { value = .random(in: 0...highest, using: &generator) }
      return value
    }
    for index in values.indices.dropFirst(width) where Int.random(in: 0..<3, using: &generator) == 0 {
      values[index] = values[index - width]
    }
    for threshold in [2, 3, 4, 7, 16, 40, 1000] {
      var map = try PixelBlock(width: width, height: height, values: values, noData: 0)
      try Self.sieve(&map, threshold: threshold)
      let expected = try #require(Self.sievedByGDAL(values, width, height, threshold))
      #expect(map.values == expected)
    }
  }

  @Test func `a wide map is sieved like a narrow one`() throws {
    let narrow = try Fixtures.noise(width: 64, height: 50, classes: 3)
    var map = narrow
    try Self.sieve(&map, threshold: 5)
    var wide = narrow.values.map { UInt16($0) * 257 }
    try wide.withUnsafeMutableBufferPointer {
      try Sieve.filter($0, width: 64, height: 50, noData: 0, threshold: 5, threads: 1)
    }
    #expect(wide == map.values.map { UInt16($0) * 257 })
  }

  @Test func `a map of more areas than there is memory for stays as it is`() throws {
    let noise = try Fixtures.noise(width: 64, height: 50, classes: 3)
    var whole = noise.values
    try whole.withUnsafeMutableBufferPointer {
      try Sieve.filter($0, width: 64, height: 50, noData: 0, threshold: 5, mostBytes: 100_000)
    }
    #expect(whole != noise.values)
    // Too little for the edges and the runs; and, with the edges gone, for the areas.
    for bytes in [10_000, 20_000] {
      var map = noise.values
      let error = #expect(throws: VectorError.self) {
        try map.withUnsafeMutableBufferPointer {
          try Sieve.filter($0, width: 64, height: 50, noData: 0, threshold: 5, mostBytes: bytes)
        }
      }
      #expect(error?.reason == .limitExceeded)
      #expect(map == noise.values)
    }
  }

  private static func sieve(_ map: inout PixelBlock<UInt8>, threshold: Int) throws {
    let noData: UInt8 = map.values.contains(0) ? 0 : 255
    let (width, height) = (map.width, map.height)
    try map.values.withUnsafeMutableBufferPointer {
      try Sieve.filter($0, width: width, height: height, noData: noData, threshold: threshold)
    }
  }

  /// `GDALSieveFilter` with a mask, 4-connected; 0 is no data.
  private static func sievedByGDAL(_ values: [UInt8], _ width: Int, _ height: Int, _ threshold: Int) -> [UInt8]? {
    guard GeoLibrary.versions["GDAL"] != nil, let driver = GDALGetDriverByName("MEM"),
      let dataset = GDALCreate(driver, "", Int32(width), Int32(height), 2, GDT_Byte, nil)
    else { return nil }
    defer { GDALClose(dataset) }
    guard let band = GDALGetRasterBand(dataset, 1), let mask = GDALGetRasterBand(dataset, 2) else { return nil }
    var pixels = values
    var flags = values.map { $0 == 0 ? UInt8(0) : 255 }
    let (columns, rows) = (Int32(width), Int32(height))
    guard GDALRasterIO(band, GF_Write, 0, 0, columns, rows, &pixels, columns, rows, GDT_Byte, 0, 0) == CE_None,
      GDALRasterIO(mask, GF_Write, 0, 0, columns, rows, &flags, columns, rows, GDT_Byte, 0, 0) == CE_None,
      GDALSieveFilter(band, mask, band, Int32(threshold), 4, nil, nil, nil) == CE_None,
      GDALRasterIO(band, GF_Read, 0, 0, columns, rows, &pixels, columns, rows, GDT_Byte, 0, 0) == CE_None
    else { return nil }
    return pixels
  }
}
