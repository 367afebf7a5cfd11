import CatalogFiles
import HTTPClient
import StacAPI
import StacModel

/// Puts documents on a gnomon server, or another with the Transaction extensions.
struct ServerDestination: Sendable {
  private let server: RemoteServer

  /// - Throws: ``CommandFailure`` where the address is none.
  init(url: String, key: ServerKey?) throws { server = try RemoteServer(url: url, key: key) }

  func upsert(_ collections: [Collection]) async throws {
    for collection in collections {
      try await put(
        .object(collection.document), at: "/collections/\(PercentCoding.encode(collection.id))",
        orPostTo: "/collections")
    }
  }

  func upsert(_ items: [Item]) async throws {
    for (collection, members) in Dictionary(grouping: items, by: { $0.collectionID ?? "" }) {
      let path = "/collections/\(PercentCoding.encode(collection))/items"
      let list: JSONValue = ["type": "FeatureCollection", "features": .array(members.map { .object($0.document) })]
      // New items go in one request; where some are there already, each is replaced or added by itself.
      let answer = try await send("POST", path, list)
      if answer.status == 413, members.count > 1 {
        // Some servers take less at once.
        let half = members.count / 2
        try await upsert(Array(members[..<half]))
        try await upsert(Array(members[half...]))
        continue
      }
      guard answer.status == 409 else {
        try Self.check(answer, missing: "collection '\(collection)'")
        continue
      }
      for item in members {
        let place = RemoteServer.path(of: ItemReference(collection: collection, id: item.id))
        try await put(.object(item.document), at: place, orPostTo: path)
      }
    }
  }

  /// Replaces a document, or adds it where there is none.
  private func put(_ document: JSONValue, at path: String, orPostTo parent: String) async throws {
    let answer = try await send("PUT", path, document)
    try Self.check(answer.status == 404 ? try await send("POST", parent, document) : answer)
  }

  private func send(_ method: String, _ path: String, _ document: JSONValue) async throws -> HTTPResponse {
    do {
      let answer = try await server.answer(method, path, document)
      guard [429, 502, 503, 504].contains(answer.status) else { return answer }
      throw TargetAway(reason: "the server \(server.address) answers \(answer.status)")
    } catch let error as HTTPClientError {
      switch error {
      case .unreachable, .transport: throw TargetAway(reason: error.description)
      default: throw error
      }
    }
  }

  /// Turns a refusal of the document into ``DestinationRefusal``, and every other failure into an error.
  ///
  /// - Parameter missing: what a 404 says is missing.
  private static func check(_ answer: HTTPResponse, missing: String? = nil) throws {
    guard answer.status >= 300 else { return }
    let object = RemoteServer.object(of: answer)
    let faults = (object?["errors"]?.array ?? []).compactMap(\.object).map { fault in
      "\(fault["pointer"]?.string ?? ""): \(fault["message"]?.string ?? "")"
    }
    let description = object?["description"]?.string ?? "no reason given"
    let reason = faults.isEmpty ? description : faults.joined(separator: "; ")
    guard [400, 404, 409, 413, 422].contains(answer.status) else {
      throw CommandFailure("the server answers \(answer.status): \(reason)")
    }
    throw DestinationRefusal(reason: reason, missing: answer.status == 404 ? missing : nil)
  }
}
