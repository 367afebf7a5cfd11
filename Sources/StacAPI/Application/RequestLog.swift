import HTTPTypes
import Logging

/// One line of the log for each request, and a warning for one that took too long.
struct RequestLog: Sendable {
  /// How long a request may take; nil for as long as it wants.
  let slow: Duration?

  func write(
    _ head: HTTPRequest, route: Route?, status: Int, bytes: Int?, duration: Duration, origin: RequestOrigin
  ) {
    let isSlow = slow.map { duration >= $0 } ?? false
    let level = isSlow ? Logger.Level.warning : .info
    guard origin.logger.logLevel <= level else { return }
    var metadata: Logger.Metadata = [
      "id": .string(origin.id), "method": .string(head.method.rawValue), "route": .string(route?.template ?? "none"),
      "status": .string(String(status)), "bytes": .string(bytes.map { String($0) } ?? "streamed"),
      "milliseconds": .string(String(duration.milliseconds)),
    ]
    if isSlow { metadata["target"] = .string(String((head.path ?? "").prefix(2_048))) }
    origin.logger.log(level: level, isSlow ? "slow request" : "request", metadata: metadata)
  }
}

/// The request that the present task answers, for whoever has to name it in the log.
public struct RequestTrace: Sendable {
  /// The identifier that the answer carries as X-Request-Id.
  public let id: String
  public let method: String
  /// The request target, as the client wrote it.
  public let target: String

  /// The request of the present task; nil where it answers none.
  @TaskLocal public static var current: RequestTrace?

  init(origin: RequestOrigin, head: HTTPRequest) {
    id = origin.id
    method = head.method.rawValue
    target = head.path ?? ""
  }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
