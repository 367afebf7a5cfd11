import Postgres
public import StacModel

/// What a registry said of a container image.
public struct ContainerCheck: Sendable, Hashable {
  /// The image's name as the item has it.
  public let reference: String
  /// `found`, `missing`, `changed`, `refused` or `unreachable`.
  public let state: String
  public let digest: String?
  public let mediaType: String?
  public let reason: String?
  public let checkedAt: Timestamp

  public init(
    reference: String, state: String, digest: String?, mediaType: String?, reason: String?, checkedAt: Timestamp
  ) {
    self.reference = reference
    self.state = state
    self.digest = digest
    self.mediaType = mediaType
    self.reason = reason
    self.checkedAt = checkedAt
  }
}

extension PostgresCatalogStore {
  /// What was last said of images, by their names as items have them.
  public func containerChecks(of references: [String]) async throws(StoreError) -> [String: ContainerCheck] {
    let rows = try await read { session throws(PostgresError) in
      try session.query(
        """
        SELECT reference, state, digest, media_type, reason, checked_at FROM gnomon.container_checks \
        WHERE reference = ANY(\(.textArray(references)))
        """
      ).map { row throws(PostgresError) in
        func text(_ column: Int) throws(PostgresError) -> String? { row.isNull(column) ? nil : try row.text(column) }
        return ContainerCheck(
          reference: try row.text(0), state: try row.text(1), digest: try text(2), mediaType: try text(3),
          reason: try text(4), checkedAt: Timestamp(microseconds: try row.timestamp(5)))
      }
    }
    return Dictionary(rows.map { ($0.reference, $0) }) { $1 }
  }

  /// Keeps what was said of an image, in place of what was said before.
  public func keep(_ check: ContainerCheck) async throws(StoreError) {
    @Sendable func optional(_ text: String?) -> SQL.Bind { text.map { .text($0) } ?? .null }
    try await write { session throws(PostgresError) in
      _ = try session.query(
        """
        INSERT INTO gnomon.container_checks (reference, state, digest, media_type, reason, checked_at) \
        VALUES (\(check.reference), \(check.state), \(optional(check.digest))::text, \
        \(optional(check.mediaType))::text, \(optional(check.reason))::text, \
        \(.timestamp(microseconds: check.checkedAt.microseconds))) \
        ON CONFLICT (reference) DO UPDATE SET state = excluded.state, digest = excluded.digest, \
        media_type = excluded.media_type, reason = excluded.reason, checked_at = excluded.checked_at
        """)
    }
  }
}
