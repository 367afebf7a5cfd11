import Foundation
import Geo
import Testing

/// Files that GDAL would read for ever, or for very long: they are refused before it opens them.
@Suite struct EndlessFileTests {
  /// A box inside another with no length sends GDAL 3.6 around for ever; a box of fewer bytes than its header is none.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [("colr", 0), ("ihdr", 0), ("lbl ", 0), ("xml ", 0), ("colr", 7), ("uuid", 4)] as [(String, UInt8)])
  func `a box whose length leads nowhere is refused`(type: String, length: UInt8) async throws {
    var bytes = try Self.jp2()
    let offset = try Self.offset(of: type, in: bytes)
    bytes.replaceSubrange(offset..<(offset + 4), with: [0, 0, 0, length])
    let outcome = try await Self.open(bytes, "image.jp2")
    #expect(outcome == .damaged)
  }

  @Test(.timeLimit(.minutes(1)), arguments: [[0, 0, 0, 0, 0, 0, 0, 0], [255, 255, 255, 255, 255, 255, 255, 190]])
  func `a box whose long length is none or negative is refused`(length: [UInt8]) async throws {
    var bytes = try Self.jp2()
    let offset = try Self.offset(of: "uuid", in: bytes)
    bytes.replaceSubrange(offset..<(offset + 4), with: [0, 0, 0, 1])
    bytes.replaceSubrange((offset + 8)..<(offset + 16), with: length)
    let outcome = try await Self.open(bytes, "image.jp2")
    #expect(outcome == .damaged)
  }

  @Test(.timeLimit(.minutes(1)))
  func `too many boxes and boxes nested too deeply are refused`() async throws {
    var bytes = try Self.jp2()
    let place = try Self.offset(of: "uuid", in: bytes)
    let free: [UInt8] = [0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65]
    bytes.insert(contentsOf: (0..<10_000).flatMap { _ in free }, at: place)
    #expect(try await Self.open(bytes, "image.jp2") == .limitExceeded)
    var nested = try Self.jp2()
    let boxes = (0..<20).reversed().flatMap { level -> [UInt8] in
      [0, 0, 0, UInt8(8 * (level + 1)), 0x61, 0x73, 0x6F, 0x63]
    }
    nested.insert(contentsOf: boxes, at: place)
    #expect(try await Self.open(nested, "image.jp2") == .limitExceeded)
  }

  @Test(.timeLimit(.minutes(1)))
  func `a last box up to the end of the file, long lengths and a bare code stream are read`() async throws {
    let intact = try Self.jp2()
    let start = try Self.offset(of: "jp2c", in: intact)
    var open = intact
    open.replaceSubrange(start..<(start + 4), with: [0, 0, 0, 0])
    #expect(try await Self.open(open, "image.jp2") == nil)
    var long = intact
    long.replaceSubrange(start..<(start + 4), with: [0, 0, 0, 1])
    let length = UInt64(intact.count - start + 8)
    long.insert(contentsOf: (0..<8).reversed().map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }, at: start + 8)
    #expect(try await Self.open(long, "image.jp2") == nil)
    #expect(try await Self.open(Array(intact[(start + 8)...]), "image.jp2") == nil)
  }

  /// OpenJPEG would end the process.
  @Test(.timeLimit(.minutes(1)))
  func `a code stream that reaches beyond its box is refused, one that another box comes after is read`() async throws {
    var bytes = try Self.jp2() + [0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65]
    #expect(try await Self.open(bytes, "image.jp2") == nil)
    let start = try Self.offset(of: "jp2c", in: bytes)
    for length in [89, 150, 1000, 100_000] as [UInt32] {
      bytes.replaceSubrange(
        start..<(start + 4), with: (0..<4).reversed().map { UInt8(truncatingIfNeeded: length >> (8 * $0)) })
      #expect(try await Self.open(bytes, "image.jp2") == .damaged)
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: [false, true], [false, true])
  func `thousands of directories and a circle of them are refused`(isBig: Bool, isLittle: Bool) async throws {
    let few = Self.tiff(directories: 50, isBig: isBig, isLittle: isLittle)
    #expect(try await Self.open(few, "image.tif") == nil)
    let many = Self.tiff(directories: 5000, isBig: isBig, isLittle: isLittle)
    #expect(try await Self.open(many, "image.tif") == .limitExceeded)
    let circle = Self.tiff(directories: 3, isBig: isBig, isLittle: isLittle, backTo: 1)
    #expect(try await Self.open(circle, "image.tif") == .limitExceeded)
  }

  private static func jp2() throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("noise.jp2"))))
  }

  /// Where the first box of a type starts: its length comes before its type.
  private static func offset(of type: String, in bytes: [UInt8]) throws -> Int {
    let range = try #require(Data(bytes).range(of: Data(type.utf8)))
    return range.lowerBound - 4
  }

  /// Why the file is refused, nil when it is read; opened on a thread of its own, which a hang would not take along.
  private static func open(_ bytes: [UInt8], _ name: String) async throws -> GeoError.Reason? {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("geo-endless-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent(name).path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let outcomes = AsyncStream<GeoError.Reason?> { continuation in
      Thread.detachNewThread {
        do throws(GeoError) {
          let dataset = try RasterDataset(path: path)
          _ = try dataset.read(Double.self, band: 1, window: dataset.information.window)
          continuation.yield(nil)
        } catch {
          continuation.yield(error.reason)
        }
        continuation.finish()
      }
    }
    for await outcome in outcomes { return outcome }
    // The time limit cancelled the wait.
    throw CancellationError()
  }

  /// A TIFF of 8 x 6 pixels and reduced images; the last directory's successor is none, or one of the first.
  private static func tiff(directories: Int, isBig: Bool, isLittle: Bool, backTo: Int? = nil) -> [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      let big = (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      return isLittle ? big.reversed() : big
    }
    let word = isBig ? 8 : 4
    let header = isBig ? 16 : 8
    let size = isBig ? 8 + 9 * 20 + 8 : 2 + 9 * 12 + 4
    var bytes = [UInt8](repeating: isLittle ? 0x49 : 0x4D, count: 2) + number(isBig ? 43 : 42, 2)
    bytes += (isBig ? number(8, 2) + number(0, 2) : []) + number(header, word)
    for index in 0..<directories {
      let (width, height) = index == 0 ? (8, 6) : (4, 3)
      let values = [
        (254, index == 0 ? 0 : 1), (256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, header),
        (278, height), (279, width * height),
      ]
      bytes += number(values.count, isBig ? 8 : 2)
      // Each entry one value of type LONG.
      for (tag, value) in values {
        bytes += number(tag, 2) + number(4, 2) + number(1, word) + number(value, 4) + (isBig ? number(0, 4) : [])
      }
      let isLast = index + 1 == directories
      let next = isLast ? backTo : index + 1
      bytes += number(next.map { header + $0 * size } ?? 0, word)
    }
    return bytes
  }
}
