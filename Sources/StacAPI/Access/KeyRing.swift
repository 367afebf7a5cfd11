import Glibc
import StacModel
import StacStore
import Synchronization

/// The keys of the catalog as this server knows them, never older than ``lifetime``.
///
/// A key that was made or revoked by whatever process counts here after that time. Where the database cannot say which
/// keys there are, nobody is let in.
final class KeyRing: Sendable {
  /// How old the keys may be that decide a request.
  static let lifetime = Duration.seconds(1)

  /// The keys that are not revoked.
  struct Keys: Sendable {
    private let byID: [String: APIKey]
    /// Whether there is a key of the role approver: then models are run once they are approved.
    let hasApprover: Bool

    init(_ keys: [APIKey]) {
      byID = Dictionary(keys.map { ($0.id, $0) }) { $1 }
      hasApprover = keys.contains { $0.role == .approver }
    }

    var isEmpty: Bool { byID.isEmpty }

    /// The key of a token, nil where it is not known, or its time is over.
    func key(of token: APIKeyToken) -> APIKey? {
      guard let key = byID[token.id], key.matches(token), key.isValid(at: .present) else { return nil }
      return key
    }
  }

  private struct State {
    var keys: Keys?
    /// When the keys were asked for.
    var asked = ContinuousClock.now
    /// The reading that goes on, which all wait for.
    var reading: Task<Result<Keys, StoreError>, Never>?
    /// When the use of a key was noted last.
    var noted: [String: ContinuousClock.Instant] = [:]
  }

  private let store: any APIKeyStore
  private let state = Mutex(State())
  /// How often the use of a key is noted, at most.
  private static let noteInterval = Duration.seconds(60)

  init(store: any APIKeyStore) { self.store = store }

  /// The keys as they were read last, however long ago; nil where they were never read.
  var latest: Keys? { state.withLock(\.keys) }

  /// The keys that there are.
  func keys() async throws(StoreError) -> Keys {
    let (known, reading) = state.withLock { state -> (Keys?, Task<Result<Keys, StoreError>, Never>?) in
      if let keys = state.keys, ContinuousClock.now - state.asked < Self.lifetime { return (keys, nil) }
      if state.reading == nil { state.reading = Task { await read() } }
      return (nil, state.reading)
    }
    if let known { return known }
    guard let reading else { return try await read().get() }
    return try await reading.value.get()
  }

  private func read() async -> Result<Keys, StoreError> {
    let asked = ContinuousClock.now
    do throws(StoreError) {
      let keys = Keys(try await store.standingAPIKeys())
      state.withLock { state in
        state.keys = keys
        state.asked = asked
        state.reading = nil
      }
      return .success(keys)
    } catch {
      state.withLock { $0.reading = nil }
      return .failure(error)
    }
  }

  /// Remembers, about, that a key is used; nothing waits for it.
  func note(_ key: APIKey) {
    let now = ContinuousClock.now
    let isDue = state.withLock { state in
      if let last = state.noted[key.id], now - last < Self.noteInterval { return false }
      state.noted[key.id] = now
      return true
    }
    guard isDue else { return }
    // Where the database refuses, as one that is only read does, the key works all the same.
    Task { [store] in try? await store.noteUse(ofAPIKeys: [key.id]) }
  }
}

extension Timestamp {
  /// The present.
  static var present: Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }
}
