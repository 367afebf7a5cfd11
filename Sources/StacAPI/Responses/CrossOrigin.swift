import HTTPTypes
import Hummingbird

/// Lets pages of other origins read, and write only where everybody may, or a key is needed that a page has not of itself.
struct CrossOrigin {
  let allowsWrites: Bool

  /// Answers OPTIONS, be it a preflight or not.
  func preflight(_ route: Route) -> Response {
    var fields: HTTPFields = [.allow: route.methods.joined(separator: ", ")]
    let methods = route.methods.filter { allowsWrites || !route.isWrite($0) }
    fields[.accessControlAllowMethods] = methods.joined(separator: ", ")
    fields[.accessControlAllowHeaders] =
      "Accept, Authorization, Content-Type, Content-Encoding, If-None-Match, If-Range, Prefer, Range"
    fields[.accessControlMaxAge] = "600"
    return Response(status: .noContent, headers: fields)
  }

  /// Marks an answer as readable by every page, unless it answers a write that only this machine may ask for.
  func mark(_ response: inout Response, route: Route?, method: String) {
    if !allowsWrites, route?.isWrite(method) == true { return }
    response.headers.append(HTTPField(name: .accessControlAllowOrigin, value: "*"))
    response.headers.append(HTTPField(name: .accessControlExposeHeaders, value: Self.exposed))
  }

  private static let exposed =
    "Accept-Ranges, Content-Length, Content-Range, ETag, Gnomon-Warning, Link, Location, Preference-Applied, Retry-After, "
    + "WWW-Authenticate, X-Request-Id"
}
