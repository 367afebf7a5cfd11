/// What a server has answered, and which one it was.
public struct MLflowAnswer<Value: Sendable>: Sendable {
  public let server: TrackingServer
  public let value: Value
}

/// What names no server may be on any of those that the operator names.
extension MLflowServers {
  /// Asks the server that is named, else those of the operator one after the other until one has what is asked for.
  ///
  /// - Parameters:
  ///   - server: the one that a document names; nil where it names none.
  ///   - isUnique: whether what is asked for is an identifier. Of what has only a name another server may have another thing, so
  ///     that none behind a server that does not answer is asked.
  ///   - limits: see ``client(of:maximumBytes:seconds:)``.
  ///   - ask: throws ``MLflowError/notFound(_:)`` where the server does not have it.
  public func first<Value: Sendable>(
    of server: TrackingServer?, isUnique: Bool, limits: (bytes: Int64, seconds: Int)? = nil,
    ask: (MLflowClient) async throws(MLflowError) -> Value
  ) async throws(MLflowError) -> MLflowAnswer<Value> {
    guard server == nil, named.count > 1 else {
      let client = try client(of: server, maximumBytes: limits?.bytes, seconds: limits?.seconds)
      return MLflowAnswer(server: client.server, value: try await ask(client))
    }
    var misses: [String] = []
    var failure: MLflowError?
    for candidate in named {
      let client = try client(of: candidate, maximumBytes: limits?.bytes, seconds: limits?.seconds)
      do throws(MLflowError) {
        return MLflowAnswer(server: candidate, value: try await ask(client))
      } catch {
        if case .notFound(let message) = error {
          misses.append("\(candidate): \(message)")
          continue
        }
        guard isUnique, error != .cancelled else { throw error }
        failure = failure ?? error
      }
    }
    throw failure ?? .notFound("no tracking server has it: " + misses.joined(separator: "; "))
  }
}
