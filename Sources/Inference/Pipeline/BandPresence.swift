import Synchronization

/// Of which bands a run has seen no pixel with data yet: workers look at a band until one of them has.
final class BandPresence: Sendable {
  private let missing: Mutex<Set<Int>>

  /// - Parameter count: how many readings there are.
  init(count: Int) { missing = Mutex(Set(0..<count)) }

  /// The readings without data so far.
  var absent: Set<Int> { missing.withLock { $0 } }

  /// Notes that a reading has data.
  func note(_ reading: Int) { missing.withLock { _ = $0.remove(reading) } }
}
