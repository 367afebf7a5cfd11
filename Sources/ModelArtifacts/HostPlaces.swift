import Synchronization

/// Bounds how many at once have anything fetched from a host, so that a slow one keeps nobody waiting but those who need it.
///
/// Who finds no place waits in the order of coming; others overtake who waits for another host.
public final class HostPlaces: Sendable {
  /// How many may be at one host at once.
  public let capacity: Int
  /// How many may wait, at all hosts together.
  public let mostWaiting: Int
  private let state = Mutex(State())

  private struct Waiter {
    let number: Int
    let hosts: Set<String>
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct State {
    var taken: [String: Int] = [:]
    var waiting: [Waiter] = []
    var arrivals = 0

    /// Takes a place at each host, or none.
    mutating func take(_ hosts: Set<String>, of capacity: Int) -> Bool {
      guard hosts.allSatisfy({ taken[$0, default: 0] < capacity }) else { return false }
      for host in hosts { taken[host, default: 0] += 1 }
      return true
    }

    mutating func leave(_ hosts: Set<String>) {
      for host in hosts {
        let rest = taken[host, default: 1] - 1
        taken[host] = rest > 0 ? rest : nil
      }
    }
  }

  public init(capacity: Int = 4, waiting: Int = 1_000) {
    self.capacity = max(capacity, 1)
    mostWaiting = max(waiting, 0)
  }

  /// How many wait now.
  public var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// Waits for a place at each of the hosts; ``leave(_:)`` gives them back.
  ///
  /// - Parameter deadline: until when; nil for as long as it takes.
  /// - Returns: whether there are places: not where the deadline passed, the task was cancelled, or too many wait.
  public func take(_ hosts: Set<String>, until deadline: ContinuousClock.Instant?) async -> Bool {
    let number = state.withLock { state in
      state.arrivals += 1
      return state.arrivals
    }
    let alarm = deadline.map { deadline in
      Task { [self] in
        // Who is cancelled has been answered.
        guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
        giveUp(number)
      }
    }
    defer { alarm?.cancel() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { arrive(Waiter(number: number, hosts: hosts, continuation: $0), deadline) }
    } onCancel: {
      giveUp(number)
    }
  }

  /// Gives places back, to those who wait for them.
  public func leave(_ hosts: Set<String>) {
    let admitted = state.withLock { state in
      state.leave(hosts)
      var (admitted, left): ([Waiter], [Waiter]) = ([], [])
      for waiter in state.waiting {
        if state.take(waiter.hosts, of: capacity) { admitted.append(waiter) } else { left.append(waiter) }
      }
      state.waiting = left
      return admitted
    }
    for waiter in admitted { waiter.continuation.resume(returning: true) }
  }

  private func arrive(_ waiter: Waiter, _ deadline: ContinuousClock.Instant?) {
    let answer: Bool? = state.withLock { state in
      if state.take(waiter.hosts, of: capacity) { return true }
      // Who gives up after this looks for itself among the waiting.
      let isLate = deadline.map { $0 <= .now } ?? false
      if Task.isCancelled || isLate || state.waiting.count >= mostWaiting { return false }
      state.waiting.append(waiter)
      return nil
    }
    if let answer { waiter.continuation.resume(returning: answer) }
  }

  private func giveUp(_ number: Int) {
    let waiter = state.withLock { state in
      state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
    }
    waiter?.continuation.resume(returning: false)
  }
}
