import Postgres
import Synchronization

/// A replica that reads may go to, as long as it shows what they must see.
final class ReadReplica: Sendable {
  /// The sessions of reads.
  let pool: PostgresPool
  /// The server's address for the log.
  let address: String
  private let watching: PostgresPool
  private let primary: PostgresPool
  private let settings: ReplicaSettings
  private let writes: WriteCount
  private let report: @Sendable (ReplicaReport) -> Void
  private let alarm = Alarm()
  private let state = Mutex(State())

  private struct State {
    var progress = ReplicaProgress()
    /// Why the replica cannot be read from, nil where it can.
    var fault: String?
    /// When the replica answered last.
    var seen: ContinuousClock.Instant?
    /// Since when the primary does not answer, nil where it does.
    var primaryAway: ContinuousClock.Instant?
    /// What was reported last.
    var reported: Bool?
  }

  init(
    _ server: ConnectionString, primary: PostgresPool, settings: ReplicaSettings, writes: WriteCount,
    report: @escaping @Sendable (ReplicaReport) -> Void
  ) {
    var server = server
    // Where nobody answers the primary should be asked soon.
    if server["connect_timeout"] == nil { server["connect_timeout"] = "3" }
    if server["tcp_user_timeout"] == nil { server["tcp_user_timeout"] = "5000" }
    address = server.address
    pool = PostgresPool(
      connectionURL: server.text, size: settings.sessions, statementTimeout: .seconds(60), observer: settings.observer)
    watching = PostgresPool(connectionURL: server.text, size: 1, statementTimeout: .seconds(5))
    self.primary = primary
    self.settings = settings
    self.writes = writes
    self.report = report
  }

  /// Whether reads may come here now.
  func serves(at now: ContinuousClock.Instant) -> Bool {
    state.withLock { serves($0, at: now) }
  }

  private func serves(_ state: State, at now: ContinuousClock.Instant) -> Bool {
    guard state.fault == nil, let lag = state.progress.lag(at: now) else { return false }
    if lag <= settings.maximumLag { return state.progress.shows(writes: writes.value) }
    // Without its primary a replica is as new as anything that can be had.
    guard let away = state.primaryAway, let seen = state.seen else { return false }
    return now - away > settings.maximumLag && now - seen <= settings.maximumLag
  }

  /// A read failed for a reason of the replica's own.
  func note(_ error: PostgresError) {
    guard error.isConnectionLoss else { return }
    state.withLock { $0.fault = "it cannot be reached (\(error.description))" }
    alarm.ring()
  }

  /// This process has written something, or tried to. What is committed shows that the primary is back, before this
  /// replica's watch sees it.
  func noteWrite(isCommitted: Bool) {
    if isCommitted { state.withLock { $0.primaryAway = nil } }
    alarm.ring()
  }

  /// Asks the server once; that it cannot be reached is reported.
  func check(against primary: ServerPosition) async throws(Migrator.Refusal) {
    let objection: String?
    do throws(PostgresError) {
      objection = try await ServerPosition.read(watching).objection(against: primary)
    } catch {
      state.withLock { $0.reported = false }
      return report(ReplicaReport(address: address, isServing: false, reason: Migrator.Refusal.line(for: error)))
    }
    if let objection { throw Migrator.Refusal("\(address) is no replica of the database: \(objection)") }
  }

  // MARK: Watching

  private static let interval = Duration.seconds(1)
  /// How soon it is looked again for a write of this process, and after how long less often.
  private static let pursuitInterval = Duration.milliseconds(10)
  private static let pursuitPatience = Duration.seconds(2)

  /// Follows the replica until the task is cancelled.
  func watch() async {
    var pursuitStart = ContinuousClock.now
    while !Task.isCancelled {
      await look()
      let now = ContinuousClock.now
      let (isReachable, shows) = state.withLock { ($0.fault == nil, $0.progress.shows(writes: writes.value)) }
      if isReachable, !shows {
        let isNew = now - pursuitStart < Self.pursuitPatience
        try? await Task.sleep(for: isNew ? Self.pursuitInterval : Self.interval / 4)
      } else {
        await alarm.wait(atMost: min(Self.interval, settings.maximumLag / 4), isDeaf: !isReachable)
        pursuitStart = .now
        // Writes that come one upon the other are looked for together.
        if pursuitStart - now < Self.pursuitInterval { try? await Task.sleep(for: Self.pursuitInterval) }
      }
    }
  }

  /// Ends the sessions; ``watch()`` must have been cancelled.
  func shutdown() async {
    alarm.ring()
    await watching.shutdown()
    await pool.shutdown()
  }

  /// Asks the primary where it is, and then the replica how far it has come.
  private func look() async {
    let count = writes.value
    let start = ContinuousClock.now
    var leader: ServerPosition?
    do throws(PostgresError) {
      let position = try await ServerPosition.read(primary)
      leader = position
      state.withLock { state in
        state.primaryAway = nil
        state.progress.note(primary: position.position, writes: count, at: start)
      }
    } catch {
      state.withLock { $0.primaryAway = $0.primaryAway ?? start }
    }
    do throws(PostgresError) {
      let position = try await ServerPosition.read(watching)
      let objection = leader.flatMap { position.objection(against: $0) }
      state.withLock { state in
        state.seen = .now
        state.fault = objection
        if objection == nil { state.progress.note(replayed: position.position) }
      }
    } catch {
      state.withLock { $0.fault = "it cannot be reached (\(error.description))" }
    }
    if !Task.isCancelled { tell() }
  }

  /// Reports where the answer to whether reads come here has changed; that a write is not there yet is no news.
  private func tell() {
    let now = ContinuousClock.now
    let news = state.withLock { state -> ReplicaReport? in
      let lag = state.progress.lag(at: now)
      let isGood = serves(state, at: now) || state.fault == nil && lag.map { $0 <= settings.maximumLag } == true
      // A replica that has just been met is given the time to come.
      if !isGood, state.reported == nil, state.fault == nil, lag == nil { return nil }
      guard state.reported != isGood else { return nil }
      state.reported = isGood
      if isGood { return ReplicaReport(address: address, isServing: true, reason: nil) }
      let reason = state.fault ?? lag.map { "it is \($0.components.seconds) s behind" } ?? "it is behind"
      return ReplicaReport(address: address, isServing: false, reason: reason)
    }
    if let news { report(news) }
  }
}

/// Wakes a task that waits.
private final class Alarm: Sendable {
  private struct State {
    var hasRung = false
    var sleeper: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func ring() {
    let sleeper = state.withLock { state in
      state.hasRung = state.sleeper == nil
      return state.sleeper.take()
    }
    sleeper?.resume()
  }

  /// Waits until the alarm rings, or has rung since the last wait, or the time is over.
  ///
  /// - Parameter isDeaf: whether to wait all the time.
  func wait(atMost time: Duration, isDeaf: Bool) async {
    if isDeaf {
      try? await Task.sleep(for: time)
      return
    }
    let timer = Task {
      // A timer that was cancelled wakes nobody.
      if (try? await Task.sleep(for: time)) != nil { ring() }
    }
    await withCheckedContinuation { continuation in
      let hasRung = state.withLock { state in
        if !state.hasRung { state.sleeper = continuation }
        defer { state.hasRung = false }
        return state.hasRung
      }
      if hasRung { continuation.resume() }
    }
    timer.cancel()
  }
}
