import NIOCore
import NIOHTTP1

/// Whether the client is still there while long work is done for it.
extension ConnectionHandler {
  /// Stops the work for a client that has gone, or of a server that stops, where it changes nothing before it is done.
  func giveUpWork() {
    guard let exchange, endsWithClient(exchange) else { return }
    exchange.task?.cancel()
  }

  private func endsWithClient(_ exchange: Exchange) -> Bool { responder.endsWithClient(exchange.head.uri) }

  /// Asks a client that nothing is heard of any more whether it is there, as long as work is done for it.
  ///
  /// A client that has ended its side may have gone, or wait for its answer as `nc` does; and the end of one that has sent
  /// more than is read meanwhile is not seen. So it is sent what every client of HTTP/1.1 overlooks (RFC 9110 section 15.2.1):
  /// where nobody is left to read it, the system resets the connection. HTTP/1.0 has no such word, and who ends its side there
  /// has gone.
  func checkPresence() {
    presenceCheck?.cancel()
    guard isInputClosed || isReadHeld, let context, let exchange, exchange.isRead, exchange.isStarted,
      !exchange.isHeadWritten, endsWithClient(exchange)
    else { return }
    guard exchange.head.version.minor > 0 else {
      if isInputClosed { context.close(promise: nil) }
      return
    }
    let word = HTTPResponseHead(version: .http1_1, status: .continue)
    context.writeAndFlush(wrapOutboundOut(.head(word)), promise: nil)
    presenceCheck = context.eventLoop.assumeIsolated().scheduleTask(in: Self.presencePause) { [weak self] in
      self?.checkPresence()
    }
  }

  /// How long a client that goes after it was asked may be taken for one that is there.
  private static let presencePause = TimeAmount.milliseconds(500)
}
