import HTTPClient
import StacAPI
import StacModel

/// Registers a model with a server, which checks it anew.
struct RemoteRegistration {
  private let server: String
  private let key: ServerKey?
  private let client = HTTPClient(totalSeconds: 600)

  init(url: String, key: ServerKey?) throws {
    guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
      throw CommandFailure("--url needs the address of a server, such as http://127.0.0.1:8080, not '\(url)'")
    }
    self.key = key
    server = url.hasSuffix("/") ? String(url.dropLast()) : url
  }

  /// What the server did; its refusal is thrown as the `APIError` that it was there.
  func register(
    _ model: Item, options: ModelRegistration.Options, catalogOnly: Bool
  ) async throws -> JSONObject {
    let target = "/models/register?replace=\(options.replaces)&dry_run=\(options.isDryRun)&catalog_only=\(catalogOnly)"
    let request = HTTPRequest.json(
      "POST", url: server + target, body: JSONSerializer.bytes(.object(model.document)))
    let answer: HTTPResponse
    do {
      answer = try await client.send(key?.signing(request, to: server) ?? request)
    } catch {
      throw CommandFailure("\(error)")
    }
    let document = (try? JSONParser.parse(answer.body))?.object ?? [:]
    if answer.status < 300 { return document }
    throw RegistrationRefusal(
      code: document["code"]?.string ?? "status-\(answer.status)",
      description: document["description"]?.string ?? "the server \(server) answers \(answer.status)",
      faults: document["errors"]?.array ?? [])
  }
}
