import Postgres

extension DerivedProperty {
  /// What was decided about models, from `gnomon.model_states`.
  static let promotion: [DerivedProperty] = [
    DerivedProperty(name: "gnomon:state") { _ in
      """
      (SELECT to_jsonb(s.state) FROM gnomon.model_states s WHERE s.collection_key = i.collection_key AND s.id = i.id \
      AND \(SQL.stateHolds))
      """
    } names: { collection in
      let within: SQL = collection.map { " WHERE s.collection_key = \($0)::int4" } ?? ""
      return "SELECT 'gnomon:state' WHERE (SELECT true FROM gnomon.model_states s\(within) LIMIT 1)"
    }
  ]
}
