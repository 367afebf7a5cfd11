import Foundation
import Postgres
import StacModel

/// The collections and items of a PgSTAC database, which is only read.
///
/// Items come in order of collection and identifier. Source: pgstac 0.10.0, `sql/003a_items.sql` and `content_hydrate`.
public actor PgSTACDatabase: DocumentSource {
  private struct Position: Codable {
    /// Whether the collections are done.
    var isPastCollections = false
    /// The collection whose items are read; those of the collections before it are done.
    var collection = ""
    /// The item behind which reading goes on.
    var id = ""
  }

  /// One collection and how many items it has.
  public struct Count: Sendable, Hashable {
    public let collection: String
    public let items: Int
  }

  public nonisolated let name: String
  public nonisolated let title: String
  private let session: PostgresSession
  private let limits: BatchLimits
  private let version: String
  /// The schema that PostGIS is in.
  private let postGIS: String
  private let hasBaseItems: Bool
  private var position = Position()
  private var collections: [String] = []
  private var hydrations: [String: Hydration] = [:]
  private var estimate = 0
  private var handedOut = 0

  /// Connects.
  ///
  /// - Throws: ``SourceFailure`` where there is no PgSTAC.
  public init(connectionURL: String, limits: BatchLimits = BatchLimits()) async throws {
    do {
      session = try await PostgresSession(connectionURL: connectionURL)
      let session = session
      let found = try await Self.inspect(session)
      guard let found else {
        throw SourceFailure("the database has no PgSTAC of version 0.5 or later: there is no table pgstac.items")
      }
      (name, version, postGIS, hasBaseItems) = found
    } catch let error as PostgresError {
      throw SourceFailure("the PgSTAC database cannot be read: \(error.description): \(error.message)")
    }
    self.limits = limits
    title = "\(name), version \(version)"
  }

  /// The version, and what has to be known of the database; nil where it is none of PgSTAC's.
  private static func inspect(
    _ session: isolated PostgresSession
  ) throws(PostgresError) -> (name: String, version: String, postGIS: String, hasBaseItems: Bool)? {
    try session.run(unsafeScript: "SET default_transaction_read_only = on; SET statement_timeout = 0")
    let tables = try session.query(
      """
      SELECT to_regclass('pgstac.items') IS NOT NULL AND to_regclass('pgstac.collections') IS NOT NULL, \
      to_regclass('pgstac.base_items') IS NOT NULL, current_database(), \
      coalesce(host(inet_server_addr()) || ':' || inet_server_port(), current_setting('unix_socket_directories')), \
      (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'postgis')
      """)
    guard let row = tables.first, try row.boolean(0), !row.isNull(4) else { return nil }
    let versions = try session.query(
      "SELECT version FROM pgstac.migrations ORDER BY datetime DESC, version DESC LIMIT 1")
    let version = try versions.first.map { row throws(PostgresError) in try row.text(0) } ?? "unknown"
    let name = "the PgSTAC database \(try row.text(2)) at \(try row.text(3))"
    return (name, version, try row.text(4), try row.boolean(1))
  }

  /// The version; items that come or change while the load is interrupted are taken as far as they come behind the place.
  public func fingerprint() -> String { version }

  public func begin(at position: String?) async throws {
    if let position { self.position = try SourcePosition.read(position) }
    collections = try await reading { session throws(PostgresError) in
      try session.query("SELECT id FROM pgstac.collections ORDER BY id COLLATE \"C\"").map {
        row throws(PostgresError) in
        try row.text(0)
      }
    }
    let present = self.position.collection
    collections.removeAll { $0.utf8.lexicographicallyPrecedes(present.utf8) }
    estimate = try await reading { session throws(PostgresError) in
      Int(
        try session.query(
          """
          SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::int8 FROM pg_partition_tree('pgstac.items') t \
          JOIN pg_class c ON c.oid = t.relid WHERE t.isleaf
          """
        ).first?.integer(0) ?? 0)
    }
  }

  public func next() async throws -> DocumentBatch? {
    var batch = DocumentBatch()
    if !position.isPastCollections {
      batch.documents = try await collectionDocuments()
      position.isPastCollections = true
      position.collection = collections.first ?? ""
    } else {
      while batch.documents.isEmpty, let collection = collections.first {
        batch.documents = try await items(of: collection, behind: position.collection == collection ? position.id : "")
        if batch.documents.isEmpty {
          collections.removeFirst()
          (position.collection, position.id) = (collections.first ?? position.collection + "\u{0}", "")
        }
      }
    }
    handedOut += batch.documents.count
    batch.position = SourcePosition.text(position)
    batch.progress = estimate > 0 ? min(1, Double(handedOut) / Double(estimate)) : nil
    return batch.documents.isEmpty ? nil : batch
  }

  /// How many items every collection has now.
  public func counts() async throws -> [Count] {
    try await reading { session throws(PostgresError) in
      try session.query(
        """
        SELECT c.id, (SELECT count(*) FROM pgstac.items i WHERE i.collection = c.id) FROM pgstac.collections c \
        ORDER BY c.id COLLATE "C"
        """
      ).map { row throws(PostgresError) in Count(collection: try row.text(0), items: Int(try row.integer(1))) }
    }
  }

  private func collectionDocuments() async throws -> [SourceDocument] {
    let rows = try await reading { session throws(PostgresError) in
      try session.query("SELECT id, content::text FROM pgstac.collections ORDER BY id COLLATE \"C\"").map {
        row throws(PostgresError) in (try row.text(0), try row.bytes(1))
      }
    }
    return rows.map { SourceDocument(place: "pgstac.collections \($0.0)", base: .nothing, text: $0.1) }
  }

  private struct StoredItem: Sendable {
    let id: String
    let content: [UInt8]
    let geometry: [UInt8]?
  }

  private func items(of collection: String, behind id: String) async throws -> [SourceDocument] {
    let limit = limits.documents
    let postGIS = postGIS
    let stored = try await reading { session throws(PostgresError) in
      try session.query(
        """
        SELECT id, content::text, \(identifier: postGIS).ST_AsGeoJSON(geometry, 20) FROM pgstac.items \
        WHERE collection = \(collection) AND id > \(id) ORDER BY id LIMIT \(limit)
        """
      ).map { row throws(PostgresError) in
        StoredItem(id: try row.text(0), content: try row.bytes(1), geometry: row.isNull(2) ? nil : try row.bytes(2))
      }
    }
    (position.collection, position.id) = (collection, stored.last?.id ?? id)
    var documents: [SourceDocument] = []
    for item in stored { documents.append(try await document(item, collection: collection)) }
    return documents
  }

  private func document(_ item: StoredItem, collection: String) async throws -> SourceDocument {
    let tag = Self.tag(of: item.content)
    let hydration = try await hydration(of: collection, tag: tag)
    return SourceDocument(place: "pgstac.items \(collection)/\(item.id)", base: .nothing) {
      () throws(JSONSyntaxError) in
      guard let content = try JSONParser.parse(item.content).object else {
        throw JSONSyntaxError(position: 0, message: "The content of the item is no JSON object")
      }
      let geometry: JSONValue =
        try item.geometry.map { bytes throws(JSONSyntaxError) in try JSONParser.parse(bytes) } ?? .null
      return .object(hydration.item(id: item.id, collection: collection, geometry: geometry, content: content))
    }
  }

  /// The number of the base item that an item is stored against, nil where it names none.
  private static func tag(of content: [UInt8]) -> Int32? {
    let key = Array("\"pgstac:base_item\":".utf8)
    guard let range = Data(content).range(of: Data(key)),
      let object = (try? JSONParser.parse(content))?.object, range.lowerBound < content.count,
      let value = object["pgstac:base_item"]
    else { return nil }
    return value.integer.flatMap { Int32(exactly: $0) } ?? value.string.flatMap { Int32($0) }
  }

  /// What completes the items of a collection: the base item they name, else its first, else the present one.
  private func hydration(of collection: String, tag: Int32?) async throws -> Hydration {
    let key = "\(tag.map { "\($0)" } ?? "") \(collection)"
    if let known = hydrations[key] { return known }
    let hasBaseItems = hasBaseItems
    let bytes = try await reading { session throws(PostgresError) -> [UInt8]? in
      var found: [Row] = []
      if hasBaseItems {
        let number = Int64(tag ?? 0)
        let numbered: SQL = tag == nil ? "true" : "id = \(number)"
        found = try session.query(
          """
          SELECT base_item::text FROM pgstac.base_items WHERE collection = \(collection) AND \(numbered) \
          ORDER BY id LIMIT 1
          """)
      }
      if found.isEmpty {
        found = try session.query("SELECT base_item::text FROM pgstac.collections WHERE id = \(collection)")
      }
      guard let row = found.first, !row.isNull(0) else { return nil }
      return try row.bytes(0)
    }
    let made = Hydration(base: try bytes.map { try JSONParser.parse($0) } ?? .null)
    // One version of a collection's base item after another; a few stay.
    if hydrations.count > 1_000 { hydrations = [:] }
    hydrations[key] = made
    return made
  }

  private func reading<Result: Sendable>(
    _ body: @Sendable (isolated PostgresSession) throws(PostgresError) -> Result
  ) async throws -> Result {
    do throws(PostgresError) {
      return try await Self.perform(session, body)
    } catch {
      throw SourceFailure("the PgSTAC database cannot be read: \(error.description): \(error.message)")
    }
  }

  private static func perform<Result: Sendable>(
    _ session: isolated PostgresSession, _ body: @Sendable (isolated PostgresSession) throws(PostgresError) -> Result
  ) async throws(PostgresError) -> Result { try body(session) }
}
