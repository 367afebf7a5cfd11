import Foundation
import Geo
import Synchronization
import Testing

@Suite struct ThreadTests {
  @Test func `threads with a dataset each read, write and fail without disturbing one another`() throws {
    let expected = try Self.work()
    let results = Mutex<[Int]>([])
    DispatchQueue.concurrentPerform(iterations: 16) { index in
      let number = index % 4 == 3 ? Self.failure() : (try? Self.work()) ?? -1
      results.withLock { $0.append(number) }
    }
    let numbers = results.withLock { $0 }
    #expect(numbers.count == 16)
    #expect(numbers.filter { $0 == expected }.count == 12)
    #expect(numbers.filter { $0 == -2 }.count == 4)
  }

  /// Reads, classifies, writes and polygonizes; the sum of everything that came out.
  private static func work() throws -> Int {
    let dataset = try RasterDataset(path: Fixtures.path("noise.jp2"))
    let grid = try dataset.information.grid()
    let pixels = try dataset.read(UInt16.self, band: 1, window: dataset.information.window)
    let values = pixels.values.map { UInt8(1 + $0 / 20_000) }
    let map = try PixelBlock(width: pixels.width, height: pixels.height, values: values, noData: 0)
    return try Fixtures.withFolder { folder in
      let path = folder.appendingPathComponent("class.tif").path
      try COGWriter(grid: grid).writeClassMap(Fixtures.scratch(map), noData: 0, classes: [], to: path)
      var sum = try Data(contentsOf: URL(fileURLWithPath: path)).reduce(0) { $0 + Int($1) }
      _ = try Polygonizer(grid: grid).run(map) { sum += $0.pixelCount + Int($0.areaSquareMetres) }
      return sum
    }
  }

  /// -2 when a window outside the image is refused as such.
  private static func failure() -> Int {
    do {
      let dataset = try RasterDataset(path: Fixtures.path("noise.tif"))
      _ = try dataset.read(Float.self, band: 1, window: RasterWindow(column: 0, row: 0, width: 1000, height: 1))
      return 0
    } catch {
      return error.reason == .outsideImage ? -2 : -3
    }
  }
}
