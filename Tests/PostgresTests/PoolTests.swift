import Postgres
import TestSupport
import Testing

@Suite struct PoolTests {
  private static func identifier(_ pool: PostgresPool) async throws -> Int64 {
    try await pool.withSession { session throws(PostgresError) in
      try session.query("SELECT pg_backend_pid()")[0].integer(0)
    }
  }

  @Test func `A session is used again`() async throws {
    let pool = PostgresPool(connectionURL: try await TestCluster.shared.emptyDatabase())
    let first = try await Self.identifier(pool)
    #expect(try await Self.identifier(pool) == first)
    await pool.shutdown()
  }

  @Test func `Many tasks share few sessions`() async throws {
    let pool = PostgresPool(connectionURL: try await TestCluster.shared.emptyDatabase(), size: 3)
    let identifiers = try await withThrowingTaskGroup(of: Int64.self) { group in
      for _ in 0..<60 { group.addTask { try await Self.identifier(pool) } }
      return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
    }
    #expect((1...3).contains(identifiers.count))
    await pool.shutdown()
  }

  @Test(arguments: 1...5) func `A killed idle session is replaced before the next request notices`(_: Int) async throws
  {
    let url = try await TestCluster.shared.emptyDatabase()
    let pool = PostgresPool(connectionURL: url, size: 1)
    let victim = try await Self.identifier(pool)
    let killer = try await PostgresSession(connectionURL: url)
    // With a timeout the function returns once the backend is gone.
    #expect(try await killer.query("SELECT pg_terminate_backend(\(victim)::int4, 5000)")[0].boolean(0))
    #expect(try await Self.identifier(pool) != victim)
    await pool.shutdown()
  }

  @Test func `A session killed at work is an error value, and the pool recovers`() async throws {
    let pool = PostgresPool(connectionURL: try await TestCluster.shared.emptyDatabase(), size: 1)
    let error = await #expect(throws: PostgresError.self) {
      try await pool.withSession { session throws(PostgresError) in
        _ = try session.query("SELECT pg_terminate_backend(pg_backend_pid())")
        _ = try session.query("SELECT pg_sleep(5)")
      }
    }
    #expect(error?.isConnectionLoss == true)
    #expect(try await Self.identifier(pool) > 0)
    await pool.shutdown()
  }

  @Test func `A session left inside a transaction is not lent again`() async throws {
    let pool = PostgresPool(connectionURL: try await TestCluster.shared.emptyDatabase(), size: 1)
    let first = try await pool.withSession { session throws(PostgresError) in
      _ = try session.query("BEGIN")
      return try session.query("SELECT pg_backend_pid()")[0].integer(0)
    }
    #expect(try await Self.identifier(pool) != first)
    await pool.shutdown()
  }

  @Test func `Waiting is bounded in time`() async throws {
    let pool = PostgresPool(
      connectionURL: try await TestCluster.shared.emptyDatabase(), size: 1, patience: .milliseconds(50))
    try await Self.whileBusy(pool) {
      let error = await #expect(throws: PostgresError.self) { _ = try await Self.identifier(pool) }
      #expect(error?.reason == .poolExhausted)
    }
    #expect(try await Self.identifier(pool) > 0)
    await pool.shutdown()
  }

  @Test func `Waiting is bounded in number`() async throws {
    let pool = PostgresPool(connectionURL: try await TestCluster.shared.emptyDatabase(), size: 1, waitingLimit: 0)
    try await Self.whileBusy(pool) {
      let error = await #expect(throws: PostgresError.self) { _ = try await Self.identifier(pool) }
      #expect(error?.reason == .poolExhausted)
    }
    await pool.shutdown()
  }

  @Test func `Cancelling the task cancels the statement, and the pool goes on`() async throws {
    let pool = PostgresPool(connectionURL: try await TestCluster.shared.emptyDatabase(), size: 1)
    let clock = ContinuousClock()
    let elapsed = try await clock.measure {
      try await Self.whileBusy(pool, seconds: 60) {}
    }
    #expect(elapsed < .seconds(30))
    #expect(try await Self.identifier(pool) > 0)
    await pool.shutdown()
  }

  @Test func `A cancelled task sends no further statement`() async throws {
    let pool = PostgresPool(connectionURL: try await TestCluster.shared.emptyDatabase(), size: 1)
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await Self.identifier(pool)
    }
    task.cancel()
    let error = await #expect(throws: PostgresError.self) { _ = try await task.value }
    #expect(error?.reason == .cancelled)
    #expect(try await Self.identifier(pool) > 0)
    await pool.shutdown()
  }

  @Test func `A pool that is shut down refuses`() async throws {
    let pool = PostgresPool(connectionURL: try await TestCluster.shared.emptyDatabase())
    _ = try await Self.identifier(pool)
    await pool.shutdown()
    let error = await #expect(throws: PostgresError.self) { _ = try await Self.identifier(pool) }
    #expect(error?.reason == .poolClosed)
  }

  /// Runs a body while another task holds a session of the pool in a long statement, which is then cancelled.
  private static func whileBusy(
    _ pool: PostgresPool, seconds: Double = 60, _ body: () async throws -> Void
  ) async throws {
    let (started, signal) = AsyncStream<Void>.makeStream()
    let holder = Task {
      try await pool.withSession { session throws(PostgresError) in
        signal.yield()
        _ = try session.query("SELECT pg_sleep(\(seconds))")
      }
    }
    for await _ in started { break }
    try await body()
    holder.cancel()
    let outcome = await holder.result
    let error = #expect(throws: PostgresError.self) { try outcome.get() }
    #expect(error?.reason == .cancelled)
  }
}
