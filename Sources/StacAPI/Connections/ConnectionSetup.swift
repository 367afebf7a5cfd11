import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Sets up what speaks HTTP/1.1 on a connection.
struct ConnectionSetup: ServerChildChannel {
  struct Value: ServerChildChannelValue {
    let channel: any Channel
  }

  let responder: APIResponder
  let limits: RequestLimits

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      var decoder = NIOHTTPDecoderLimitConfiguration()
      decoder.maxHeaderFieldSize = limits.headers
      decoder.maxHeaderListSize = limits.headers
      decoder.maxHeaderFieldCount = 200
      let memory = RequestLineMemory()
      try pipeline.addHandler(memory)
      // Requests are taken one after the other, errors answered and fields checked by the handlers behind.
      try pipeline.configureHTTPServerPipeline(
        withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
        withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoder)
      try pipeline.addHandler(
        ConnectionHandler(
          responder: responder, memory: memory, logger: logger, idleTimeout: TimeAmount(limits.idleTimeout)))
      return Value(channel: channel)
    }
  }

  /// Waits until the connection is closed; when cancelled, it is closed once what is being answered is answered.
  func handle(value: Value, logger: Logger) async {
    let channel = value.channel
    await withTaskCancellationHandler {
      try? await channel.closeFuture.get()
    } onCancel: {
      channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
  }
}
