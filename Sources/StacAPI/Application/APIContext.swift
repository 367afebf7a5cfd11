public import Hummingbird
import InternetAddresses
import Logging

/// What is known about a request's connection.
public struct APIContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  /// The address at the other end of the connection, nil where it is no IP address.
  let peer: IPAddress?

  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    peer = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
  }

  init(_ origin: RequestOrigin) {
    coreContext = .init(source: origin)
    peer = origin.peer
  }
}

/// Where a request comes from, and what it is called in the log.
struct RequestOrigin: RequestContextSource {
  /// The address at the other end of the connection, nil where it is no IP address.
  let peer: IPAddress?
  let logger: Logger
  /// The identifier of the request.
  let id = RequestID().description
}
