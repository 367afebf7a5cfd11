import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Reads a JSON body whole, within bounds of type, size and time.
struct RequestBodyReader {
  let headers: HTTPFields
  let body: ArrivingBody
  /// The media types that are read.
  let types: [String]
  /// The most bytes, before and after decompression.
  let limit: Int
  /// How long the whole body may take.
  let timeout: Duration
  /// How long nothing may come; shorter than the time after which a silent connection is closed without an answer.
  let silence: Duration

  func bytes() async throws -> [UInt8] {
    try checkType()
    let coding = try coding()
    if let text = headers[.contentLength], let length = Int(text), length > limit { throw tooLarge }
    let received = try await receive()
    guard coding == .gzip else { return received }
    do {
      return try Gzip.decompress(received, limit: limit)
    } catch .tooLarge {
      throw tooLarge
    } catch {
      throw APIError(.invalidRequest, "The body is not the gzip that its Content-Encoding announces")
    }
  }

  private var tooLarge: APIError { APIError(.bodyTooLarge, "The body has more than \(limit) bytes") }

  /// A browser sends neither type from a form, so that no foreign page can write unasked.
  private func checkType() throws(APIError) {
    let type = headers[.contentType]?.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    guard let type, types.contains(type) else {
      throw APIError(.unsupportedMediaType, "The Content-Type must be \(types.joined(separator: " or "))")
    }
  }

  private enum Coding { case identity, gzip }

  private func coding() throws(APIError) -> Coding {
    switch headers[.contentEncoding]?.lowercased() {
    case nil, "", "identity": .identity
    case "gzip", "x-gzip": .gzip
    default: throw APIError(.unsupportedMediaType, "The Content-Encoding must be gzip or identity")
    }
  }

  private func receive() async throws -> [UInt8] {
    guard case .stream(let body) = body else { return try whole() }
    let arrival = LastArrival()
    return try await withThrowingTaskGroup(of: [UInt8].self) { group in
      group.addTask { try await collect(body, arrival) }
      group.addTask { try await expire(arrival) }
      defer { group.cancelAll() }
      return try await group.next() ?? []
    }
  }

  /// Throws once the whole body has taken too long or nothing has come for too long.
  private func expire(_ arrival: LastArrival) async throws -> [UInt8] {
    let end = ContinuousClock.now + timeout
    while true {
      let deadline = min(end, arrival.instant + silence)
      guard ContinuousClock.now < deadline else { break }
      try await Task.sleep(until: deadline, clock: .continuous)
    }
    throw APIError(.requestTimeout, "The body did not arrive in time, or stopped arriving")
  }

  /// The body that is here already.
  private func whole() throws -> [UInt8] {
    guard case .whole(let buffer) = body else { return [] }
    guard buffer.readableBytes <= limit else { throw tooLarge }
    return Array(buffer: buffer)
  }

  private func collect(_ body: RequestBody, _ arrival: LastArrival) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      for try await buffer in body {
        arrival.renew()
        guard bytes.count + buffer.readableBytes <= limit else { throw tooLarge }
        bytes.append(contentsOf: buffer.readableBytesView)
      }
    } catch let error where !(error is APIError) && !(error is CancellationError) {
      throw APIError(.invalidRequest, "The body could not be read")
    }
    return bytes
  }
}

/// When bytes of a body came last.
private final class LastArrival: Sendable {
  private let last = Mutex(ContinuousClock.now)

  var instant: ContinuousClock.Instant { last.withLock { $0 } }

  func renew() { last.withLock { $0 = .now } }
}
