import Synchronization

/// How many items all collections have, kept for a moment: to sum up what is known of each of very many takes some time.
final class ItemCountMemory: Sendable {
  private struct State {
    var count: Int?
    var expires = ContinuousClock.now
    /// How many writes there were through this store.
    var writes = 0
  }

  private let state = Mutex(State())
  /// As long as answers that many ask for are kept.
  private static var life: Duration { .milliseconds(200) }

  /// The number, read where it is not known.
  func value<Failure: Error>(_ read: () throws(Failure) -> Int) throws(Failure) -> Int {
    let (known, writes) = state.withLock { state in (state.expires > .now ? state.count : nil, state.writes) }
    if let known { return known }
    let count = try read()
    state.withLock { state in
      // What was written meanwhile may not be counted.
      guard state.writes == writes else { return }
      state.count = count
      state.expires = .now + Self.life
    }
    return count
  }

  /// Forgets it: something was written.
  func forget() {
    state.withLock { state in
      state.count = nil
      state.writes += 1
    }
  }
}
