import Foundation
import HTTPClient
import StacModel

/// Gets documents by their addresses: from files, from the server the user named, and from hosts that are allowed.
public struct DocumentFetcher: Sendable {
  /// Why a document was not got, for good: trying again does not help.
  struct Refusal: Error, CustomStringConvertible {
    let description: String
    var status: Int?
  }

  /// The largest document, in bytes.
  private static let limit: Int64 = 256 << 20
  private static let attempts = 5

  private let origin: String?
  private let policy: FetchPolicy
  private let clients: ClientPool

  /// - Parameters:
  ///   - root: the address that the user named; its server may have any address.
  ///   - allowedHosts: other hosts that may be fetched from, at public addresses alone.
  ///   - connections: how many documents are fetched at once.
  public init(root: String, allowedHosts: Set<String>, connections: Int = 8) {
    origin = WebAddress.isWeb(root) ? WebAddress.origin(root) : nil
    policy = FetchPolicy(allowedHosts: allowedHosts, maximumBytes: Self.limit, totalSeconds: 120)
    clients = ClientPool(count: connections, limit: Self.limit)
  }

  /// The JSON object at an address, and the address it came from in the end.
  func object(at address: String) async throws -> (object: JSONObject, address: String) {
    let (bytes, final) = try await bytes(at: address)
    do {
      guard let object = try JSONParser.parse(bytes).object else {
        throw Refusal(description: "this is JSON, but no object")
      }
      return (object, final)
    } catch let error as JSONSyntaxError {
      throw Refusal(description: error.description)
    }
  }

  private func bytes(at address: String) async throws -> ([UInt8], String) {
    guard WebAddress.isWeb(address) else { return (try file(address), address) }
    var address = address
    for _ in 0...policy.maximumRedirects {
      guard WebAddress.origin(address) == origin else { return (try await foreign(address), address) }
      let answer = try await patiently(address)
      guard let target = answer.headers["location"], 300..<400 ~= answer.status else {
        guard answer.status == 200 else {
          throw Refusal(description: "the server answers \(answer.status)", status: answer.status)
        }
        return (answer.body, address)
      }
      guard let next = WebAddress.resolve(target, against: address), WebAddress.isWeb(next),
        next.hasPrefix("https") || !address.hasPrefix("https")
      else { throw Refusal(description: "the server redirects to '\(target.prefix(200))', which is not followed") }
      address = next
    }
    throw Refusal(description: "the server redirects more than \(policy.maximumRedirects) times")
  }

  private func file(_ address: String) throws -> [UInt8] {
    // A catalog from elsewhere leads to no files; one of this machine leads to its own.
    guard origin == nil, let url = URL(string: address), url.isFileURL else {
      throw Refusal(description: "this is no address that is followed from here")
    }
    guard let data = FileManager.default.contents(atPath: url.path) else {
      throw Refusal(description: "the file cannot be read, or there is no such file")
    }
    return [UInt8](data)
  }

  /// Asks the server that the user named, again where it is busy or away for a moment.
  private func patiently(_ address: String) async throws -> HTTPResponse {
    var pause = Duration.milliseconds(500)
    for attempt in 1... {
      let reason: String
      do throws(HTTPClientError) {
        let answer = try await clients.send(
          HTTPRequest(url: address, headers: ["Accept": "application/geo+json, application/json"]))
        guard [429, 500, 502, 503, 504].contains(answer.status) else { return answer }
        reason = "the server answers \(answer.status)"
        if let seconds = answer.headers["retry-after"].flatMap({ Int($0) }) {
          pause = max(pause, .seconds(min(max(seconds, 0), 60)))
        }
      } catch {
        guard error != .cancelled else { throw CancellationError() }
        guard case .tooLarge = error else {
          reason = error.description
          if attempt == Self.attempts { throw SourceFailure("\(address): \(reason)") }
          try await Task.sleep(for: pause)
          pause *= 2
          continue
        }
        throw Refusal(description: error.description)
      }
      if attempt == Self.attempts { throw SourceFailure("\(address): \(reason)") }
      try await Task.sleep(for: pause)
      pause *= 2
    }
    throw SourceFailure("\(address) cannot be fetched")
  }

  /// Fetches from another host, within the policy.
  private func foreign(_ address: String) async throws -> [UInt8] {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("gnomon-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    do throws(FetchError) {
      _ = try await RemoteFetcher(policy: policy).fetch(address, to: path)
    } catch {
      switch error {
      case .hostNotAllowed(let host):
        throw Refusal(description: "\(error.description); --allow-host \(host) allows it")
      case .cancelled: throw CancellationError()
      case .unreachable, .tooSlow, .truncated, .transport, .unresolvable:
        throw SourceFailure("\(address): \(error.description)")
      default: throw Refusal(description: error.description)
      }
    }
    return [UInt8](FileManager.default.contents(atPath: path) ?? Data())
  }
}

/// Clients that are lent one request at a time: a client's requests follow one another.
private actor ClientPool {
  private var idle: [HTTPClient]
  private var waiting: [CheckedContinuation<HTTPClient, Never>] = []

  init(count: Int, limit: Int64) {
    idle = (0..<max(count, 1)).map { _ in HTTPClient(totalSeconds: 300, maximumBytes: limit) }
  }

  func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
    let client = await take()
    defer { giveBack(client) }
    return try await client.send(request)
  }

  private func take() async -> HTTPClient {
    if let client = idle.popLast() { return client }
    return await withCheckedContinuation { waiting.append($0) }
  }

  private func giveBack(_ client: HTTPClient) {
    guard !waiting.isEmpty else { return idle.append(client) }
    waiting.removeFirst().resume(returning: client)
  }
}
