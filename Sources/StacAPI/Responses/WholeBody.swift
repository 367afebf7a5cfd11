import HTTPTypes
import Hummingbird
import NIOCore

extension ResponseBody {
  /// The bytes of a body that is already in memory.
  func collected() async throws -> [UInt8] {
    let collector = BodyCollector()
    try await write(CollectingWriter(collector: collector))
    return await collector.bytes
  }
}

private actor BodyCollector {
  private(set) var bytes: [UInt8] = []

  func append(_ buffer: ByteBuffer) { bytes.append(contentsOf: buffer.readableBytesView) }
}

private struct CollectingWriter: ResponseBodyWriter {
  let collector: BodyCollector

  mutating func write(_ buffer: ByteBuffer) async throws { await collector.append(buffer) }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
