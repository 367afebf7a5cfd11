/// Why a remote file was not fetched.
public enum FetchError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The text is no absolute URL with a host.
  case malformedURL
  /// Only http and https are fetched, and a redirect may not lead from https to http.
  case schemeNotAllowed(String)
  /// The URL carries a user name or a password.
  case credentialsInURL
  /// The host is written as an unusual number, such as 0x7f000001, or with percent signs.
  case obscuredAddress
  /// The host, with its port where that is not the scheme's own, is not on the list.
  case hostNotAllowed(String)
  /// The host's name leads to an address that is not a public one.
  case addressNotAllowed(host: String)
  /// More redirects than the limit.
  case tooManyRedirects(limit: Int)
  /// The server answered with another status than 200.
  case status(Int)
  /// More bytes than the limit, announced or sent.
  case tooLarge(limit: Int64)
  /// The server took longer than the limits allow.
  case tooSlow
  /// The host's name is not known.
  case unresolvable(host: String)
  /// The host took no connection.
  case unreachable(host: String)
  /// The answer ended before its announced length.
  case truncated
  /// The server gives no ranges of the file, or does not say which version of it they are of.
  case noRanges
  /// The server answered with another range than the one it was asked for.
  case wrongRange
  /// The file became another one between two of its ranges.
  case changed
  /// The file could not be written, by the operating system's word for it.
  case file(reason: String)
  /// The task was cancelled.
  case cancelled
  /// Another failure, in libcurl's words.
  case transport(reason: String)

  /// One sentence for people; holds no path.
  public var description: String {
    switch self {
    case .malformedURL: "the URL is not a whole http or https URL"
    case .schemeNotAllowed(let scheme): "the scheme \(scheme) is not allowed here"
    case .credentialsInURL: "the URL must not carry a user name or password"
    case .obscuredAddress: "the URL's host is written in a way that hides its address"
    case .hostNotAllowed(let host): "fetching from \(host) is not allowed"
    case .addressNotAllowed(let host): "\(host) leads to an address that is not public"
    case .tooManyRedirects(let limit): "the server redirects more than \(limit) times"
    case .status(let status): "the server answered with status \(status)"
    case .tooLarge(let limit): "the file is larger than \(limit) bytes"
    case .tooSlow: "the server took too long"
    case .unresolvable(let host): "the host \(host) is not known"
    case .unreachable(let host): "the host \(host) takes no connection"
    case .truncated: "the file ended before its announced length"
    case .noRanges: "the server gives no ranges of the file"
    case .wrongRange: "the server answered with another range of the file than the one it was asked for"
    case .changed: "the file was changed while it was read"
    case .file(let reason): "the file could not be written: \(reason)"
    case .cancelled: "the transfer was cancelled"
    case .transport(let reason): "the transfer failed: \(reason)"
    }
  }
}
