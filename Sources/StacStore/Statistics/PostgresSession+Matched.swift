public import Postgres

extension PostgresSession {
  /// How many rows a search matches.
  ///
  /// A search for whole collections is answered from what is kept of them. Any other is counted for as long as the
  /// deadline allows, where the planner does not hold that for hopeless; what cannot be counted in time is estimated.
  ///
  /// - Parameters:
  ///   - count: one row with one number, and no side effect.
  ///   - preference: what the number is worth.
  ///   - deadline: how long counting may take under ``CountPreference/quick``; less than a millisecond never counts.
  ///   - kept: one row with the same number from what is kept (``CollectionStatistics/itemCount(ofCollections:)``), nil
  ///     where the search has conditions beyond its collections.
  /// - Precondition: the session is in no transaction.
  public func matched(
    _ count: SQL, _ preference: CountPreference, deadline: Duration, kept: SQL? = nil
  ) throws(PostgresError) -> MatchedCount? {
    if preference == .none { return nil }
    if let kept { return .exact(try number(kept)) }
    if preference == .exact { return .exact(try number(count)) }
    let estimate = try estimate(of: count)
    if deadline >= .milliseconds(1), estimate.mayBeCounted(within: deadline),
      let counted = try number(count, within: deadline)
    {
      return .exact(counted)
    }
    return .estimate(estimate.rows)
  }

  private func number(_ statement: SQL) throws(PostgresError) -> Int {
    guard let row = try query(statement).first else { return 0 }
    return Int(try row.integer(0))
  }

  /// The number of a statement, nil where it takes longer than the deadline; the session's own timeout stays.
  private func number(_ statement: SQL, within deadline: Duration) throws(PostgresError) -> Int? {
    let milliseconds = Int64(deadline / .milliseconds(1))
    do throws(PostgresError) {
      return try transaction { session throws(PostgresError) in
        _ = try session.query("SELECT set_config('statement_timeout', \(String(milliseconds)), true)")
        return try session.number(statement)
      }
    } catch  where error.state == .queryCanceled {
      return nil
    }
  }
}
