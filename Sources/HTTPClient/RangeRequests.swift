internal import CCurl
internal import Foundation
internal import Synchronization

/// Which version of a remote file its ranges are of.
struct RemoteVersion: Sendable, Hashable {
  let entityTag: String?
  let lastModified: String?
  /// The size of the whole file.
  let byteCount: Int64

  /// What a server is told, so that it refuses (412) rather than give a range of another version.
  ///
  /// Source: RFC 9110, section 13.1; a weak tag never matches and is only compared with those of the answers.
  var condition: String? {
    if let entityTag { return entityTag.hasPrefix("W/") ? nil : "If-Match: \(entityTag)" }
    return lastModified.map { "If-Unmodified-Since: \($0)" }
  }
}

/// Asks for ranges of one remote file, each hop of each request within a policy; connections stay open.
///
/// Calls block the thread, and several threads may call at once.
final class RangeRequests: Sendable {
  /// A range of a file and the version it is of.
  struct Part {
    let version: RemoteVersion
    let bytes: [UInt8]
  }

  private let policy: FetchPolicy
  private let locate: @Sendable () throws(FetchError) -> String
  private let cancellation: CancellationFlag
  private let idle = Mutex<[PooledHandle]>([])
  /// Where the file's address redirected to last.
  private let target = Mutex<RemoteURL?>(nil)
  private let count = Mutex(0)

  /// How many requests were sent.
  var requestCount: Int { count.withLock { $0 } }

  init(
    policy: FetchPolicy, cancellation: CancellationFlag, locate: @escaping @Sendable () throws(FetchError) -> String
  ) {
    self.policy = policy
    self.cancellation = cancellation
    self.locate = locate
  }

  /// The bytes of a range, which may reach beyond the end of a file whose size is not known yet.
  ///
  /// - Parameter version: the version they must be of; nil for whichever there is.
  func part(_ range: Range<Int64>, of version: RemoteVersion?) throws(FetchError) -> Part {
    var fields = ["Range: bytes=\(range.lowerBound)-\(range.upperBound - 1)"]
    if let condition = version?.condition { fields.append(condition) }
    let answer = try answer(to: fields, limit: Int64(range.count))
    switch answer.status {
    case 206: break
    case 200: throw .noRanges
    case 412, 416: throw version == nil ? .status(answer.status) : .changed
    default: throw .status(answer.status)
    }
    return try Self.part(answer, range, of: version)
  }

  private static func part(
    _ answer: Answer, _ range: Range<Int64>, of version: RemoteVersion?
  ) throws(FetchError) -> Part {
    guard let said = ContentRange(answer.headers["content-range"] ?? ""),
      (answer.headers["content-encoding"] ?? "identity").lowercased() == "identity"
    else { throw version == nil ? .noRanges : .wrongRange }
    let found = RemoteVersion(
      entityTag: answer.headers["etag"], lastModified: answer.headers["last-modified"], byteCount: said.total)
    // Nothing would tell that the file has become another.
    guard found.entityTag != nil || found.lastModified != nil else { throw .noRanges }
    if let version, found != version { throw .changed }
    let end = min(range.upperBound, said.total)
    guard said.range == range.lowerBound..<end else { throw .wrongRange }
    guard answer.body.count == said.range.count else { throw .truncated }
    return Part(version: found, bytes: answer.body)
  }

  // MARK: Requests

  private struct Answer {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]
    let redirect: String?
  }

  /// The answer of the place that the address leads to; where it led to last is asked first.
  private func answer(to fields: [String], limit: Int64) throws(FetchError) -> Answer {
    if let known = target.withLock({ $0 }) {
      try policy.check(known)
      let answer = try exchange(known, fields, limit: limit)
      if answer.redirect == nil, answer.status == 206 || answer.status == 412 { return answer }
      // Such places may be for a while only.
      target.withLock { $0 = nil }
    }
    var url = try RemoteURL(locate())
    for hop in 0...max(0, policy.maximumRedirects) {
      try policy.check(url)
      let answer = try exchange(url, fields, limit: limit)
      guard let redirect = answer.redirect else {
        if hop > 0 { target.withLock { [url] in $0 = url } }
        return answer
      }
      let next = try RemoteURL(redirect)
      if url.scheme == "https", next.scheme == "http" { throw .schemeNotAllowed(next.scheme) }
      url = next
    }
    throw .tooManyRedirects(limit: policy.maximumRedirects)
  }

  /// One request; a body larger than the limit is not read to its end.
  private func exchange(_ url: RemoteURL, _ fields: [String], limit: Int64) throws(FetchError) -> Answer {
    if cancellation.isSet { throw .cancelled }
    guard let pooled = idle.withLock({ $0.popLast() }) ?? PooledHandle() else {
      throw .transport(reason: "libcurl cannot be started")
    }
    defer { idle.withLock { $0.append(pooled) } }
    var policy = policy.narrowed(to: url)
    policy.maximumBytes = limit
    pooled.handle.reset()
    RemoteFetcher.configure(pooled.handle, policy: policy, usesProxies: policy.usesProxies && !url.isLoopback)
    guard pooled.handle.set(CURLOPT_URL, url.text) == CURLE_OK else { throw .malformedURL }
    let context = TransferContext(
      cancellation: cancellation, addressCheck: policy.addressCheck, maximumBytes: limit)
    count.withLock { $0 += 1 }
    let code = pooled.handle.perform(context, headers: fields)
    let status = pooled.handle.status
    // A whole file instead of a range is told by its status.
    let isCutOff = (context.exceeded || code == CURLE_FILESIZE_EXCEEDED) && status != 206
    guard code == CURLE_OK || isCutOff else {
      let error = RemoteFetcher.failure(code, context, url: url, policy: policy)
      if case .tooLarge = error { throw .wrongRange }
      throw error
    }
    return Answer(
      status: status, headers: HTTPClient.fields(context.headerLines), body: context.body,
      redirect: pooled.handle.redirect)
  }
}

/// The field `Content-Range: bytes first-last/total` (RFC 9110, section 14.4).
struct ContentRange {
  let range: Range<Int64>
  let total: Int64

  /// Reads the field's value; nil where it is none, contradicts itself, or leaves the total open.
  init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
    let numbers = words[1].split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "/" }.map { Int64($0) }
    guard numbers.count == 3, let first = numbers[0], let last = numbers[1], let total = numbers[2],
      0 <= first, first <= last, last < total
    else { return nil }
    range = first..<(last + 1)
    self.total = total
  }
}

/// A handle of libcurl that waits for its next transfer.
///
/// `@unchecked Sendable`: whoever takes it out of the pool is its only user until it is put back, and libcurl lets a handle
/// change threads between transfers.
private final class PooledHandle: @unchecked Sendable {
  let handle: CurlHandle

  init?() {
    guard let handle = CurlHandle() else { return nil }
    self.handle = handle
  }
}
