public import HTTPClient

/// Why MLflow did not say what was asked.
public enum MLflowError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The fetch policy does not allow the server.
  case notAllowed(FetchError)
  /// The server takes no connection, takes too long, or breaks off.
  case unreachable(String)
  /// The server wants other credentials, or refuses this client (status 401 or 403).
  case denied(status: Int, message: String)
  /// There is no such thing; the text is the server's.
  case notFound(String)
  /// The server refused or failed otherwise: its status, its error code and what it says.
  case failed(status: Int, code: String, message: String)
  /// The answer is not what MLflow's REST API gives.
  case unreadable(String)
  /// The answer is larger than the limit in bytes.
  case tooLarge(limit: Int64)
  /// A URI, a name or a file of MLflow that cannot be used; a sentence says why.
  case unusable(String)
  /// The task was cancelled.
  case cancelled

  /// One sentence without credentials.
  public var description: String {
    switch self {
    case .notAllowed(let error): error.description
    case .unreachable(let reason): reason
    case .denied(let status, let message): "the MLflow server refuses the request (status \(status)): \(message)"
    case .notFound(let message): message
    case .failed(let status, let code, let message):
      "the MLflow server answers with status \(status) (\(code)): \(message)"
    case .unreadable(let what): "the answer of the MLflow server cannot be read: \(what)"
    case .tooLarge(let limit): "the answer of the MLflow server is larger than \(limit) bytes"
    case .unusable(let reason): reason
    case .cancelled: "the request was cancelled"
    }
  }

  /// The same without texts that the server has repeated, as one that tells what it was sent does.
  func without(_ secrets: [String]) -> MLflowError {
    func cleaned(_ text: String) -> String {
      secrets.filter { $0.utf8.count > 3 }.reduce(text) { $0.replacing($1, with: "***") }
    }
    return switch self {
    case .denied(let status, let message): .denied(status: status, message: cleaned(message))
    case .notFound(let message): .notFound(cleaned(message))
    case .failed(let status, let code, let message):
      .failed(status: status, code: cleaned(code), message: cleaned(message))
    default: self
    }
  }

  /// Whether trying again later may help, since the server was not there or not well.
  public var isPassing: Bool {
    switch self {
    case .unreachable, .cancelled, .unreadable, .tooLarge: true
    case .failed(let status, _, _): status >= 500 || status == 429
    case .notAllowed, .denied, .notFound, .unusable: false
    }
  }

  init(_ error: HTTPClientError) {
    self =
      switch error {
      case .notAllowed(let refusal): .notAllowed(refusal)
      case .tooLarge(let limit): .tooLarge(limit: limit)
      case .cancelled: .cancelled
      case .unreachable(let url, let reason):
        .unreachable("\(TrackingServer.origin(of: url)) cannot be reached: \(reason)")
      case .malformedRequest: .unusable("the request to the MLflow server has a malformed URL or header")
      case .transport(let reason): .unreachable("the request to the MLflow server failed: \(reason)")
      }
  }
}
