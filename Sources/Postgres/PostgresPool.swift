/// A bounded number of sessions, lent one at a time.
///
/// A session that turns out dead is replaced before anything is sent through it, so that a restart of the server is not
/// seen by the request after it. Waiting is bounded in number and time: beyond that the pool refuses.
public actor PostgresPool {
  private let connectionURL: String
  private let statementTimeout: Duration?
  private let observer: (any StatementObserver)?
  private let size: Int
  private let patience: Duration
  private let waitingLimit: Int
  private var idle: [PostgresSession] = []
  /// Sessions that are idle, lent or being opened.
  private var count = 0
  private var waiting: [(number: Int, continuation: CheckedContinuation<Bool, Never>)] = []
  private var lastNumber = 0
  private var isClosed = false

  /// - Parameters:
  ///   - connectionURL: a libpq connection string or URL.
  ///   - size: how many sessions there may be.
  ///   - patience: how long a caller waits for a session before it is refused.
  ///   - waitingLimit: how many callers may wait.
  ///   - statementTimeout: how long a statement may take; nil leaves it to the server's settings.
  ///   - observer: is told of every statement.
  public init(
    connectionURL: String, size: Int = 8, patience: Duration = .seconds(10), waitingLimit: Int = 1_000,
    statementTimeout: Duration? = nil, observer: (any StatementObserver)? = nil
  ) {
    self.connectionURL = connectionURL
    self.statementTimeout = statementTimeout
    self.observer = observer
    self.size = size
    self.patience = patience
    self.waitingLimit = waitingLimit
  }

  /// Lends a session to a body.
  ///
  /// - Throws: what the body throws; ``PostgresError`` `poolExhausted`, `poolClosed`, `connectionFailed`, `cancelled`.
  public nonisolated func withSession<Result: Sendable>(
    _ body: @Sendable (isolated PostgresSession) throws(PostgresError) -> Result
  ) async throws(PostgresError) -> Result {
    let session = try await take()
    do throws(PostgresError) {
      let result = try await session.perform(body)
      await giveBack(session)
      return result
    } catch {
      await giveBack(session)
      throw error
    }
  }

  /// Closes idle sessions at once and lent ones when they come back.
  public func shutdown() async {
    isClosed = true
    for waiter in waiting { waiter.continuation.resume(returning: false) }
    waiting = []
    let sessions = idle
    idle = []
    for session in sessions { await session.close() }
  }

  private func take() async throws(PostgresError) -> PostgresSession {
    let deadline = ContinuousClock.now + patience
    var isFirstInLine = false
    while true {
      guard !isClosed else { throw PostgresError(reason: .poolClosed, function: "take") }
      if let session = idle.popLast() {
        if await session.isUsable { return session }
        await session.close()
        count -= 1
        continue
      }
      if count < size { return try await open() }
      try await wait(until: deadline, isFirstInLine: isFirstInLine)
      isFirstInLine = true
    }
  }

  private func open() async throws(PostgresError) -> PostgresSession {
    count += 1
    do throws(PostgresError) {
      return try await PostgresSession(
        connectionURL: connectionURL, statementTimeout: statementTimeout, observer: observer)
    } catch {
      count -= 1
      wakeOne()
      throw error
    }
  }

  private func giveBack(_ session: PostgresSession) async {
    if !isClosed, await session.isUsable {
      idle.append(session)
    } else {
      await session.close()
      count -= 1
    }
    wakeOne()
  }

  private func wakeOne() {
    guard !waiting.isEmpty else { return }
    waiting.removeFirst().continuation.resume(returning: true)
  }

  /// Waits until a session may be free; who was woken and found it taken again waits at the head of the line.
  private func wait(until deadline: ContinuousClock.Instant, isFirstInLine: Bool) async throws(PostgresError) {
    guard isFirstInLine || waiting.count < waitingLimit else {
      throw PostgresError(reason: .poolExhausted, function: "wait")
    }
    lastNumber += 1
    let number = lastNumber
    let timer = Task {
      try? await Task.sleep(until: deadline, clock: .continuous)
      giveUp(number)
    }
    let woken = await withTaskCancellationHandler {
      await withCheckedContinuation { waiting.insert((number, $0), at: isFirstInLine ? 0 : waiting.endIndex) }
    } onCancel: {
      Task { await self.giveUp(number) }
    }
    timer.cancel()
    if Task.isCancelled {
      if woken { wakeOne() }
      throw PostgresError(reason: .cancelled, function: "wait")
    }
    guard woken else { throw PostgresError(reason: isClosed ? .poolClosed : .poolExhausted, function: "wait") }
  }

  private func giveUp(_ number: Int) {
    guard let index = waiting.firstIndex(where: { $0.number == number }) else { return }
    waiting.remove(at: index).continuation.resume(returning: false)
  }
}
