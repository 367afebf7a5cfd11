import Synchronization

/// How many batches are worked on at once: as many as there are jobs while nobody else uses the database, and one while
/// somebody does, so that searches find a processor: the loader's and the database's parts take turns then.
final class BatchTurns: Sendable {
  private struct State {
    var isAlone = true
    var lastLook = ContinuousClock.now - BatchTurns.pause
    var running = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  /// How long an answer to whether somebody else is there holds.
  private static let pause = Duration.milliseconds(50)

  private let most: Int
  private let state = Mutex(State())

  /// - Parameter most: how many batches are worked on at once where nobody else is there.
  init(most: Int) { self.most = most }

  /// Whether it is time to ask who else uses the database; true for one of those that ask at once.
  var mustLook: Bool {
    state.withLock { state in
      guard most > 1, ContinuousClock.now - state.lastLook >= Self.pause else { return false }
      state.lastLook = ContinuousClock.now
      return true
    }
  }

  /// Notes whether nobody else uses the database.
  func note(isAlone: Bool) {
    state.withLock { $0.isAlone = isAlone }
    wake()
  }

  /// Calls a body when it is its turn; those that wait come in order.
  func take<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    await withCheckedContinuation { continuation in
      state.withLock { $0.waiting.append(continuation) }
      wake()
    }
    defer {
      state.withLock { $0.running -= 1 }
      wake()
    }
    return try await body()
  }

  private func wake() {
    let woken = state.withLock { state in
      let free = max(0, (state.isAlone ? most : 1) - state.running)
      let woken = Array(state.waiting.prefix(free))
      state.waiting.removeFirst(woken.count)
      state.running += woken.count
      return woken
    }
    for continuation in woken { continuation.resume() }
  }
}
