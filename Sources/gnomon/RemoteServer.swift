import Foundation
import HTTPClient
import InternetAddresses
import StacAPI
import StacModel

/// A server that a command talks to (`--url`): its address, the key for it, and how its answers are read.
struct RemoteServer: Sendable {
  /// The address, without a slash at its end.
  let address: String
  private let key: ServerKey?
  private let client: HTTPClient

  /// - Throws: ``CommandFailure`` where the address is none.
  init(url: String, key: ServerKey?, client: HTTPClient = HTTPClient()) throws {
    guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
      throw CommandFailure("--url needs the address of a server, such as http://127.0.0.1:8080, not '\(url)'")
    }
    address = url.hasSuffix("/") ? String(url.dropLast()) : url
    self.key = key
    self.client = client
  }

  /// Whether the server of an address is on another machine.
  static func isElsewhere(_ url: String) -> Bool {
    guard let host = URL(string: url)?.host else { return false }
    return host != "localhost" && IPAddress(host)?.isLoopback != true
  }

  /// The path of an item.
  static func path(of item: ItemReference) -> String {
    "/collections/\(PercentCoding.encode(item.collection))/items/\(PercentCoding.encode(item.id))"
  }

  /// The path of an item or a collection.
  static func path(of place: CatalogPlace) -> String {
    guard let item = place.item else { return "/collections/\(PercentCoding.encode(place.collection))" }
    return path(of: ItemReference(collection: place.collection, id: item))
  }

  /// What the server answers at a path, whatever the status is.
  func answer(
    _ method: String, _ path: String, _ document: JSONValue? = nil
  ) async throws(HTTPClientError) -> HTTPResponse {
    let url = address + path
    guard let document else { return try await answer(HTTPRequest(method: method, url: url)) }
    return try await answer(.json(method, url: url, body: JSONSerializer.bytes(document)))
  }

  /// What is at an address that an answer named. The key goes to the server alone, and not where its answers lead.
  func fetch(_ url: String) async throws(HTTPClientError) -> HTTPResponse { try await answer(HTTPRequest(url: url)) }

  /// The object that the server answers.
  ///
  /// - Throws: ``CommandFailure`` where it refuses, or answers something else; `HTTPClientError`.
  func object(_ method: String, _ path: String, _ document: JSONValue? = nil) async throws -> JSONObject {
    let answer = try await answer(method, path, document)
    guard 200..<300 ~= answer.status, let object = Self.object(of: answer) else { throw Self.refusal(answer) }
    return object
  }

  /// The object in an answer's body; nil where it holds another thing.
  static func object(of answer: HTTPResponse) -> JSONObject? { (try? JSONParser.parse(answer.body))?.object }

  /// What an answer says is wrong with the document that was sent.
  static func faults(of answer: HTTPResponse) -> [Fault] {
    let faults = object(of: answer)?["errors"]?.array ?? []
    return faults.compactMap { fault in
      guard let pointer = fault.object?["pointer"]?.string, let message = fault.object?["message"]?.string else {
        return nil
      }
      return Fault(JSONPointer(stringLiteral: pointer), message, remedy: fault.object?["remedy"]?.string)
    }
  }

  /// An answer that is a refusal, in one line.
  ///
  /// - Parameter words: what is said of it instead of the server's own description.
  static func refusal(_ answer: HTTPResponse, words: String? = nil) -> CommandFailure {
    let reason = words ?? object(of: answer)?["description"]?.string ?? "no reason given"
    return CommandFailure("the server answers \(answer.status): \(reason)")
  }

  private func answer(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
    try await client.send(key?.signing(request, to: address) ?? request)
  }
}
