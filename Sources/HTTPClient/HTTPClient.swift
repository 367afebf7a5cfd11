internal import CCurl
internal import Foundation

/// A request to a server that the user named.
public struct HTTPRequest: Sendable, Hashable {
  /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
  public var method: String
  /// An absolute http or https URL.
  public var url: String
  /// Header fields by name.
  public var headers: [String: String]
  /// The body, nil for none.
  public var body: [UInt8]?

  /// A request.
  public init(method: String = "GET", url: String, headers: [String: String] = [:], body: [UInt8]? = nil) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }

  /// A request whose body is JSON text.
  public static func json(_ method: String, url: String, body: [UInt8]) -> HTTPRequest {
    HTTPRequest(
      method: method, url: url, headers: ["Content-Type": "application/json", "Accept": "application/json"], body: body)
  }
}

/// A server's answer, whatever its status.
public struct HTTPResponse: Sendable, Hashable {
  /// The status code.
  public let status: Int
  /// Header fields, names in lower case; the last of several of one name.
  public let headers: [String: String]
  /// The body's bytes.
  public let body: [UInt8]
}

/// Why no answer came.
public enum HTTPClientError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The URL, the method or a header field is malformed.
  case malformedRequest
  /// The server takes no connection, or its name is not known.
  case unreachable(url: String, reason: String)
  /// The client's policy does not allow the URL, or the address that its host's name leads to.
  case notAllowed(FetchError)
  /// The body is larger than the client's limit in bytes.
  case tooLarge(limit: Int64)
  /// The task was cancelled.
  case cancelled
  /// Another failure, in libcurl's words.
  case transport(reason: String)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .malformedRequest: "the request has a malformed URL, method or header field"
    case .unreachable(let url, let reason): "\(url) cannot be reached: \(reason)"
    case .notAllowed(let error): error.description
    case .tooLarge(let limit): "the answer is larger than \(limit) bytes"
    case .cancelled: "the request was cancelled"
    case .transport(let reason): "the request failed: \(reason)"
    }
  }
}

/// Talks to a server that the user named, at any address, keeping its connection open between requests; or, under a policy,
/// to one that a stranger named, within what the policy allows.
///
/// Requests of one client follow one another; each runs on a thread of its own.
public final class HTTPClient: Sendable {
  private let connection = Connection()
  private let connectSeconds: Int
  private let totalSeconds: Int
  private let maximumBytes: Int64
  /// What is allowed where others than the user name the server; nil where the user does.
  private let policy: FetchPolicy?

  /// A client; `totalSeconds` 0 waits for an answer without end.
  public init(connectSeconds: Int = 10, totalSeconds: Int = 0, maximumBytes: Int64 = 256 << 20) {
    self.connectSeconds = connectSeconds
    self.totalSeconds = totalSeconds
    self.maximumBytes = maximumBytes
    policy = nil
  }

  /// A client for URLs that come from documents and requests: each URL, and each address connected to, is held against the
  /// policy, whose limits of size and time are the client's too. Proxies of the environment are not used.
  public init(policy: FetchPolicy) {
    connectSeconds = policy.connectSeconds
    totalSeconds = policy.totalSeconds
    maximumBytes = policy.maximumBytes
    self.policy = policy
  }

  /// Sends a request and returns the answer, also where its status tells of an error; follows no redirects.
  public func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
    let client = self
    return try await onOwnThread { flag in
      Result { () throws(HTTPClientError) in
        let context = TransferContext(
          cancellation: flag, addressCheck: client.policy?.addressCheck ?? .any, maximumBytes: client.maximumBytes)
        return try client.perform(request, context)
      }
    }.get()
  }

  private func perform(_ request: HTTPRequest, _ context: TransferContext) throws(HTTPClientError) -> HTTPResponse {
    let fields = request.headers.map { "\($0.key): \($0.value)" } + ["Expect:"]
    let plain = fields + [request.method, request.url]
    guard !plain.contains(where: { $0.utf8.contains { $0 == 13 || $0 == 10 || $0 == 0 } }),
      !request.method.isEmpty, request.method.utf8.allSatisfy({ (65...90).contains($0) })
    else { throw .malformedRequest }
    if let policy {
      do throws(FetchError) { try policy.check(request.url) } catch { throw .notAllowed(error) }
    }
    let outcome = connection.exchange(
      request, context, fields, connectSeconds: connectSeconds, totalSeconds: totalSeconds, usesProxy: policy == nil)
    guard let outcome else { throw .malformedRequest }
    guard outcome.code == CURLE_OK else { throw failure(outcome.code, context, request) }
    return HTTPResponse(status: outcome.status, headers: Self.fields(context.headerLines), body: context.body)
  }

  private func failure(_ code: CURLcode, _ context: TransferContext, _ request: HTTPRequest) -> HTTPClientError {
    if context.cancellation.isSet { return .cancelled }
    if context.exceeded { return .tooLarge(limit: maximumBytes) }
    if context.refusedAddress, let url = try? RemoteURL(request.url) {
      return .notAllowed(.addressNotAllowed(host: url.host))
    }
    switch code {
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: return .malformedRequest
    case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_OPERATION_TIMEDOUT, CURLE_COULDNT_RESOLVE_PROXY:
      return .unreachable(url: request.url, reason: words(for: code))
    default: return .transport(reason: words(for: code))
    }
  }

  /// The header fields of the last answer among the lines (an interim one may come before it).
  static func fields(_ lines: [String]) -> [String: String] {
    var fields: [String: String] = [:]
    for line in lines {
      if line.hasPrefix("HTTP/") { fields = [:] }
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
        in: .whitespacesAndNewlines)
    }
    return fields
  }
}

/// The client's handle, made with the first request.
///
/// `@unchecked Sendable`: `handle` is used only while `lock` is held, and libcurl lets a handle change threads between
/// transfers.
private final class Connection: @unchecked Sendable {
  private let lock = NSLock()
  private var handle: CurlHandle?

  /// One request and its answer; nil where the request cannot even be put to libcurl.
  func exchange(
    _ request: HTTPRequest, _ context: TransferContext, _ fields: [String], connectSeconds: Int, totalSeconds: Int,
    usesProxy: Bool
  ) -> (code: CURLcode, status: Int)? {
    lock.lock()
    defer { lock.unlock() }
    guard let handle = handle.take() ?? CurlHandle() else { return nil }
    handle.reset()
    _ = handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
    _ = handle.set(CURLOPT_USERAGENT, "gnomon")
    handle.set(CURLOPT_CONNECTTIMEOUT, connectSeconds)
    handle.set(CURLOPT_TIMEOUT, totalSeconds)
    if !usesProxy || Self.isLoopback(request.url) { _ = handle.set(CURLOPT_PROXY, "") }
    if let body = request.body {
      handle.setBody(body)
    }
    if request.method == "HEAD" { handle.set(CURLOPT_NOBODY, 1) }
    let accepted =
      handle.set(CURLOPT_URL, request.url) == CURLE_OK && handle.set(CURLOPT_CUSTOMREQUEST, request.method) == CURLE_OK
    let code = accepted ? handle.perform(context, headers: fields) : CURLE_URL_MALFORMAT
    let status = handle.status
    self.handle = consume handle
    return (code, status)
  }

  private static func isLoopback(_ text: String) -> Bool {
    (try? RemoteURL(text))?.isLoopback ?? false
  }
}
