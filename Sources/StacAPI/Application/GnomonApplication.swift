public import Hummingbird
import HummingbirdCore
public import Logging
public import NIOCore

/// Puts the HTTP interface together.
///
/// The application is a service: on graceful shutdown it takes no more connections and answers what has arrived.
///
/// - Parameter onServerRunning: is told the channel once the server listens, whose local address has the port.
public func buildApplication(
  configuration: APIConfiguration, services: APIServices, logger: Logger,
  onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
) -> some ApplicationProtocol {
  let responder = APIResponder(configuration: configuration, services: services)
  return Application(
    responder: responder,
    server: HTTPServerBuilder { _ in ConnectionSetup(responder: responder, limits: configuration.limits) },
    configuration: ApplicationConfiguration(
      address: .hostname(configuration.host, port: configuration.port), serverName: nil),
    onServerRunning: onServerRunning, logger: logger)
}
