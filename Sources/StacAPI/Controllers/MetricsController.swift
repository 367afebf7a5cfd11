import Hummingbird
import StacModel

/// `/metrics`: numbers for monitoring, as Prometheus reads them.
struct MetricsController {
  let services: APIServices
  let version: String
  let requests: RequestCounts

  /// The database being away is no error here: what it would tell is left out.
  func answer(_ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    var text = ""
    let build = Measurement(
      "gnomon_build_info", .gauge, "The version that runs.", [.init(["version": version], 1)])
    for measurement in [build] + requests.measurements + (await services.measurements()) {
      measurement.append(to: &text)
    }
    return .bytes(Array(text.utf8), .metrics)
  }
}
