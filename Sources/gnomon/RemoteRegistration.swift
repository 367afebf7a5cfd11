import HTTPClient
import StacAPI
import StacModel

/// Registers a model with a server, which checks it anew.
struct RemoteRegistration {
  let server: RemoteServer

  init(url: String, key: ServerKey?) throws {
    server = try RemoteServer(url: url, key: key, client: HTTPClient(totalSeconds: 600))
  }

  /// What the server did; its refusal is thrown as the `APIError` that it was there.
  func register(
    _ model: Item, options: ModelRegistration.Options, catalogOnly: Bool, checksRegistry: Bool
  ) async throws -> JSONObject {
    let flags = [
      "replace": options.replaces, "dry_run": options.isDryRun, "catalog_only": catalogOnly,
      "check_registry": checksRegistry,
    ]
    let query = flags.filter(\.value).keys.sorted().map { "\($0)=true" }.joined(separator: "&")
    let target = query.isEmpty ? "/models/register" : "/models/register?\(query)"
    let answer: HTTPResponse
    do {
      answer = try await server.answer("POST", target, .object(model.document))
    } catch {
      throw CommandFailure("\(error)")
    }
    let document = RemoteServer.object(of: answer) ?? [:]
    if answer.status < 300 { return document }
    throw RegistrationRefusal(
      code: document["code"]?.string ?? "status-\(answer.status)",
      description: document["description"]?.string ?? "the server \(server.address) answers \(answer.status)",
      faults: document["errors"]?.array ?? [])
  }
}
