import NIOCore
import NIOHTTP1

/// A request on a connection and how far it is.
struct Exchange {
  let number: Int
  let head: HTTPRequestHead
  /// What has come of the body.
  var body: Body
  /// Whether the request is here to its end.
  var isRead = false
  /// Whether a task answers it.
  var isStarted = false
  /// The task that answers it.
  var task: Task<Void, Never>?
  /// Starts the answer although the end has not come.
  var lateStart: Scheduled<Void>?
  var isHeadWritten = false
  /// Whether the answer is out, and only the rest of the request is awaited to be dropped.
  var isAnswered = false

  enum Body {
    case collected(ByteBuffer)
    case streamed(BodyStream)
  }

  init(number: Int, head: HTTPRequestHead) {
    self.number = number
    self.head = head
    body = .collected(ByteBuffer())
  }

  /// Whether the body is known to be so small that it can be waited for; not where the client waits for a word first.
  var isSmall: Bool {
    let headers = head.headers
    guard let length = headers.first(name: "content-length").flatMap({ Int($0) }) else { return false }
    return length <= 65_536 && !headers.contains(name: "expect")
  }

  /// Whether the client wants another request on the connection.
  var keepsAlive: Bool { head.isKeepAlive }

  mutating func append(_ buffer: ByteBuffer) {
    guard !isAnswered else { return }
    switch body {
    case .collected(var collected):
      body = .collected(ByteBuffer())
      if collected.readableBytes == 0 {
        collected = buffer
      } else {
        collected.writeImmutableBuffer(buffer)
      }
      body = .collected(collected)
    case .streamed(var stream):
      stream.append(buffer)
      body = .streamed(stream)
    }
  }

  mutating func end() {
    isRead = true
    if case .streamed(let stream) = body { stream.finish() }
  }

  func fail(_ error: any Error) {
    lateStart?.cancel()
    if case .streamed(let stream) = body { stream.fail(error) }
  }

  /// Whether the reader of the body wants no more for now.
  var isFull: Bool {
    guard !isAnswered, case .streamed(let stream) = body else { return false }
    return stream.isFull
  }

  mutating func resume() {
    guard case .streamed(var stream) = body else { return }
    stream.resume()
    body = .streamed(stream)
  }
}
