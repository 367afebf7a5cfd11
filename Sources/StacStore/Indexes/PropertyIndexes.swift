public import CQL2
import Digests
public import Postgres

/// The indexes over properties of items: made, listed and removed while the catalog is in use.
///
/// Making one reads all items, twice; writers go on meanwhile. The session's statement timeout does not hold for it.
public struct PropertyIndexes: Sendable {
  private let pool: PostgresPool

  public init(pool: PostgresPool) { self.pool = pool }

  /// Why an index cannot be made or removed, in words for the operator.
  public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
  }

  /// What became of a wish for an index.
  public enum Outcome: Sendable, Hashable {
    case made(PropertyIndex)
    /// It was there already.
    case found(PropertyIndex)
  }

  /// All of them, by property.
  public func list() async throws(PostgresError) -> [PropertyIndex] {
    try await pool.withSession { session throws(PostgresError) in try session.propertyIndexes() }
  }

  /// Makes the index of a property, or finds it; what a broken-off build has left is replaced.
  ///
  /// - Parameters:
  ///   - property: its name, one that items have.
  ///   - kind: what its values are read as; nil takes what is declared, else what the data say.
  ///   - declared: the property's type by a specification, if any.
  ///   - report: called a few times a second.
  /// - Throws: ``Refusal``, ``PostgresError``.
  public func add(
    _ property: String, as kind: PropertyIndex.Kind? = nil, declared: ValueType? = nil,
    report: @escaping @Sendable (IndexBuildProgress) -> Void = { _ in }
  ) async throws -> Outcome {
    let watching = Task {
      while !Task.isCancelled {
        if let progress = try? await progress(of: property) { report(progress) }
        try? await Task.sleep(for: .milliseconds(200))
      }
    }
    defer { watching.cancel() }
    let outcome = try await pool.withSession { session throws(PostgresError) in
      Result { () throws in
        try session.alone { session throws in
          try session.make(property, session.kind(of: property, asked: kind, declared: declared))
        }
      }
    }
    return try outcome.get()
  }

  /// Removes the indexes of a property.
  ///
  /// - Parameter kind: only the one of this kind.
  /// - Throws: ``Refusal`` where there is none, ``PostgresError``.
  public func remove(_ property: String, as kind: PropertyIndex.Kind? = nil) async throws -> [PropertyIndex] {
    let outcome = try await pool.withSession { session throws(PostgresError) in
      Result { () throws in
        try session.alone { session throws in
          let names = (kind.map { [$0] } ?? PropertyIndex.Kind.allCases).map { PropertyIndex.name(property, $0) }
          let found = try session.propertyIndexes().filter { names.contains($0.name) }
          guard !found.isEmpty else {
            throw Refusal("there is no index on '\(property)'; gnomon index list shows those there are")
          }
          for part in try session.propertyIndexParts() where found.contains(where: { $0.name == part.index }) {
            _ = try session.query("DROP INDEX CONCURRENTLY gnomon.\(identifier: part.name)")
          }
          return found
        }
      }
    }
    return try outcome.get()
  }

  /// How far the making of a property's index has come, nil where none is being made.
  private func progress(of property: String) async throws(PostgresError) -> IndexBuildProgress? {
    let names = PropertyIndex.Kind.allCases.flatMap { kind in
      kind.parts.map { PropertyIndex.name(property, kind) + $0.suffix }
    }
    return try await pool.withSession { session throws(PostgresError) in
      try session.query(
        """
        SELECT p.phase, p.blocks_done, p.blocks_total, p.tuples_done, p.tuples_total \
        FROM pg_stat_progress_create_index p JOIN pg_class c ON c.oid = p.index_relid \
        WHERE p.datname = current_database() AND c.relname = ANY(\(texts: names)) AND p.phase IS NOT NULL
        """
      ).first.map { row throws(PostgresError) in
        try IndexBuildProgress(
          phase: row.text(0), blocksDone: row.integer(1), blocksTotal: row.integer(2), rowsDone: row.integer(3),
          rowsTotal: row.integer(4))
      }
    }
  }
}

extension PropertyIndex {
  /// The name of an index: the property may be longer than a name may be, and hold anything.
  static func name(_ property: String, _ kind: Kind) -> String {
    let digest = (try? Digest.hash(Array(property.utf8), with: .sha256)) ?? []
    let letters = digest.prefix(12).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    return "items_property_\(letters)_\(kind.rawValue)"
  }
}
