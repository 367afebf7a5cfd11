import ArgumentParser
import Foundation
import HTTPClient

/// The key that a command shows to the server it talks to.
struct ServerKeyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Key for the server of --url (better in GNOMON_API_KEY: others on this machine see options).",
      valueName: "gnomon_…"))
  var apiKey: String?

  /// The key, nil where none is given.
  var key: ServerKey? { (apiKey ?? Environment.value("GNOMON_API_KEY")).map { ServerKey(token: $0) } }
}

/// A key for a server; its description does not show it.
struct ServerKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  private let token: String

  init(token: String) { self.token = token.trimmingCharacters(in: .whitespacesAndNewlines) }

  var description: String { "a key" }
  var debugDescription: String { description }

  /// The request with the key, where it goes to the server that the key is for, and as it is where it does not.
  func signing(_ request: HTTPRequest, to server: String) -> HTTPRequest {
    guard request.url == server || request.url.hasPrefix(server + "/") else { return request }
    var signed = request
    signed.headers["Authorization"] = "Bearer \(token)"
    return signed
  }
}
