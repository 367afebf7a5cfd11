import Hummingbird
import StacModel

/// `/healthz` says that the process runs, `/readyz` that it can answer.
struct HealthController {
  let services: APIServices

  func answer(_ route: Route) async -> Response {
    guard route == .readiness else { return .json(["status": "ok"]) }
    switch await services.readiness() {
    case .ready: return .json(["status": "ready"])
    case .readyWithReplicas(let isServing, let isWritable):
      return .json([
        "status": "ready", "reads": isServing ? "replica" : "primary", "writes": isWritable ? "primary" : "unavailable",
      ])
    case .notReady(let reason): return .refusal(APIError(.unavailable, reason), asException: false)
    }
  }
}
