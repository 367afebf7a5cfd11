import HTTPTypes
import Hummingbird
import StacModel
import StacStore

/// `/api` and `/api.html`: the interface described for programs and for people.
struct DocumentationController {
  /// The program's version.
  let version: String
  let store: any CatalogStore

  func answer(_ request: APIRequest) async throws -> Response {
    if request.route == .documentation {
      _ = try request.parameters([])
      return try await page(request)
    }
    let format = try self.format(request)
    let document = APIDescription(base: request.base, version: version, format: format).json
    var response = Response.bytes(JSONSerializer.bytes(document), format.mediaType)
    response.headers[.vary] = "Accept"
    return response
  }

  /// The version that the parameter names, else the one that the Accept header wants, else 3.0.
  private func format(_ request: APIRequest) throws -> OpenAPIVersion {
    if let text = try request.parameters(["version"])["version"] {
      guard let format = OpenAPIVersion(rawValue: text) else {
        throw ParameterError("version", "3.0 or 3.1 was expected")
      }
      return format
    }
    for range in request.headers[values: .accept].joined(separator: ",").lowercased().split(separator: ",") {
      let plain = range.filter { $0 != " " && $0 != "\"" }
      guard plain.hasPrefix("application/vnd.oai.openapi+json;"), !plain.contains("q=0;"), !plain.hasSuffix("q=0")
      else {
        continue
      }
      if let format = OpenAPIVersion.allCases.first(where: { plain.contains("version=\($0.rawValue)") }) {
        return format
      }
    }
    return .v30
  }

  private func page(_ request: APIRequest) async throws -> Response {
    let page = DocumentationPage(base: request.base, version: version, places: try await ExamplePlaces(in: store))
    var response = Response.bytes(Array(page.html.utf8), "text/html; charset=utf-8")
    response.headers[.contentLanguage] = Language.english.rawValue
    response.headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return response
  }
}
