public import StacModel

/// Whether MLflow has the run that an item declares, as it declares it.
public enum RunState: String, Sendable, Hashable, CaseIterable {
  /// The item links to no run.
  case unlinked
  /// MLflow has not been asked yet.
  case waiting
  /// MLflow has the run, and what the item says of it is so.
  case ok
  /// MLflow has no such run, or it was deleted.
  case missing
  /// MLflow has the run, but something that the item says of it is no longer so.
  case drifted
  /// MLflow does not answer now.
  case unreachable
  /// MLflow must not be asked (its host is not allowed, what the item declares cannot be asked for) or does not let us ask.
  case refused
}

/// What MLflow says of the run of an item.
public struct RunReport: Sendable, Hashable {
  public let state: RunState
  /// Why the state is not ``RunState/ok``: sentences.
  public let reasons: [String]
  /// The run and its registered version, as they are kept and shown; nil where MLflow told nothing.
  public let run: JSONObject?

  init(_ state: RunState, _ reasons: [String] = [], run: JSONObject? = nil) {
    self.state = state
    self.reasons = reasons.map { String($0.prefix(1_000)).withoutControls }
    self.run = run.map(\.withoutNull)
  }

  /// Asks for what an item declares: the server that it names, else those of the operator one after the other until one has the
  /// run. Whatever goes wrong is a report too.
  ///
  /// - Parameters:
  ///   - absent: notes which servers do not answer.
  ///   - waits: whether a server that did not answer a moment ago is asked all the same.
  public static func of(
    _ declaration: RunDeclaration, from servers: MLflowServers, absent: AbsentServers = AbsentServers(),
    waits: Bool = true
  ) async -> RunReport {
    if let fault = declaration.fault { return RunReport(.refused, [fault]) }
    let isChosen = declaration.server == nil && servers.named.count > 1
    let isUnique = declaration.runID != nil || declaration.registeredModel == nil
    do throws(MLflowError) {
      let found = try await servers.first(of: declaration.server, isUnique: isUnique) {
        (client) async throws(MLflowError) in
        let facts = try await absent.asking(client, waits: waits) { () async throws(MLflowError) in
          try await RunFacts.fetch(declaration, from: client)
        }
        if isChosen, facts.run == nil { throw .notFound(facts.misses.last ?? "it names no run for the model") }
        return facts
      }
      return found.value.report(on: declaration, at: isChosen ? found.server : nil)
    } catch {
      switch error {
      case .notFound(let message): return RunReport(.missing, [message])
      case .notAllowed, .denied, .unusable: return RunReport(.refused, [error.description])
      default: return RunReport(.unreachable, [error.description])
      }
    }
  }
}

extension AbsentServers {
  /// Asks a server, unless it did not answer a moment ago; notes whether it did. What it says of one run, however odd, is
  /// nothing that others should hear of theirs.
  fileprivate func asking<Value>(
    _ client: MLflowClient, waits: Bool, _ ask: () async throws(MLflowError) -> Value
  ) async throws(MLflowError) -> Value {
    if !waits, let reason = reason(client.server) { throw .unreachable(reason) }
    do throws(MLflowError) {
      let value = try await ask()
      note(client.server, nil)
      return value
    } catch {
      if case .unreachable(let reason) = error { note(client.server, reason) } else { note(client.server, nil) }
      throw error
    }
  }
}

extension String {
  /// With spaces in place of control characters, which terminals and logs would obey.
  fileprivate var withoutControls: String {
    String(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
  }

  /// Without U+0000, which a database cannot keep.
  fileprivate var withoutNull: String {
    unicodeScalars.contains("\0") ? String(unicodeScalars.filter { $0 != "\0" }.map(Character.init)) : self
  }
}

extension JSONObject {
  /// The object with texts and names that a database can keep.
  fileprivate var withoutNull: JSONObject {
    JSONObject(members.map { .init(name: $0.name.withoutNull, value: $0.value.withoutNull) })
  }
}

extension JSONValue {
  fileprivate var withoutNull: JSONValue {
    switch self {
    case .string(let text): .string(text.withoutNull)
    case .array(let values): .array(values.map(\.withoutNull))
    case .object(let object): .object(object.withoutNull)
    case .null, .bool, .number: self
    }
  }
}
