import HTTPTypes
import InternetAddresses
import StacStore

/// Decides who may ask for what, and by which name it is remembered.
///
/// While there is no key, ``WritePolicy`` decides about writes and runs. Once there is one, whoever writes or runs shows a
/// key whose role is high enough, from wherever it comes.
struct AccessPolicy: Sendable {
  let mode: AuthorizationMode
  let reads: ReadAuthorization
  /// The name of the machine's user.
  let user: String
  let ring: KeyRing

  init(_ configuration: APIConfiguration, store: any APIKeyStore) {
    mode = configuration.authorization
    reads = configuration.reads
    user = configuration.machineUser
    ring = KeyRing(store: store)
  }

  /// Whether it does not matter who asks, and nobody has said it.
  func isOpen(_ route: Route, _ method: String, _ headers: HTTPFields) -> Bool {
    switch route {
    case .health, .readiness: true
    default: !route.isWrite(method) && reads == .everybody && !headers.contains(.authorization)
    }
  }

  /// Whoever asks, if that may ask for this.
  ///
  /// - Throws: ``APIError`` `unauthorized` or `forbidden`, ``StoreError`` where the keys cannot be read.
  func actor(
    _ route: Route, _ method: String, headers: HTTPFields, authority: String?, peer: IPAddress?
  ) async throws -> Actor {
    let keys = try await ring.keys()
    let mustBeKnown = route.isWrite(method) || reads == .key
    guard !keys.isEmpty else { return try known(mustBeKnown, headers, authority: authority, peer: peer) }
    guard let token = try token(of: headers, isNeeded: mustBeKnown) else {
      if mustBeKnown { throw Self.unauthorized }
      return .anonymous
    }
    guard let key = keys.key(of: token) else { throw Self.unknownKey }
    let needed = route.role(for: method)
    guard key.role >= needed else {
      throw APIError(
        .forbidden,
        "This needs a key of the role \(needed.rawValue), and that of '\(key.name)' has the role \(key.role.rawValue)")
    }
    ring.note(key)
    return Actor(name: key.name, role: key.role, isPerson: key.isPerson)
  }

  /// Whether models are run only once they are approved, but for approvers.
  func runsOnlyApproved() async throws(StoreError) -> Bool { try await ring.keys().hasApprover }

  /// Whether pages of other origins may write: everybody may, or a key has to be shown, which no page has of itself.
  var allowsForeignWrites: Bool { mode == .open || ring.latest?.isEmpty == false }

  /// Whoever asks while there is no key.
  private func known(
    _ mustBeKnown: Bool, _ headers: HTTPFields, authority: String?, peer: IPAddress?
  ) throws(APIError) -> Actor {
    guard mustBeKnown else { return .anonymous }
    try WritePolicy(mode: mode).check(headers, authority: authority, peer: peer)
    do throws(APIError) {
      try WritePolicy(mode: .loopback).check(headers, authority: authority, peer: peer)
      return .user(user)
    } catch {
      return Actor(name: Actor.anonymous.name, role: .admin, isPerson: true)
    }
  }

  /// The token of the request, nil where it has none.
  ///
  /// - Parameter isNeeded: whether what is no bearer token is refused, and not for somebody else, as a proxy.
  private func token(of headers: HTTPFields, isNeeded: Bool) throws(APIError) -> APIKeyToken? {
    guard let text = headers[.authorization] else { return nil }
    let scheme = text.prefix { $0 != " " }
    guard scheme.lowercased() == "bearer" else {
      if isNeeded { throw Self.unauthorized }
      return nil
    }
    guard let token = APIKeyToken(String(text.dropFirst(scheme.count).drop { $0 == " " })) else {
      throw Self.unknownKey
    }
    return token
  }

  private static var unauthorized: APIError {
    var error = APIError(
      .unauthorized, "This needs a key: Authorization: Bearer gnomon_…; gnomon keys create makes one")
    error.challenge = "Bearer realm=\"gnomon\""
    return error
  }

  /// One answer for every key that is not taken (RFC 6750 section 3.1).
  private static var unknownKey: APIError {
    var error = APIError(.unauthorized, "The key is not known, or it has expired or was revoked")
    error.challenge =
      "Bearer realm=\"gnomon\", error=\"invalid_token\", error_description=\"unknown, expired or revoked\""
    return error
  }
}

/// Who may read.
public enum ReadAuthorization: String, Sendable, Hashable, CaseIterable {
  case everybody
  /// Whoever shows a key; while there is none, whoever may write.
  case key
}

extension Route {
  /// The role that a key must have for a method.
  func role(for method: String) -> Role {
    guard isWrite(method) else { return .reader }
    if case .execution = self { return .analyst }
    return .registrar
  }
}
