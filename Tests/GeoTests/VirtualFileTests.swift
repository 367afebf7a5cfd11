import Foundation
import Geo
import Synchronization
import Testing

@Suite("Rasters whose bytes lie elsewhere")
struct VirtualFileTests {
  /// Blocks of 128 x 128 and 12 bands, as scenes have them.
  private static let scene = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "fixtures/catalog/sentinel-2-amazon/s2_amazon_12band.tif").path

  private static func planes(_ path: String) throws -> [UInt8] {
    let dataset = try RasterDataset(path: path)
    let window = RasterWindow(column: 30, row: 50, width: 200, height: 150)
    var planes = [UInt8](repeating: 0, count: window.pixelCount * 2 * 12)
    try planes.withUnsafeMutableBytes {
      try dataset.readPlanes(bands: Array(1...12), type: .uint16, window: window, into: $0)
    }
    return planes
  }

  @Test("Pixels are those of the same file here, and the blocks of a window are asked for together")
  func pixels() throws {
    let source = try FileSource(Self.scene)
    let file = VirtualFile(source)
    #expect(try Self.planes(file.path) == Self.planes(Self.scene))
    #expect(source.largestBatch == 4)
    for name in ["ramp_uint16.tif", "mask.tif", "alpha.tif", "noise.tif", "noise.jp2"] {
      let here = try RasterDataset(path: Fixtures.path(name))
      let source = VirtualFile(try FileSource(Fixtures.path(name)))
      let elsewhere = try RasterDataset(path: source.path)
      #expect(elsewhere.information == here.information)
      let window = here.information.window
      let (first, second) = (
        try here.read(Double.self, band: 1, window: window), try elsewhere.read(Double.self, band: 1, window: window)
      )
      #expect(first.values == second.values && first.validity == second.validity)
    }
  }

  @Test("A source that fails at any of its reads is an error with its own words, never pixels")
  func failures() throws {
    let expected = try Self.planes(Self.scene)
    var isWhole = false
    var reads = 0
    while !isWhole {
      let file = VirtualFile(try FileSource(Self.scene, readsThatSucceed: reads))
      do {
        let planes = try Self.planes(file.path)
        #expect(planes == expected)
        isWhole = true
      } catch {
        #expect((error as? GeoError)?.summary == "The source has failed.")
      }
      reads += 1
    }
    #expect(reads > 4)
  }

  @Test("A path is good as long as its file lives, and none can be made up")
  func paths() throws {
    var file: VirtualFile? = VirtualFile(try FileSource(Self.scene))
    let path = try #require(file?.path)
    _ = try RasterDataset(path: path)
    file = nil
    for path in [path, "/vsignomon/x", "/vsignomon/"] {
      let error = #expect(throws: GeoError.self) { _ = try RasterDataset(path: path) }
      #expect(error?.reason == .pathRefused)
    }
  }
}

/// A file of this machine as one elsewhere.
private final class FileSource: VirtualFileSource {
  private struct State {
    var readsLeft: Int
    var failure: GeoError?
    var largestBatch = 0
  }

  private let bytes: [UInt8]
  private let state: Mutex<State>

  init(_ path: String, readsThatSucceed: Int = .max) throws {
    bytes = Array(try Data(contentsOf: URL(filePath: path)))
    state = Mutex(State(readsLeft: readsThatSucceed))
  }

  var byteCount: Int64 { Int64(bytes.count) }
  var failure: GeoError? { state.withLock { $0.failure } }
  var traffic: VirtualFileTraffic { VirtualFileTraffic(requests: 0, bytes: 0) }
  /// The most ranges that were asked for at once.
  var largestBatch: Int { state.withLock { $0.largestBatch } }

  func read(at offset: Int64, into target: UnsafeMutableRawBufferPointer) throws(GeoError) -> Int {
    try spend()
    guard offset < byteCount else { return 0 }
    let part = bytes[Int(offset)...].prefix(target.count)
    target.copyBytes(from: part)
    return part.count
  }

  func fetch(_ ranges: [Range<Int64>]) throws(GeoError) {
    try spend()
    state.withLock { $0.largestBatch = max($0.largestBatch, ranges.count) }
  }

  private func spend() throws(GeoError) {
    let failure = state.withLock { state in
      if state.readsLeft == 0 {
        state.failure = GeoError(.source, function: "FileSource", messages: ["The source has failed."])
      }
      state.readsLeft -= state.readsLeft > 0 ? 1 : 0
      return state.failure
    }
    if let failure { throw failure }
  }
}
