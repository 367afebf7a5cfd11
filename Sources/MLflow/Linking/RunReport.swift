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
    self.reasons = reasons.map { String($0.prefix(1_000)).withoutNull }
    self.run = run.map(\.withoutNull)
  }

  /// That the server does not answer, as was found out before.
  public static func unreachable(_ reason: String) -> RunReport { RunReport(.unreachable, [reason]) }

  /// Asks a server for what an item declares. Whatever goes wrong is a report too.
  public static func of(_ declaration: RunDeclaration, from servers: MLflowServers) async -> RunReport {
    if let fault = declaration.fault { return RunReport(.refused, [fault]) }
    do throws(MLflowError) {
      let client = try servers.client(of: declaration.server)
      return try await RunFacts.fetch(declaration, from: client).report(on: declaration)
    } catch {
      switch error {
      case .notFound(let message): return RunReport(.missing, [message])
      case .notAllowed, .denied, .unusable: return RunReport(.refused, [error.description])
      default: return RunReport(.unreachable, [error.description])
      }
    }
  }
}

extension String {
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
