import Synchronization

/// Single items that come faster than they can be written wait here and are written together, those of a collection by one
/// statement: one transaction, one flush of the log for all of them.
///
/// An item that comes while few of its collection are being written is not kept: it is written by itself, at once. Nobody
/// waits for time to pass, and nobody for another collection.
final class ItemQueues: Sendable {
  /// What becomes of a caller.
  enum Turn: Sendable {
    /// It writes its item itself, and then takes the next group (``next(in:)``).
    case own
    /// Its item was in a group; what came of it.
    case done(Result<WriteOutcome, StoreError>)
  }

  /// A caller whose item waits.
  struct Waiter: Sendable {
    fileprivate let number: Int
    let row: ItemRow
    /// The keys of sets in which the row's properties are registered.
    let sets: [Int64]
    fileprivate let continuation: CheckedContinuation<Turn, Never>

    /// Answers the caller; once.
    func answer(_ result: Result<WriteOutcome, StoreError>) { continuation.resume(returning: .done(result)) }
  }

  fileprivate struct Queue {
    var writes = 0
    var waiting: [Waiter] = []
  }

  fileprivate struct State {
    /// By the bytes of the collection's identifier; those that nobody writes to are not kept.
    var queues: [[UInt8]: Queue] = [:]
    var lastNumber = 0
  }

  private let state = Mutex(State())

  /// How many writes to one collection go on before the next item waits: while one is in the database, another is made up.
  fileprivate static let mostWrites = 2
  /// How much a group holds at most: what one statement should take.
  fileprivate static let mostRows = 64
  fileprivate static let mostBytes = 1 << 20
  /// How many may wait; who comes then is refused, as by the pool of sessions.
  fileprivate static let mostWaiting = 1_000

  /// Waits until the item is written with others, unless its turn has come.
  func turn(_ row: ItemRow, sets: [Int64]) async -> Turn {
    let collection = Array(row.collectionID.utf8)
    let number: Int? = state.withLock { state in
      if state.begin(collection) { return nil }
      state.lastNumber += 1
      return state.lastNumber
    }
    guard let number else { return .own }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waiter = Waiter(number: number, row: row, sets: sets, continuation: continuation)
        if let turn = state.withLock({ $0.enter(waiter, collection) }) { return continuation.resume(returning: turn) }
        // A cancel that came before found nobody.
        if Task.isCancelled { cancel(number, in: collection) }
      }
    } onCancel: {
      cancel(number, in: collection)
    }
  }

  /// The next group of a collection, for who has ended a write; where nobody waits none, and the write counts no more.
  func next(in collection: String) -> [Waiter] {
    let collection = Array(collection.utf8)
    return state.withLock { $0.takeGroup(of: collection) }
  }

  /// Sends home who waits; whose item is being written stays.
  private func cancel(_ number: Int, in collection: [UInt8]) {
    let waiter: Waiter? = state.withLock { state in
      guard let place = state.queues[collection]?.waiting.firstIndex(where: { $0.number == number }) else { return nil }
      return state.queues[collection]?.waiting.remove(at: place)
    }
    waiter?.answer(.failure(.cancelled))
  }
}

extension ItemQueues.State {
  /// Counts one more write where there may be one.
  fileprivate mutating func begin(_ collection: [UInt8]) -> Bool {
    guard queues[collection, default: ItemQueues.Queue()].writes < ItemQueues.mostWrites else { return false }
    queues[collection, default: ItemQueues.Queue()].writes += 1
    return true
  }

  /// Lets a caller wait, unless its turn is now.
  fileprivate mutating func enter(_ waiter: ItemQueues.Waiter, _ collection: [UInt8]) -> ItemQueues.Turn? {
    if begin(collection) { return .own }
    guard queues[collection]?.waiting.count ?? 0 < ItemQueues.mostWaiting else {
      return .done(.failure(.unavailable("too many items wait to be written")))
    }
    queues[collection]?.waiting.append(waiter)
    return nil
  }

  fileprivate mutating func takeGroup(of collection: [UInt8]) -> [ItemQueues.Waiter] {
    guard var queue = queues[collection] else { return [] }
    // Of two items with one identifier the second waits on: what became of the first is then known.
    var identities: Set<[UInt8]> = []
    var bytes = 0
    var group: [ItemQueues.Waiter] = []
    var rest: [ItemQueues.Waiter] = []
    for waiter in queue.waiting {
      bytes += waiter.row.size
      let fits = group.isEmpty || group.count < ItemQueues.mostRows && bytes <= ItemQueues.mostBytes
      if fits, identities.insert(waiter.row.identity).inserted { group.append(waiter) } else { rest.append(waiter) }
    }
    queue.waiting = rest
    if group.isEmpty { queue.writes -= 1 }
    queues[collection] = queue.writes == 0 ? nil : queue
    return group
  }
}
