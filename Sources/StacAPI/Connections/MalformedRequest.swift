import NIOHTTP1

/// Bytes that are no request, as the parser found them.
struct MalformedRequest {
  let refusal: APIError

  /// - Parameter hasRequestLine: whether what came last begins with a whole request line.
  init(_ error: HTTPParserError, hasRequestLine: Bool) {
    switch error {
    case .invalidMethod where hasRequestLine:
      var refusal = APIError(.methodNotAllowed, "The method is not known")
      refusal.allowedMethods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]
      self.refusal = refusal
    case .headerOverflow: refusal = APIError(.headersTooLarge, "The header fields are larger than is taken")
    default: refusal = APIError(.invalidRequest, "The request is not well-formed HTTP/1.1")
    }
  }
}
