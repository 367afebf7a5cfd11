/// How far a replica has followed its primary.
///
/// The primary's place in its log is noted with the time and with the number of writes that this process had finished; where
/// the replica has replayed a place, it shows all that was committed up to its time. All times are of this process's
/// clock: the clocks of the servers decide nothing.
public struct ReplicaProgress: Sendable {
  private struct Sample {
    let time: ContinuousClock.Instant
    let writes: Int
    /// Bytes of the log that were safe on the primary's disk.
    let position: Int64
  }

  /// The most places that are remembered; beyond, every other one is forgotten, and only every other one is added.
  private static let most = 512

  /// What the replica has not been seen to have replayed, oldest first.
  private var pending: [Sample] = []
  /// The last place, where it is not among those.
  private var newest: Sample?
  /// Of how many places one is remembered, and how many were passed over since the last one.
  private var stride = 1
  private var skipped = 0
  private var proven: Sample?

  public init() {}

  /// Notes where the primary is.
  ///
  /// - Parameters:
  ///   - writes: how many writes this process had finished before the primary was asked.
  ///   - time: when it was asked.
  public mutating func note(primary position: Int64, writes: Int, at time: ContinuousClock.Instant) {
    // Another server took over, or an older state was restored: what was replayed of the former log proves nothing.
    if let last = newest ?? pending.last ?? proven, position < last.position { self = ReplicaProgress() }
    let sample = Sample(time: time, writes: writes, position: position)
    skipped += 1
    guard skipped >= stride else {
      newest = sample
      return
    }
    skipped = 0
    newest = nil
    pending.append(sample)
    guard pending.count > Self.most else { return }
    pending = pending.indices.filter { $0 % 2 == 0 }.map { pending[$0] }
    stride *= 2
  }

  /// Notes how far the replica has replayed the log.
  public mutating func note(replayed position: Int64) {
    if let newest, newest.position <= position {
      proven = newest
      pending = []
      self.newest = nil
    } else if let index = pending.lastIndex(where: { $0.position <= position }) {
      proven = pending[index]
      pending.removeSubrange(...index)
    }
    if pending.isEmpty { stride = 1 }
  }

  /// How old what the replica shows may be; nil where nothing is known of it.
  public func lag(at time: ContinuousClock.Instant) -> Duration? { proven.map { time - $0.time } }

  /// Whether the replica shows all that this process had written.
  ///
  /// - Parameter writes: how many writes it has finished.
  public func shows(writes: Int) -> Bool { proven.map { $0.writes >= writes } ?? false }
}
