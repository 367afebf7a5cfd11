import Postgres
import StacModel

extension PostgresCatalogStore {
  public func apiKeys() async throws(StoreError) -> [APIKey] {
    try await perform { session throws(PostgresError) in try session.apiKeys(where: "true") }
  }

  public func standingAPIKeys() async throws(StoreError) -> [APIKey] {
    do throws(StoreError) {
      return try await perform { session throws(PostgresError) in try session.apiKeys(where: "revoked_at IS NULL") }
    } catch {
      // Without the primary no key can be revoked: what a replica shows is all there is.
      guard case .unavailable = error, replicas != nil else { throw error }
    }
    return try await read { session throws(PostgresError) in try session.apiKeys(where: "revoked_at IS NULL") }
  }

  public func makeAPIKey(_ request: APIKeyRequest) async throws(StoreError) -> APIKeyToken {
    let token = APIKeyToken()
    let digest = try token.digest()
    let expires: SQL.Bind = request.expires.map { .timestamp(microseconds: $0.microseconds) } ?? .null
    let isMade = try await perform { session throws(PostgresError) in
      try session.transaction { session throws(PostgresError) in
        // Two who give one name to a person and to a service come one after the other.
        _ = try session.query("LOCK TABLE gnomon.api_keys IN SHARE ROW EXCLUSIVE MODE")
        return try !session.query(
          """
          INSERT INTO gnomon.api_keys (id, digest, name, role, is_person, created_by, expires_at) \
          SELECT \(token.id), \(.bytes(digest)), \(request.name), \(request.role.rawValue), \(request.isPerson), \
          \(request.creator), \(expires)::timestamptz \
          WHERE NOT EXISTS (SELECT FROM gnomon.api_keys k WHERE k.name = \(request.name) \
          AND k.is_person <> \(request.isPerson) AND k.revoked_at IS NULL) RETURNING id
          """
        ).isEmpty
      }
    }
    guard isMade else {
      throw .conflict("a key '\(request.name)' of a \(request.isPerson ? "service" : "person")")
    }
    return token
  }

  public func revokeAPIKeys(_ name: String, by actor: String) async throws(StoreError) -> [APIKey] {
    try await perform { session throws(PostgresError) in
      try session.query(
        """
        UPDATE gnomon.api_keys SET revoked_at = now(), revoked_by = \(actor) \
        WHERE (id = \(name) OR name = \(name)) AND revoked_at IS NULL RETURNING \(APIKey.columns)
        """
      ).map { row throws(PostgresError) in try APIKey(row) }
    }
  }

  public func noteUse(ofAPIKeys ids: [String]) async throws(StoreError) {
    try await perform { session throws(PostgresError) in
      _ = try session.query(
        """
        UPDATE gnomon.api_keys SET last_used_at = now() WHERE id = ANY(\(.textArray(ids))) \
        AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
        """, plan: .generic)
    }
  }
}

extension PostgresSession {
  fileprivate func apiKeys(where condition: SQL) throws(PostgresError) -> [APIKey] {
    try query("SELECT \(APIKey.columns) FROM gnomon.api_keys WHERE \(condition) ORDER BY created_at, id").map {
      row throws(PostgresError) in try APIKey(row)
    }
  }
}
