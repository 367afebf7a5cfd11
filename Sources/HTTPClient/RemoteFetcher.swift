internal import CCurl
internal import Foundation

/// A file that was fetched.
public struct FetchedFile: Sendable, Hashable {
  /// Where it was put.
  public let path: String
  /// Its size in bytes.
  public let byteCount: Int64
  /// The media type the server named.
  public let mediaType: String?
  /// The URL of the last hop.
  public let finalURL: String
}

/// Fetches files for people we do not know from hosts we do: every hop and every address is held against a policy.
///
/// One thread a fetch, never one of the cooperative pool.
public struct RemoteFetcher: Sendable {
  /// What is allowed.
  public let policy: FetchPolicy

  /// A fetcher under a policy.
  public init(policy: FetchPolicy) { self.policy = policy }

  /// Fetches a URL into a file, which appears whole or not at all; a file that is there is replaced.
  ///
  /// - Parameter headers: header fields by name, for the URL alone: where it redirects to is told none of them.
  public func fetch(
    _ url: String, to path: String, headers: [String: String] = [:]
  ) async throws(FetchError) -> FetchedFile {
    let fields = headers.map { "\($0.key): \($0.value)" }
    guard !fields.contains(where: { $0.utf8.contains { $0 == 13 || $0 == 10 || $0 == 0 } }) else {
      throw .malformedURL
    }
    let policy = policy
    return try await onOwnThread { flag in
      Result { () throws(FetchError) in
        try Self.fetch(url, to: path, fields: fields, policy: policy, cancellation: flag)
      }
    }.get()
  }

  private static func fetch(
    _ text: String, to path: String, fields: [String], policy: FetchPolicy, cancellation: CancellationFlag
  ) throws(FetchError) -> FetchedFile {
    var url = try RemoteURL(text)
    var fields = fields
    for _ in 0...max(0, policy.maximumRedirects) {
      try policy.check(url)
      switch try hop(url, to: path, fields: fields, policy: policy.narrowed(to: url), cancellation: cancellation) {
      case .file(let file): return file
      case .redirect(let target):
        let next = try RemoteURL(target)
        if url.scheme == "https", next.scheme == "http" { throw .schemeNotAllowed(next.scheme) }
        url = next
        fields = []
      }
    }
    throw .tooManyRedirects(limit: policy.maximumRedirects)
  }

  private enum Hop {
    case file(FetchedFile)
    case redirect(String)
  }

  /// One request; its body goes into a temporary file beside the target, which is renamed when it is whole.
  private static func hop(
    _ url: RemoteURL, to path: String, fields: [String], policy: FetchPolicy, cancellation: CancellationFlag
  ) throws(FetchError) -> Hop {
    let temporary = path + ".part-" + UUID().uuidString
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .file(reason: reason(errno)) }
    defer {
      close(descriptor)
      unsafe unlink(temporary)
    }
    guard let handle = CurlHandle() else { throw .transport(reason: "libcurl cannot be started") }
    configure(handle, policy: policy, usesProxies: policy.usesProxies && !url.isLoopback)
    guard handle.set(CURLOPT_URL, url.text) == CURLE_OK else { throw .malformedURL }
    let context = TransferContext(
      cancellation: cancellation, addressCheck: policy.addressCheck, maximumBytes: policy.maximumBytes,
      descriptor: descriptor)
    let code = handle.perform(context, headers: fields)
    if code != CURLE_OK { throw failure(code, context, url: url, policy: policy) }
    if let target = handle.redirect { return .redirect(target) }
    guard handle.status == 200 else { throw .status(handle.status) }
    guard handle.contentLength < 0 || handle.contentLength == context.received else { throw .truncated }
    guard fsync(descriptor) == 0, unsafe rename(temporary, path) == 0 else { throw .file(reason: reason(errno)) }
    return .file(
      FetchedFile(path: path, byteCount: context.received, mediaType: handle.mediaType, finalURL: url.text))
  }

  static func configure(_ handle: borrowing CurlHandle, policy: FetchPolicy, usesProxies: Bool) {
    _ = handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
    if !usesProxies {
      _ = handle.set(CURLOPT_PROXY, "")
      _ = handle.set(CURLOPT_NOPROXY, "*")
    }
    _ = handle.set(CURLOPT_USERAGENT, "gnomon")
    handle.set(CURLOPT_FOLLOWLOCATION, 0)
    handle.set(CURLOPT_CONNECTTIMEOUT, policy.connectSeconds)
    handle.set(CURLOPT_TIMEOUT, policy.totalSeconds)
    handle.set(CURLOPT_LOW_SPEED_LIMIT, 1_000)
    handle.set(CURLOPT_LOW_SPEED_TIME, policy.slowSeconds)
    handle.set(CURLOPT_MAXFILESIZE_LARGE, large: policy.maximumBytes)
  }

  static func failure(
    _ code: CURLcode, _ context: TransferContext, url: RemoteURL, policy: FetchPolicy
  ) -> FetchError {
    if context.cancellation.isSet { return .cancelled }
    if context.exceeded || code == CURLE_FILESIZE_EXCEEDED { return .tooLarge(limit: policy.maximumBytes) }
    if let number = context.writeFailure { return .file(reason: reason(number)) }
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: return .unresolvable(host: url.host)
    case CURLE_COULDNT_CONNECT:
      return context.refusedAddress ? .addressNotAllowed(host: url.host) : .unreachable(host: url.host)
    case CURLE_OPERATION_TIMEDOUT: return .tooSlow
    case CURLE_PARTIAL_FILE: return .truncated
    default: return .transport(reason: words(for: code))
    }
  }

  static func reason(_ number: Int32) -> String {
    NSError(domain: NSPOSIXErrorDomain, code: Int(number)).localizedDescription
  }
}
