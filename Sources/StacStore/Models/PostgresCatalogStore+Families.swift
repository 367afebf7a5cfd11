import Postgres
import StacModel

extension PostgresCatalogStore {
  public func modelFamily(named name: String, in collection: String) async throws(StoreError) -> ModelFamily? {
    try await read { session throws(PostgresError) in
      let rows = try session.query(
        """
        SELECT i.collection_key, i.id FROM gnomon.items i JOIN gnomon.collections c ON c.key = i.collection_key \
        WHERE c.id = \(collection) AND i.is_model AND (i.id = \(name) \
        OR md5(i.model_properties ->> 'mlm:name') = md5(\(name)) AND i.model_properties ->> 'mlm:name' = \(name)) \
        ORDER BY i.model_properties ->> 'mlm:name' IS DISTINCT FROM \(name), i.id LIMIT 1
        """)
      guard let row = rows.first else { return nil }
      let member = ModelMember(collectionKey: try row.integer(0), id: try row.text(1))
      return try session.modelFamilies(of: [member], areSeveral: false)[member]
    }
  }
}

/// An item that is a version of a model.
struct ModelMember: Sendable, Hashable {
  let collectionKey: Int64
  let id: String

  static func == (left: ModelMember, right: ModelMember) -> Bool {
    left.collectionKey == right.collectionKey && left.id.utf8.elementsEqual(right.id.utf8)
  }
}

extension PostgresSession {
  /// How many versions are read for a page, at most; beyond that none are told, for they would be incomplete.
  private static let mostReleases = 20_000

  /// The families of items that are models, by their members.
  ///
  /// Most models have one version, and whoever shows links has nothing to show then: a look at the index of their names tells
  /// so, and the properties of none is unpacked a second time.
  ///
  /// - Parameter areSeveral: whether only families of several versions are wanted.
  func modelFamilies(
    of members: [ModelMember], areSeveral: Bool
  ) throws(PostgresError) -> [ModelMember: ModelFamily] {
    let keys = SQL.Bind.integerArray(members.map { $0.collectionKey })
    let ids = SQL.Bind.textArray(members.map { $0.id })
    let rows = try query(
      """
      WITH n AS MATERIALIZED (\
      SELECT i.collection_key, i.id, md5(i.model_properties ->> 'mlm:name') AS digest \
      FROM unnest(\(keys), \(ids)) AS w (key, id) \
      JOIN gnomon.items i ON i.collection_key = w.key AND i.id = w.id COLLATE "C" WHERE i.is_model), \
      f AS (SELECT DISTINCT n.collection_key, n.digest FROM n WHERE EXISTS (\
      SELECT FROM gnomon.items o WHERE o.collection_key = n.collection_key AND o.is_model \
      AND md5(o.model_properties ->> 'mlm:name') = n.digest AND (NOT \(areSeveral) OR o.id <> n.id))) \
      SELECT i.collection_key, i.model_properties ->> 'mlm:name', i.id, \(SQL.modelVersion), \
      coalesce(i.properties -> 'deprecated' = 'true', false), s.state, i.created_at, \
      coalesce(s.is_current, true) \
      FROM f JOIN gnomon.items i ON i.collection_key = f.collection_key AND i.is_model \
      AND md5(i.model_properties ->> 'mlm:name') = f.digest \
      LEFT JOIN gnomon.model_states s ON s.collection_key = i.collection_key AND s.id = i.id \
      LIMIT \(Self.mostReleases + 1)
      """, plan: .generic)
    guard rows.count <= Self.mostReleases else { return [:] }
    var releases: [FamilyName: [ModelRelease]] = [:]
    for row in rows {
      let name = FamilyName(collectionKey: try row.integer(0), bytes: try row.bytes(1))
      let state = row.isNull(5) ? nil : ModelState(rawValue: try row.text(5))
      let version = row.isNull(3) ? nil : try row.text(3)
      releases[name, default: []].append(
        ModelRelease(
          id: try row.text(2), version: version, isDeprecated: try row.boolean(4), state: state,
          isUnchanged: try row.boolean(7), created: Timestamp(microseconds: try row.timestamp(6))))
    }
    var families: [ModelMember: ModelFamily] = [:]
    for (name, members) in releases {
      let family = ModelFamily(name: String(decoding: name.bytes, as: UTF8.self), releases: members)
      for member in members { families[ModelMember(collectionKey: name.collectionKey, id: member.id)] = family }
    }
    return families
  }
}

/// The name of a model, byte by byte.
private struct FamilyName: Hashable {
  let collectionKey: Int64
  let bytes: [UInt8]
}
