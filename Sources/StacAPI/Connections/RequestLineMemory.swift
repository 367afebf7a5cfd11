import NIOCore

/// Remembers whether the bytes that came last begin with a whole request line, which the parser's errors do not tell.
///
/// The event loop of its channel is the only thread that touches it.
final class RequestLineMemory: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private var start: [UInt8] = []
  private static let longestMethod = 32

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    start = buffer.getBytes(at: buffer.readerIndex, length: min(buffer.readableBytes, 4_096)) ?? []
    context.fireChannelRead(data)
  }

  /// Whether a method, a target and a version stand on the first line.
  var hasRequestLine: Bool {
    let line = start.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
    let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard words.count == 3, words[0].count <= Self.longestMethod else { return false }
    return words[0].allSatisfy { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 } && words[1].first == UInt8(ascii: "/")
      && words[2].starts(with: "HTTP/1.".utf8)
  }
}
