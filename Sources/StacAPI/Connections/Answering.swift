import HTTPTypes
import HummingbirdCore
import InternetAddresses
import Logging
import NIOCore
import NIOHTTP1

/// Answers one request of a connection.
struct Answering: Sendable {
  let responder: APIResponder
  let head: HTTPRequestHead
  let body: ArrivingBody
  let peer: IPAddress?
  let logger: Logger
  let connection: NIOLoopBound<ConnectionHandler>
  let loop: any EventLoop
  let number: Int

  func run() async {
    let origin = RequestOrigin(peer: peer, logger: logger)
    let response = await responder.answer(HTTPRequest(head), body: body, from: origin)
    let writer = AnswerWriter(connection: connection, loop: loop, number: number, response: response)
    do {
      try await response.body.write(writer)
    } catch {
      // The client is gone, or the rest of the answer cannot be had: a cut connection says so.
      onLoop { $0.context?.close(promise: nil) }
    }
  }

  private func onLoop(_ body: @escaping @Sendable (ConnectionHandler) -> Void) {
    connection.perform(on: loop, body)
  }
}

extension NIOLoopBound<ConnectionHandler> {
  /// Does something with the connection on its event loop: at once where that is the present thread.
  func perform(on loop: any EventLoop, _ body: @escaping @Sendable (ConnectionHandler) -> Void) {
    if loop.inEventLoop { body(value) } else { loop.execute { body(value) } }
  }
}

/// Writes an answer to its connection: one that is whole in one go, the parts of others as fast as the client takes them.
private struct AnswerWriter: ResponseBodyWriter {
  let connection: NIOLoopBound<ConnectionHandler>
  let loop: any EventLoop
  let number: Int
  private let head: HTTPResponseHead
  private let length: Int?
  private var hasBegun = false

  init(connection: NIOLoopBound<ConnectionHandler>, loop: any EventLoop, number: Int, response: Response) {
    self.connection = connection
    self.loop = loop
    self.number = number
    length = response.body.contentLength
    head = HTTPResponseHead(
      version: .http1_1,
      status: HTTPResponseStatus(statusCode: response.status.code, reasonPhrase: response.status.reasonPhrase),
      headers: HTTPHeaders(response.headers.map { ($0.name.rawName, $0.value) }))
  }

  mutating func write(_ buffer: ByteBuffer) async throws {
    let (number, head) = (number, hasBegun ? nil : head)
    let isWhole = !hasBegun && buffer.readableBytes == length
    hasBegun = true
    if isWhole {
      connection.perform(on: loop) { $0.write(head, buffer, of: number) }
      return
    }
    let (connection, loop) = (connection, loop)
    try await withCheckedThrowingContinuation { continuation in
      connection.perform(on: loop) { $0.write(head, buffer, of: number, then: continuation) }
    }
  }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
    let (number, head) = (number, hasBegun ? nil : head)
    connection.perform(on: loop) { $0.end(head, of: number) }
  }
}

extension ConnectionHandler {
  /// Writes a part of an answer, with the head before it where it is the first.
  fileprivate func write(_ head: HTTPResponseHead?, _ buffer: ByteBuffer, of number: Int) {
    guard let context, exchange?.number == number else { return }
    begin(head, context)
    context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
  }

  /// The same, and resumes the writer once more can be written.
  fileprivate func write(
    _ head: HTTPResponseHead?, _ buffer: ByteBuffer, of number: Int, then writer: CheckedContinuation<Void, any Error>
  ) {
    guard let context, exchange?.number == number else {
      writer.resume(throwing: ChannelError.ioOnClosedChannel)
      return
    }
    begin(head, context)
    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    if context.channel.isWritable { writer.resume() } else { self.writer = writer }
  }

  fileprivate func end(_ head: HTTPResponseHead?, of number: Int) {
    guard let context, exchange?.number == number else { return }
    begin(head, context)
    let written = context.eventLoop.makePromise(of: Void.self)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    written.futureResult.assumeIsolated().whenComplete { _ in self.answered(number) }
  }

  private func begin(_ head: HTTPResponseHead?, _ context: ChannelHandlerContext) {
    guard let head else { return }
    exchange?.isHeadWritten = true
    context.write(wrapOutboundOut(.head(head)), promise: nil)
  }
}

extension HTTPRequest {
  /// The request of HTTP/1.1: the first Host is the authority, every other field stays a field.
  fileprivate init(_ head: HTTPRequestHead) {
    var authority: String?
    var fields = HTTPFields()
    fields.reserveCapacity(head.headers.count)
    for field in head.headers {
      guard let name = HTTPField.Name(field.name) else { continue }
      if name == .host, authority == nil {
        authority = field.value
      } else {
        fields.append(HTTPField(name: name, value: field.value))
      }
    }
    self.init(
      method: HTTPRequest.Method(rawValue: head.method.rawValue) ?? .trace, scheme: "http", authority: authority,
      path: head.uri, headerFields: fields)
  }
}
