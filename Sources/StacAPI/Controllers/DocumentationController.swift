import Hummingbird
import StacModel

/// `/api` and `/api.html`: the interface described for programs and for people.
struct DocumentationController {
  /// The program's version.
  let version: String

  func answer(_ request: APIRequest) throws -> Response {
    _ = try request.parameters([])
    let document = APIDescription(base: request.base, version: version).json
    return .bytes(JSONSerializer.bytes(document), .openAPI)
  }
}
