public import Postgres
public import StacSearch

extension PostgresSession {
  /// The names of the properties that items have or had, with the types of their values.
  ///
  /// - Parameter key: the collection, nil for all.
  public func propertyTypes(ofCollection key: Int64?) throws(PostgresError) -> [String: Set<JSONType>] {
    guard let key else {
      // A step through an index for each set, instead of one for each collection.
      return try types(
        """
        SELECT DISTINCT unnest(s.properties) FROM gnomon.property_sets s \
        WHERE (SELECT true FROM gnomon.collection_property_sets c WHERE c.set_key = s.key LIMIT 1)
        """)
    }
    return try types(
      """
      SELECT DISTINCT unnest(s.properties) FROM gnomon.collection_property_sets c \
      JOIN gnomon.property_sets s ON s.key = c.set_key WHERE c.collection_key = \(key)::int4
      """)
  }

  /// The names of the members that documents of collections have or had, with the types of their values.
  func memberTypes() throws(PostgresError) -> [String: Set<JSONType>] {
    // Each name and type once, by a step through the index from one to the next.
    try types(
      """
      WITH RECURSIVE names (name, type) AS ((SELECT name, type FROM gnomon.collection_members \
      ORDER BY name, type LIMIT 1) UNION ALL \
      SELECT p.name, p.type FROM names n, LATERAL (SELECT name, type FROM gnomon.collection_members \
      WHERE (name, type) > (n.name, n.type) ORDER BY name, type LIMIT 1) p) SELECT type || ' ' || name FROM names
      """)
  }

  /// Reads rows of a type, a space and a name.
  private func types(_ statement: SQL) throws(PostgresError) -> [String: Set<JSONType>] {
    var found: [String: Set<JSONType>] = [:]
    for row in try query(statement, plan: .generic) {
      let text = try row.text(0)
      // Bytes, for a name may begin with what joins the space.
      guard let space = text.utf8.firstIndex(of: UInt8(ascii: " ")) else { continue }
      if let type = JSONType(rawValue: String(text[..<space])) {
        found[String(text[text.utf8.index(after: space)...]), default: []].insert(type)
      }
    }
    return found
  }
}
