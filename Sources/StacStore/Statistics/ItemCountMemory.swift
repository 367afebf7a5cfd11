package import Postgres
import Synchronization

/// How many items all collections have, kept as long as nothing is committed: to sum up what is known of each of very many
/// takes some time.
///
/// That nothing was is looked at after ``life``.
package final class ItemCountMemory: Sendable {
  private struct Count {
    let value: Int
    /// What the database showed when it was counted, nil where it cannot tell.
    let snapshot: String?
    let counted: ContinuousClock.Instant
    let looked: ContinuousClock.Instant
  }

  private struct State {
    var count: Count?
    /// Whether somebody looks.
    var isLooking = false
    /// How many writes there were through this store.
    var writes = 0
  }

  private let state = Mutex(State())
  /// As long as answers that many ask for are kept.
  package static var life: Duration { .milliseconds(200) }
  /// How long a number may serve whatever the database shows: one that has crashed may show the same again.
  private static var longest: Duration { .seconds(60) }

  package init() {}

  /// The number; while one session looks whether it still holds, others get it for as long again.
  package func value(on session: isolated PostgresSession) throws(PostgresError) -> Int {
    let (served, kept, writes) = state.withLock { state -> (Int?, Count?, Int) in
      if let count = state.count, count.looked + Self.life * (state.isLooking ? 2 : 1) > .now {
        return (count.value, nil, state.writes)
      }
      state.isLooking = true
      return (nil, state.count, state.writes)
    }
    if let served { return served }
    defer { state.withLock { $0.isLooking = false } }
    let count = try Self.look(kept, on: session)
    // What was written meanwhile may not be counted.
    state.withLock { if $0.writes == writes { $0.count = count } }
    return count.value
  }

  /// Forgets it: something was written.
  package func forget() {
    state.withLock { state in
      state.count = nil
      state.writes += 1
    }
  }

  /// Reads the number where it is not known for what the database shows.
  private static func look(_ kept: Count?, on session: isolated PostgresSession) throws(PostgresError) -> Count {
    let now = ContinuousClock.now
    let kept = kept.flatMap { now - $0.counted < longest ? $0 : nil }
    let rows = try session.query(
      """
      SELECT s.snapshot, CASE WHEN (s.snapshot = \(kept?.snapshot ?? "")) IS NOT TRUE \
      THEN (\(CollectionStatistics.itemCount(ofCollections: nil))) END \
      FROM (SELECT \(PostgresCatalogStore.shownTransactions) AS snapshot) s
      """, plan: .generic)
    guard let row = rows.first else { throw PostgresError(reason: .unreadableValue, function: "itemCount") }
    let snapshot = row.isNull(0) ? nil : try row.text(0)
    if row.isNull(1), let kept {
      return Count(value: kept.value, snapshot: snapshot, counted: kept.counted, looked: now)
    }
    return Count(value: Int(try row.integer(1)), snapshot: snapshot, counted: now, looked: now)
  }
}
