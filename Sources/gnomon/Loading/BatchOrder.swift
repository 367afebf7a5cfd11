/// Keeps what many jobs do at once as if one had done it: of two items with one identifier the later stays.
actor BatchOrder {
  /// The identifiers of batches that are being written, by number.
  private var present: [Int64: Set<String>] = [:]
  private var nextToEnter: Int64
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var isAbandoned = false

  /// - Parameter first: the number of the first batch.
  init(first: Int64) { nextToEnter = first }

  /// Waits until every batch before this one is known, and none that is being written has an item of this one.
  func enter(_ number: Int64, identifiers: Set<String>) async throws {
    while nextToEnter < number { try await wait() }
    present[number] = identifiers
    nextToEnter = number + 1
    wakeAll()
    while present.contains(where: { $0.key < number && !$0.value.isDisjoint(with: identifiers) }) { try await wait() }
  }

  /// Waits until every batch before this one is written.
  func waitForAll(before number: Int64) async throws {
    while present.keys.contains(where: { $0 < number }) { try await wait() }
  }

  func leave(_ number: Int64) {
    present[number] = nil
    wakeAll()
  }

  /// Sends everybody home who waits or will: a job has failed.
  func abandon() {
    isAbandoned = true
    wakeAll()
  }

  private func wait() async throws {
    guard !isAbandoned else { throw CancellationError() }
    await withCheckedContinuation { waiting.append($0) }
    guard !isAbandoned else { throw CancellationError() }
  }

  private func wakeAll() {
    let woken = waiting
    waiting = []
    for continuation in woken { continuation.resume() }
  }
}
