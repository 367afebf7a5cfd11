internal import Digests
import Postgres

/// What a program has read out of a model, in its own words.
public struct ModelDigest: Sendable {
  public let key: ModelKey
  /// The transaction that had changed the model last when it was read.
  public let transaction: UInt64
  /// Texts that the same program understands later.
  public let content: String
  /// What the model's files tell against a run, by the software that was asked about; never part of what is kept.
  public private(set) var obstacle: String?

  public init(key: ModelKey, transaction: UInt64, content: String) {
    self.key = key
    self.transaction = transaction
    self.content = content
  }

  fileprivate init(key: ModelKey, transaction: UInt64, content: String, obstacle: String?) {
    self.init(key: key, transaction: transaction, content: content)
    self.obstacle = obstacle
  }
}

extension PostgresCatalogStore {
  public func modelDigests(
    _ changes: [ModelChange], provedBy runtime: String?
  ) async throws(StoreError) -> [ModelDigest] {
    try await perform { session throws(PostgresError) in
      guard let program = Program.digest else { return [] }
      let rows = try session.query(
        """
        SELECT d.collection_key, d.id, d.xact::text, d.content, p.obstacle \
        FROM unnest(\(Self.keys(changes.map(\.key))), \(Self.ids(changes.map(\.key))), \
        \(Self.transactions(changes.map(\.transaction)))) AS k (collection_key, id, xact) \
        JOIN gnomon.model_digests d ON d.collection_key = k.collection_key AND d.id = k.id \
        AND d.xact = k.xact::xid8 AND d.program = \(.bytes(program)) \
        JOIN gnomon.items i ON i.collection_key = d.collection_key AND i.id = d.id \
        LEFT JOIN gnomon.model_proofs p ON p.collection_key = d.collection_key AND p.id = d.id \
        AND p.item_updated_at = i.updated_at AND p.runtime = \(runtime ?? "")
        """, plan: .generic)
      return try rows.map { row throws(PostgresError) in
        let key = ModelKey(collection: Int32(truncatingIfNeeded: try row.integer(0)), id: try row.text(1))
        return ModelDigest(
          key: key, transaction: UInt64(try row.text(2)) ?? 0, content: try row.text(3),
          obstacle: row.isNull(4) ? nil : try row.text(4))
      }
    }
  }

  public func keep(_ digests: [ModelDigest]) async throws(StoreError) {
    try await perform { session throws(PostgresError) in
      guard let program = Program.digest else { return }
      // What has changed since is read again anyway.
      _ = try session.query(
        """
        INSERT INTO gnomon.model_digests (collection_key, id, xact, program, content) \
        SELECT m.collection_key, m.id, m.xact, \(.bytes(program)), k.content \
        FROM unnest(\(Self.keys(digests.map(\.key))), \(Self.ids(digests.map(\.key))), \
        \(Self.transactions(digests.map(\.transaction))), \(.textArray(digests.map(\.content)))) \
        AS k (collection_key, id, xact, content) \
        JOIN gnomon.model_changes m ON m.collection_key = k.collection_key AND m.id = k.id AND m.xact = k.xact::xid8 \
        ORDER BY m.collection_key, m.id ON CONFLICT (collection_key, id) DO UPDATE \
        SET xact = excluded.xact, program = excluded.program, content = excluded.content
        """, plan: .generic)
    }
  }

  private static func keys(_ keys: [ModelKey]) -> SQL {
    "\(SQL.Bind.integerArray(keys.map { Int64($0.collection) }))::int4[]"
  }
  private static func ids(_ keys: [ModelKey]) -> SQL { "\(SQL.Bind.textArray(keys.map(\.id)))" }
  private static func transactions(_ numbers: [UInt64]) -> SQL {
    "\(SQL.Bind.textArray(numbers.map { String($0) }))"
  }
}

/// The program that runs.
private enum Program {
  /// SHA-256 of its file, read once; nil where it cannot be read.
  static let digest: [UInt8]? = try? SHA256.hash(fileAt: "/proc/self/exe")
}
