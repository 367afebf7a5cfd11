import CatalogFiles

/// Batches that were read and that nobody has worked on yet: as many as the capacity, so that reading waits.
actor BatchQueue {
  private let capacity: Int
  private var batches: [(number: Int64, batch: DocumentBatch)] = []
  private var isAtEnd = false
  private var readers: [CheckedContinuation<Void, Never>] = []
  private var writers: [CheckedContinuation<Void, Never>] = []

  init(capacity: Int) { self.capacity = capacity }

  /// Adds a batch as soon as there is room.
  func put(_ batch: DocumentBatch, number: Int64) async {
    while batches.count >= capacity, !isAtEnd { await withCheckedContinuation { writers.append($0) } }
    batches.append((number, batch))
    if !readers.isEmpty { readers.removeFirst().resume() }
  }

  /// The next batch, nil at the end.
  func take() async -> (number: Int64, batch: DocumentBatch)? {
    while batches.isEmpty {
      if isAtEnd { return nil }
      await withCheckedContinuation { readers.append($0) }
    }
    if !writers.isEmpty { writers.removeFirst().resume() }
    return batches.removeFirst()
  }

  /// Says that nothing comes any more; what is there is still taken.
  func end() {
    isAtEnd = true
    for waiting in readers + writers { waiting.resume() }
    (readers, writers) = ([], [])
  }
}
