internal import Digests
internal import Postgres
public import StacModel

/// A key of the interface as it is stored, without its secret.
public struct APIKey: Sendable, Hashable {
  /// What the token begins with, behind `gnomon_`.
  public let id: String
  /// The person or the service that uses it.
  public let name: String
  public let role: Role
  /// Whether a person uses it, and not a service.
  public let isPerson: Bool
  public let created: Timestamp
  /// Who made it.
  public let creator: String
  /// When it ends to be taken, nil for never.
  public let expires: Timestamp?
  public let revoked: Timestamp?
  /// To the minute, about; nil where it never was.
  public let lastUsed: Timestamp?
  private let digest: [UInt8]

  static let columns: SQL = """
    id, name, role, is_person, created_at, created_by, expires_at, revoked_at, last_used_at, digest
    """

  init(_ row: Row) throws(PostgresError) {
    id = try row.text(0)
    name = try row.text(1)
    guard let role = Role(rawValue: try row.text(2)) else {
      throw PostgresError(reason: .unreadableValue, function: "APIKey", message: "the role of key \(id) is not known")
    }
    self.role = role
    isPerson = try row.boolean(3)
    created = Timestamp(microseconds: try row.timestamp(4))
    creator = try row.text(5)
    expires = row.isNull(6) ? nil : Timestamp(microseconds: try row.timestamp(6))
    revoked = row.isNull(7) ? nil : Timestamp(microseconds: try row.timestamp(7))
    lastUsed = row.isNull(8) ? nil : Timestamp(microseconds: try row.timestamp(8))
    digest = try row.bytes(9)
  }

  /// Whether a token is this key's, in time that does not depend on how much of it is.
  public func matches(_ token: APIKeyToken) -> Bool {
    guard let other = try? token.digest() else { return false }
    return constantTimeEquals(digest, other)
  }

  /// Whether it is taken at an instant.
  public func isValid(at instant: Timestamp) -> Bool { revoked == nil && expires.map { instant < $0 } ?? true }
}

/// What a key is made of.
public struct APIKeyRequest: Sendable, Hashable {
  public var name: String
  public var role: Role
  public var isPerson: Bool
  /// When it ends, nil for never.
  public var expires: Timestamp?
  /// Who makes it.
  public var creator: String

  public init(name: String, role: Role, isPerson: Bool, expires: Timestamp?, creator: String) {
    self.name = name
    self.role = role
    self.isPerson = isPerson
    self.expires = expires
    self.creator = creator
  }
}

/// Where keys are kept.
public protocol APIKeyStore: Sendable {
  /// Every key in the order in which they were made, those that are revoked and expired too.
  func apiKeys() async throws(StoreError) -> [APIKey]
  /// Every key that is not revoked: as the database itself has it, or a replica where that cannot be reached.
  func standingAPIKeys() async throws(StoreError) -> [APIKey]
  /// Makes a key.
  ///
  /// - Returns: its token, which nobody can read again.
  /// - Throws: ``StoreError/conflict(_:)`` where the name is that of a service's key and this one is a person's, or the
  ///   other way.
  func makeAPIKey(_ request: APIKeyRequest) async throws(StoreError) -> APIKeyToken
  /// Revokes the key with an identifier, or all of a name.
  ///
  /// - Returns: the keys that this has revoked; none where there is no such key, or it was revoked before.
  func revokeAPIKeys(_ name: String, by actor: String) async throws(StoreError) -> [APIKey]
  /// Remembers that keys were used now.
  func noteUse(ofAPIKeys ids: [String]) async throws(StoreError)
}
