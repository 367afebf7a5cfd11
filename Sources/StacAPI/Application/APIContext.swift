public import Hummingbird

/// What is known about a request's connection.
public struct APIContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  /// The address at the other end of the connection, nil where it is no IP address.
  let peer: IPAddress?

  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    peer = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
  }
}
