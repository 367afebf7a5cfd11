public import Postgres
public import StacSearch

extension PostgresSession {
  /// The names of the properties that items have or had, with the types of their values.
  ///
  /// - Parameter key: the collection, nil for all.
  public func propertyTypes(ofCollection key: Int64?) throws(PostgresError) -> [String: Set<JSONType>] {
    guard let key else { return try types(Self.distinct("gnomon.collection_properties")) }
    return try types("SELECT DISTINCT name, type FROM gnomon.collection_properties WHERE collection_key = \(key)::int4")
  }

  /// The names of the members that documents of collections have or had, with the types of their values.
  func memberTypes() throws(PostgresError) -> [String: Set<JSONType>] {
    try types(Self.distinct("gnomon.collection_members"))
  }

  /// Each name and type of a table once, by a step through its index from one to the next.
  private static func distinct(_ table: SQL) -> SQL {
    """
    WITH RECURSIVE names (name, type) AS ((SELECT name, type FROM \(table) ORDER BY name, type LIMIT 1) UNION ALL \
    SELECT p.name, p.type FROM names n, LATERAL (SELECT name, type FROM \(table) \
    WHERE (name, type) > (n.name, n.type) ORDER BY name, type LIMIT 1) p) SELECT name, type FROM names
    """
  }

  /// Reads rows of a name and a type.
  private func types(_ statement: SQL) throws(PostgresError) -> [String: Set<JSONType>] {
    var found: [String: Set<JSONType>] = [:]
    for row in try query(statement) {
      if let type = JSONType(rawValue: try row.text(1)) { found[try row.text(0), default: []].insert(type) }
    }
    return found
  }
}
