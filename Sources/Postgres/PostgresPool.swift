import Synchronization

/// A bounded number of sessions, lent one at a time.
///
/// A session that turns out dead connects again before anything is sent through it, so that a restart of the server is
/// not seen by the request after it. Waiting is bounded in number and time: beyond that the pool refuses. Who waits is
/// served in the order of coming.
public final class PostgresPool: Sendable {
  private let connectionURL: String
  private let applicationName: String
  private let statementTimeout: Duration?
  private let observer: (any StatementObserver)?
  private let size: Int
  private let patience: Duration
  private let waitingLimit: Int
  private let state = Mutex(State())

  private struct State {
    /// Sessions that nobody uses, the one to lend next at the end; those without a connection come first.
    var idle: [PostgresSession] = []
    /// Sessions that are idle or lent.
    var count = 0
    /// In the order of coming, and so of their deadlines.
    var waiting: [Waiter] = []
    var lastNumber = 0
    /// Whether a task watches the deadlines.
    var isWatched = false
    var isClosed = false
  }

  private struct Waiter {
    let number: Int
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Answer, Never>
  }

  private enum Answer: Sendable {
    case session(PostgresSession)
    case refused(PostgresError.Reason)
  }

  /// What a caller finds when it comes.
  private enum Arrival {
    case answer(Answer)
    /// There may be one more session, which the caller makes.
    case place
    case mustWait
  }

  /// - Parameters:
  ///   - connectionURL: a libpq connection string or URL.
  ///   - applicationName: what the sessions are called in `pg_stat_activity`, unless the connection string says it.
  ///   - size: how many sessions there may be.
  ///   - patience: how long a caller waits for a session before it is refused.
  ///   - waitingLimit: how many callers may wait.
  ///   - statementTimeout: how long a statement may take; nil leaves it to the server's settings.
  ///   - observer: is told of every statement.
  public init(
    connectionURL: String, applicationName: String = "gnomon", size: Int = 8, patience: Duration = .seconds(10),
    waitingLimit: Int = 1_000, statementTimeout: Duration? = nil, observer: (any StatementObserver)? = nil
  ) {
    self.connectionURL = connectionURL
    self.applicationName = applicationName
    self.statementTimeout = statementTimeout
    self.observer = observer
    self.size = size
    self.patience = patience
    self.waitingLimit = waitingLimit
  }

  /// Lends a session to a body.
  ///
  /// - Throws: what the body throws; ``PostgresError`` `poolExhausted`, `poolClosed`, `connectionFailed`, `cancelled`.
  public func withSession<Result: Sendable>(
    _ body: @Sendable (isolated PostgresSession) throws(PostgresError) -> Result
  ) async throws(PostgresError) -> Result {
    let session = try await take()
    let loan = await session.lend(body)
    if giveBack(session, isConnected: loan.isConnected) { await session.close() }
    return try loan.outcome.get()
  }

  /// How the pool is used now.
  public var usage: PoolUsage {
    state.withLock {
      PoolUsage(size: size, lent: $0.count - $0.idle.count, idle: $0.idle.count, waiting: $0.waiting.count)
    }
  }

  /// Closes idle sessions at once and lent ones when they come back.
  public func shutdown() async {
    let (waiting, idle) = state.withLock { state in
      state.isClosed = true
      defer {
        state.waiting = []
        state.idle = []
      }
      return (state.waiting, state.idle)
    }
    for waiter in waiting { waiter.continuation.resume(returning: .refused(.poolClosed)) }
    for session in idle { await session.close() }
  }

  private func take() async throws(PostgresError) -> PostgresSession {
    switch arrive() {
    case .answer(let answer): return try session(of: answer)
    case .place: return makeSession()
    case .mustWait: return try session(of: await wait())
    }
  }

  private func session(of answer: Answer) throws(PostgresError) -> PostgresSession {
    switch answer {
    case .session(let session): return session
    case .refused(let reason): throw PostgresError(reason: reason, function: "take")
    }
  }

  private func makeSession() -> PostgresSession {
    PostgresSession(
      unconnectedTo: connectionURL, applicationName: applicationName, statementTimeout: statementTimeout,
      observer: observer)
  }

  /// Takes a session or a place for one, or waits with the continuation where there is none.
  private func arrive(waiting continuation: (Int, CheckedContinuation<Answer, Never>)? = nil) -> Arrival {
    state.withLock { state in
      if state.isClosed { return .answer(.refused(.poolClosed)) }
      if let session = state.idle.popLast() { return .answer(.session(session)) }
      if state.count < size {
        state.count += 1
        return .place
      }
      if state.waiting.count >= waitingLimit { return .answer(.refused(.poolExhausted)) }
      if let (number, continuation) = continuation {
        state.waiting.append(
          Waiter(number: number, deadline: ContinuousClock.now + patience, continuation: continuation))
      }
      return .mustWait
    }
  }

  /// Hands a session on to who waits longest, or keeps it; true where it must be closed.
  private func giveBack(_ session: PostgresSession, isConnected: Bool) -> Bool {
    let (waiter, isClosed) = state.withLock { state -> (Waiter?, Bool) in
      if state.isClosed {
        state.count -= 1
        return (nil, true)
      }
      if !state.waiting.isEmpty { return (state.waiting.removeFirst(), false) }
      state.idle.insert(session, at: isConnected ? state.idle.endIndex : 0)
      return (nil, false)
    }
    waiter?.continuation.resume(returning: .session(session))
    return isClosed
  }
}

/// How many sessions of a pool are used, and how many callers wait for one.
public struct PoolUsage: Sendable, Hashable {
  /// How many sessions there may be.
  public let size: Int
  public let lent: Int
  public let idle: Int
  public let waiting: Int
}

// MARK: Waiting

extension PostgresPool {
  private func wait() async -> Answer {
    let number = state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        switch arrive(waiting: (number, continuation)) {
        case .answer(let answer): continuation.resume(returning: answer)
        case .place: continuation.resume(returning: .session(makeSession()))
        case .mustWait:
          // A cancel that came before found nobody to refuse.
          if Task.isCancelled { cancel(number) }
          watch()
        }
      }
    } onCancel: {
      cancel(number)
    }
  }

  private func cancel(_ number: Int) {
    let waiter = state.withLock { state in
      state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
    }
    waiter?.continuation.resume(returning: .refused(.cancelled))
  }

  /// Sees to it that one task watches the deadlines as long as anyone waits.
  private func watch() {
    let mustStart = state.withLock { state in
      defer { state.isWatched = true }
      return !state.isWatched
    }
    guard mustStart else { return }
    Task.detached { [weak self] in
      while let deadline = self?.refuseExpired() {
        try? await Task.sleep(until: deadline, clock: .continuous)
      }
    }
  }

  /// Refuses who has waited too long.
  ///
  /// - Returns: the next deadline, nil where nobody waits.
  private func refuseExpired() -> ContinuousClock.Instant? {
    let now = ContinuousClock.now
    let (expired, next) = state.withLock { state in
      let count = state.waiting.firstIndex { $0.deadline > now } ?? state.waiting.endIndex
      let expired = Array(state.waiting[..<count])
      state.waiting.removeFirst(count)
      state.isWatched = !state.waiting.isEmpty
      return (expired, state.waiting.first?.deadline)
    }
    for waiter in expired { waiter.continuation.resume(returning: .refused(.poolExhausted)) }
    return next
  }
}
