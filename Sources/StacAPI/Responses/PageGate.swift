import Synchronization

/// Bounds how many documents are in memory for large pages at once, so that many clients who ask for them wait for each
/// other instead of filling it.
///
/// Small pages pass without waiting.
final class PageGate: Sendable {
  /// Pages with fewer documents are not counted.
  static let smallest = 200

  private struct Waiting {
    let number: Int
    let documents: Int
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var free: Int
    var lastNumber = 0
    var waiting: [Waiting] = []
  }

  private let most: Int
  private let patience: Duration
  private let state: Mutex<State>

  /// - Parameters:
  ///   - documents: how many may be in memory at once; a page of more has the whole to itself.
  ///   - patience: how long a page waits for its turn.
  init(documents: Int = 2_000, patience: Duration = .seconds(20)) {
    most = documents
    self.patience = patience
    state = Mutex(State(free: documents))
  }

  /// Waits until a page may be read and written.
  ///
  /// - Parameter documents: the most that the page may have.
  /// - Returns: what has to be kept until the page is sent; nil for a small page.
  /// - Throws: ``APIError`` that says when to come again, where the turn does not come in time.
  func permit(for documents: Int) async throws -> PagePermit? {
    guard documents >= Self.smallest else { return nil }
    let documents = min(documents, most)
    let number = state.withLock { state -> Int? in
      guard !state.waiting.isEmpty || state.free < documents else {
        state.free -= documents
        return nil
      }
      state.lastNumber += 1
      return state.lastNumber
    }
    if let number { try await wait(number, documents) }
    return PagePermit(gate: self, documents: documents)
  }

  private func wait(_ number: Int, _ documents: Int) async throws {
    let timer = Task {
      try await Task.sleep(for: patience)
      giveUp(number)
    }
    defer { timer.cancel() }
    try await withCheckedThrowingContinuation { continuation in
      state.withLock { $0.waiting.append(Waiting(number: number, documents: documents, continuation: continuation)) }
      letIn()
    }
  }

  private func giveUp(_ number: Int) {
    let late = state.withLock { state in
      state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
    }
    late?.continuation.resume(throwing: APIError(.busy, "Too many large pages are asked for now; smaller ones pass"))
  }

  fileprivate func leave(_ documents: Int) {
    state.withLock { $0.free += documents }
    letIn()
  }

  /// Lets in whoever waits, in the order they came.
  private func letIn() {
    while let next = state.withLock({ state -> Waiting? in
      guard let first = state.waiting.first, state.free >= first.documents else { return nil }
      state.free -= first.documents
      return state.waiting.removeFirst()
    }) {
      next.continuation.resume()
    }
  }
}

/// The right to have a large page in memory; it ends with its last owner, or when it is given back.
final class PagePermit: Sendable {
  private let gate: PageGate
  private let documents: Mutex<Int>

  fileprivate init(gate: PageGate, documents: Int) {
    self.gate = gate
    self.documents = Mutex(documents)
  }

  deinit { giveBack() }

  func giveBack() {
    let held = documents.withLock { documents in
      defer { documents = 0 }
      return documents
    }
    if held > 0 { gate.leave(held) }
  }
}
