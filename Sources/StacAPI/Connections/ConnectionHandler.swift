import HTTPTypes
import HummingbirdCore
import InternetAddresses
import Logging
import NIOCore
import NIOHTTP1
import StacModel

/// Speaks HTTP/1.1 on a connection: takes one request after the other, lets the responder answer on the connection's
/// own event loop, and answers bytes that are no HTTP with a refusal in the usual form.
///
/// The event loop of its channel is the only thread that touches it.
final class ConnectionHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = Never
  typealias OutboundOut = HTTPServerResponsePart

  let responder: APIResponder
  let logger: Logger
  private let memory: RequestLineMemory
  private let idleTimeout: TimeAmount
  private var idleTask: Scheduled<Void>?
  private var lastActivity = NIODeadline.now()

  var context: ChannelHandlerContext?
  var peer: IPAddress?
  var executor: LoopExecutor?
  var exchange: Exchange?
  private var lastNumber = 0
  /// Parts of later requests that came before their turn.
  private var pending = CircularBuffer<HTTPServerRequestPart>()
  private static let mostPending = 8
  private(set) var isReadHeld = false
  /// Whether the client has ended its side: it sends no more, and may still read.
  private(set) var isInputClosed = false
  /// Asks once more whether the client is there.
  var presenceCheck: Scheduled<Void>?
  /// Whether the connection ends with the answer that is on its way.
  private var closesAfterAnswer = false
  /// Whether nothing is answered any more.
  private var isClosing = false
  /// The refusal of what came behind a request that is still being answered.
  private var laterRefusal: APIError?
  /// Who waits until more of an answer can be written.
  var writer: CheckedContinuation<Void, any Error>?

  init(responder: APIResponder, memory: RequestLineMemory, logger: Logger, idleTimeout: TimeAmount) {
    self.responder = responder
    self.memory = memory
    self.logger = logger
    self.idleTimeout = idleTimeout
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    peer = context.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
    executor = LoopExecutor(context.eventLoop)
    scheduleIdleCheck(at: lastActivity + idleTimeout)
  }

  func handlerRemoved(context: ChannelHandlerContext) { release() }

  func channelInactive(context: ChannelHandlerContext) {
    release()
    context.fireChannelInactive()
  }

  private func release() {
    idleTask?.cancel()
    presenceCheck?.cancel()
    giveUpWork()
    exchange?.fail(ChannelError.eof)
    exchange = nil
    context = nil
    isClosing = true
    resumeWriter(throwing: ChannelError.ioOnClosedChannel)
  }

  // MARK: Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    lastActivity = .now()
    guard !isClosing else { return }
    let part = unwrapInboundIn(data)
    if let exchange, exchange.isRead {
      pending.append(part)
    } else {
      take(part)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    awaitBody(context)
    context.fireChannelReadComplete()
  }

  private func take(_ part: HTTPServerRequestPart) {
    switch part {
    case .head(var head):
      head.resolveAbsoluteTarget()
      lastNumber += 1
      exchange = Exchange(number: lastNumber, head: head)
    case .body(let buffer): exchange?.append(buffer)
    case .end:
      exchange?.end()
      if let exchange, !exchange.isStarted, case .collected(let body) = exchange.body {
        start(.whole(body))
      } else if exchange?.isAnswered == true {
        exchange = nil
      }
    }
  }

  /// Waits for the end of a small request for a moment, since many clients send a body right behind its head; then
  /// starts to answer without it.
  private func awaitBody(_ context: ChannelHandlerContext) {
    guard let exchange, !exchange.isStarted, exchange.lateStart == nil else { return }
    guard exchange.isSmall else { return startPartly() }
    self.exchange?.lateStart = context.eventLoop.assumeIsolated().scheduleTask(in: Self.moment) { [weak self] in
      guard let self, self.exchange?.number == exchange.number else { return }
      startPartly()
    }
  }

  private static let moment = TimeAmount.milliseconds(20)

  /// Starts to answer a request whose end has not come yet.
  private func startPartly() {
    guard let exchange, !exchange.isStarted, case .collected(let collected) = exchange.body, let context else { return }
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    let (loop, number) = (context.eventLoop, exchange.number)
    var stream = BodyStream { loop.execute { bound.value.bodyIsWanted(number) } }
    if collected.readableBytes > 0 { stream.append(collected) }
    self.exchange?.body = .streamed(stream)
    start(.stream(stream.body))
  }

  private func bodyIsWanted(_ number: Int) {
    guard exchange?.number == number else { return }
    exchange?.resume()
    releaseRead()
  }

  private func start(_ body: ArrivingBody) {
    guard let exchange, let context, let executor else { return }
    self.exchange?.isStarted = true
    exchange.lateStart?.cancel()
    let answer = Answering(
      responder: responder, head: exchange.head, body: body, peer: peer, logger: logger,
      connection: NIOLoopBound(self, eventLoop: context.eventLoop), loop: context.eventLoop, number: exchange.number)
    // What is read while it arrives may be large: it is parsed where it keeps no other connection waiting.
    if case .whole = body {
      self.exchange?.task = Task(executorPreference: executor) { await answer.run() }
    } else {
      self.exchange?.task = Task { await answer.run() }
    }
    checkPresence()
  }

  func read(context: ChannelHandlerContext) {
    if pending.count >= Self.mostPending || exchange?.isFull == true {
      isReadHeld = true
      checkPresence()
    } else {
      context.read()
    }
  }

  private func releaseRead() {
    guard isReadHeld, let context else { return }
    isReadHeld = false
    read(context: context)
  }

  // MARK: Between answers

  /// What follows once an answer is written, or cannot be.
  func answered(_ number: Int) {
    guard let exchange, exchange.number == number, let context else { return }
    lastActivity = .now()
    guard exchange.keepsAlive, !closesAfterAnswer, !isLast(exchange) else {
      return end(context, isRead: exchange.isRead)
    }
    if exchange.isRead {
      self.exchange = nil
      next(context)
    } else {
      self.exchange?.isAnswered = true
      self.exchange?.resume()
    }
    releaseRead()
  }

  /// Whether nothing can follow an exchange: the client sends no more, and all that it sent is answered.
  private func isLast(_ exchange: Exchange) -> Bool {
    isInputClosed && exchange.isRead && pending.isEmpty && laterRefusal == nil
  }

  private func next(_ context: ChannelHandlerContext) {
    while !pending.isEmpty, exchange?.isRead != true { take(pending.removeFirst()) }
    guard exchange?.isRead != true, let refusal = laterRefusal else { return awaitBody(context) }
    // The rest of a request that has begun does not come any more.
    exchange = nil
    laterRefusal = nil
    refuse(refusal, context)
  }

  /// Closes; where the client still sends, only this side, so that the answer is not lost with what nobody reads.
  private func end(_ context: ChannelHandlerContext, isRead: Bool) {
    isClosing = true
    exchange = nil
    pending.removeAll()
    if isRead {
      context.close(promise: nil)
    } else {
      context.close(mode: .output, promise: nil)
      releaseRead()
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is ChannelShouldQuiesceEvent:
      closesAfterAnswer = true
      if exchange == nil || isClosing { context.close(promise: nil) } else { giveUpWork() }
    case ChannelEvent.inputClosed:
      isInputClosed = true
      if exchange == nil || isClosing { context.close(promise: nil) } else { checkPresence() }
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { resumeWriter() }
    context.fireChannelWritabilityChanged()
  }

  private func resumeWriter(throwing error: (any Error)? = nil) {
    guard let waiting = writer else { return }
    writer = nil
    if let error { waiting.resume(throwing: error) } else { waiting.resume() }
  }

  // MARK: What is no HTTP

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError else {
      context.close(promise: nil)
      return
    }
    guard !isClosing else { return }
    let refusal = MalformedRequest(error, hasRequestLine: memory.hasRequestLine).refusal
    guard let exchange else { return refuse(refusal, context) }
    if exchange.isRead {
      laterRefusal = refusal
    } else if exchange.isHeadWritten {
      context.close(promise: nil)
    } else {
      exchange.fail(error)
      self.exchange = nil
      refuse(refusal, context)
    }
  }

  private func refuse(_ refusal: APIError, _ context: ChannelHandlerContext) {
    isClosing = true
    let body = JSONSerializer.bytes(.object(refusal.document(asException: false)))
    var fields: HTTPHeaders = [
      "Content-Type": "application/json", "Content-Length": String(body.count), "Connection": "close",
    ]
    if !refusal.allowedMethods.isEmpty {
      fields.add(name: "Allow", value: refusal.allowedMethods.joined(separator: ", "))
    }
    let head = HTTPResponseHead(
      version: .http1_1, status: .init(statusCode: refusal.code.status), headers: fields)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
  }

  // MARK: Silence

  private func scheduleIdleCheck(at deadline: NIODeadline) {
    guard let context else { return }
    idleTask = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in self?.checkIdle() }
  }

  /// Closes a connection that was silent too long while a request was awaited or read.
  private func checkIdle() {
    let isAnswering = exchange.map { $0.isRead && !$0.isAnswered } ?? false
    let deadline = isAnswering ? .now() + idleTimeout : lastActivity + idleTimeout
    if deadline <= .now() {
      context?.close(promise: nil)
    } else {
      scheduleIdleCheck(at: deadline)
    }
  }
}
