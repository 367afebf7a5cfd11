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

  @Test func `A session that dies while others wait is replaced for them`() async throws {
    let pool = PostgresPool(connectionURL: try await TestCluster.shared.emptyDatabase(), size: 1)
    let identifiers = try await withThrowingTaskGroup(of: Int64?.self) { group in
      for number in 0..<20 {
        group.addTask {
          if number % 2 == 0 { return try await Self.identifier(pool) }
          let error = await #expect(throws: PostgresError.self) {
            try await pool.withSession { session throws(PostgresError) in
              _ = try session.query("SELECT pg_terminate_backend(pg_backend_pid())")
              _ = try session.query("SELECT 1")
            }
          }
          #expect(error?.isConnectionLoss == true)
          return nil
        }
      }
      return try await group.reduce(into: [Int64]()) { if let identifier = $1 { $0.append(identifier) } }
    }
    #expect(identifiers.count == 10)
    await pool.shutdown()
  }

  @Test func `Every idle session that was killed is replaced where it is lent, and none is lost`() async throws {
    let url = try await TestCluster.shared.emptyDatabase()
    let pool = PostgresPool(connectionURL: url, size: 4)
    let hold = { @Sendable () async throws -> Int64 in
      try await pool.withSession { session throws(PostgresError) in
        try session.query("SELECT pg_backend_pid(), pg_sleep(\(0.2))")[0].integer(0)
      }
    }
    let together = { () async throws -> Set<Int64> in
      try await withThrowingTaskGroup(of: Int64.self) { group in
        for _ in 0..<4 { group.addTask { try await hold() } }
        return try await group.reduce(into: []) { $0.insert($1) }
      }
    }
    let victims = try await together()
    #expect(victims.count == 4)
    let killer = try await PostgresSession(connectionURL: url)
    for victim in victims {
      #expect(try await killer.query("SELECT pg_terminate_backend(\(victim)::int4, 5000)")[0].boolean(0))
    }
    let successors = try await together()
    #expect(successors.count == 4)
    #expect(successors.isDisjoint(with: victims))
    await pool.shutdown()
  }

  @Test func `A task that is cancelled while it waits goes at once, and the others stay in line`() async throws {
    let pool = PostgresPool(
      connectionURL: try await TestCluster.shared.emptyDatabase(), size: 1, patience: .seconds(60))
    try await Self.whileBusy(pool) {
      let waiting = Task { try await Self.identifier(pool) }
      waiting.cancel()
      let outcome = await waiting.result
      let error = #expect(throws: PostgresError.self) { try outcome.get() }
      #expect(error?.reason == .cancelled)
    }
    #expect(try await Self.identifier(pool) > 0)
    await pool.shutdown()
  }

  @Test func `A shutdown refuses who waits`() async throws {
    let pool = PostgresPool(connectionURL: try await TestCluster.shared.emptyDatabase(), size: 1)
    try await Self.whileBusy(pool) {
      let waiting = Task { try await Self.identifier(pool) }
      await pool.shutdown()
      let outcome = await waiting.result
      let error = #expect(throws: PostgresError.self) { try outcome.get() }
      #expect(error?.reason == .poolClosed)
    }
  }

  @Test func `Patience is kept with each of many who wait`() async throws {
    let pool = PostgresPool(
      connectionURL: try await TestCluster.shared.emptyDatabase(), size: 1, patience: .milliseconds(100))
    try await Self.whileBusy(pool) {
      for _ in 0..<2 {
        let refused = await withTaskGroup(of: Bool.self) { group in
          for _ in 0..<50 {
            group.addTask {
              let outcome = await Task { try await Self.identifier(pool) }.result
              guard case .failure(let error as PostgresError) = outcome else { return false }
              return error.reason == .poolExhausted
            }
          }
          return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(refused == 50)
      }
    }
    #expect(try await Self.identifier(pool) > 0)
    await pool.shutdown()
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
