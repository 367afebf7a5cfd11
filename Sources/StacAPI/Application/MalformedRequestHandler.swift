import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import StacModel

/// Answers bytes that are no HTTP with a refusal in the usual form, and closes the connection.
///
/// The event loop of its channel is the only thread that touches it.
final class MalformedRequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// Whether an answer has begun and not ended, so that no other may be put into it.
  private var isAnswering = false
  private var hasRefused = false
  private let memory = RequestLineMemory()

  func handlerAdded(context: ChannelHandlerContext) {
    do {
      let pipeline = context.pipeline.syncOperations
      try pipeline.addHandler(memory, position: .first)
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandler(AbsoluteTargetHandler(), position: .after(decoder))
    } catch {
      // The pipeline is being built on its event loop; where it is gone already there is nothing to answer.
      context.close(promise: nil)
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    // Whatever still comes for a connection that was refused has no reader.
    if hasRefused {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    switch unwrapOutboundIn(data) {
    case .head: isAnswering = true
    case .body: break
    case .end: isAnswering = false
    }
    context.write(data, promise: promise)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError else {
      context.fireErrorCaught(error)
      return
    }
    if hasRefused { return }
    hasRefused = true
    guard !isAnswering else {
      context.close(promise: nil)
      return
    }
    answer(refusal(for: error), context: context)
  }

  private func answer(_ refusal: APIError, context: ChannelHandlerContext) {
    let body = JSONSerializer.bytes(.object(refusal.document(asException: false)))
    var fields: HTTPFields = [
      .contentType: "application/json", .contentLength: String(body.count), .connection: "close",
    ]
    if !refusal.allowedMethods.isEmpty { fields[.allow] = refusal.allowedMethods.joined(separator: ", ") }
    let head = HTTPResponse(status: .init(code: refusal.code.status), headerFields: fields)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: nil)
    // NIO promises to complete the write on this event loop, so the context is still ours then.
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
  }

  private func refusal(for error: HTTPParserError) -> APIError {
    switch error {
    case .invalidMethod where memory.hasRequestLine:
      var refusal = APIError(.methodNotAllowed, "The method is not known")
      refusal.allowedMethods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]
      return refusal
    case .headerOverflow: return APIError(.headersTooLarge, "The header fields are larger than is taken")
    default: return APIError(.invalidRequest, "The request is not well-formed HTTP/1.1")
    }
  }
}
