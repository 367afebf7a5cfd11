import CatalogFiles
import MLMExtension
import StacModel

/// What became of one batch, or of several.
struct BatchOutcome: Sendable {
  var counts = LoadCounts()
  var warningCount = 0
  /// The first warnings.
  var warnings: [String] = []

  static func += (left: inout BatchOutcome, right: BatchOutcome) {
    left.counts += right.counts
    left.warningCount += right.warningCount
    left.warnings += right.warnings.prefix(max(0, LoadSummary.shown - left.warnings.count))
  }
}

/// Takes one batch from text to commit.
struct BatchJob: Sendable {
  let target: any LoadTarget
  let proof: ModelProof?
  let order: BatchOrder
  let batchSize: Int
  let progress: LoadProgress

  /// An item and where it stands.
  private struct Placed {
    let item: Item
    let place: String

    func refused(_ message: String, pointer: String = "") -> RefusedDocument {
      RefusedDocument(
        place: place, collection: item.collectionID, id: item.id, pointer: pointer, message: message)
    }
  }

  /// What is in hand of a batch.
  private struct Work {
    var collections: [(collection: Collection, place: String)] = []
    var items: [Placed] = []
    var refusals: [RefusedDocument] = []
    var outcome = BatchOutcome()

    mutating func refuse(_ refusals: [RefusedDocument]) {
      self.refusals += refusals
      outcome.counts.refused += 1
    }

    mutating func warn(_ text: String) {
      outcome.warningCount += 1
      if outcome.warnings.count < LoadSummary.shown { outcome.warnings.append(text) }
    }
  }

  func run(_ batch: DocumentBatch, number: Int64) async throws -> BatchOutcome {
    var work = parse(batch)
    await checkModels(&work)
    try await order.enter(
      number, identifiers: Set(work.items.map { "\($0.item.collectionID ?? "")\u{0}\($0.item.id)" }))
    try await writeCollections(&work)
    try await write(&work, number: number, position: batch.position)
    await order.leave(number)
    progress.add(items: work.outcome.counts.items, fraction: batch.progress)
    return work.outcome
  }

  private func parse(_ batch: DocumentBatch) -> Work {
    var work = Work()
    for refusal in batch.refused { work.refuse([refusal]) }
    for document in batch.documents {
      let contents = document.contents()
      work.collections += contents.collections.map { ($0, document.place) }
      work.items += contents.items.map { Placed(item: $0, place: document.place) }
      work.outcome.counts.skipped += contents.skipped
      work.outcome.counts.refused += contents.refusedCount
      work.refusals += contents.refused
    }
    return work
  }

  /// Refuses what a server refuses of models: what a schema does not accept, and versions of the extension that are not
  /// known. What else is doubtful is a warning.
  private func checkModels(_ work: inout Work) async {
    let collections = work.collections
    work.collections = collections.filter { collection, place in
      let faults = MLMExtension.validate(collection).faults
      if faults.isEmpty { return true }
      work.refuse(
        faults.map {
          RefusedDocument(place: place, id: collection.id, pointer: $0.pointer.description, message: $0.sentence)
        })
      return false
    }
    guard work.items.contains(where: \.item.declaresModel) else { return }
    var kept: [Placed] = []
    for placed in work.items {
      guard placed.item.declaresModel, MLMExtension.isDeclared(by: placed.item) else {
        kept.append(placed)
        continue
      }
      let findings = MLMExtension.validate(placed.item)
      let faults = findings.faults
      guard faults.isEmpty else {
        work.refuse(faults.map { placed.refused($0.sentence, pointer: $0.pointer.description) })
        continue
      }
      for bar in findings.runBars where bar.severity == .warning { work.warn("\(placed.item.id): \(bar)") }
      // No more jobs run at once than may prove a model.
      let files = try? await proof?.files(of: placed.item)
      for finding in files?.findings ?? [] { work.warn("\(placed.item.id): \(finding)") }
      kept.append(placed)
    }
    work.items = kept
  }

  /// Puts the collections in, all at once, or singly where one of them is refused.
  private func writeCollections(_ work: inout Work) async throws {
    let collections = work.collections
    if collections.isEmpty { return }
    do {
      try await patiently { try await target.put(collections.map(\.collection)) }
      work.outcome.counts.collections += collections.count
    } catch is DestinationRefusal {
      for (collection, place) in collections {
        do {
          try await patiently { try await target.put([collection]) }
          work.outcome.counts.collections += 1
        } catch let refusal as DestinationRefusal {
          work.refuse([RefusedDocument(place: place, id: collection.id, message: refusal.reason)])
        }
      }
    }
  }

  /// Puts the items in, and with the last of them the note that the batch is in.
  private func write(_ work: inout Work, number: Int64, position: String) async throws {
    var rest = work.items[...]
    while rest.count > batchSize {
      let chunk = Array(rest.prefix(batchSize))
      do {
        try await patiently { try await target.put(chunk.map(\.item), note: nil) }
        work.outcome.counts.items += chunk.count
      } catch is DestinationRefusal {
        try await settle(chunk, &work, number: number)
      }
      rest = rest.dropFirst(batchSize)
    }
    let last = Array(rest)
    do {
      var counts = work.outcome.counts
      counts.items += last.count
      let note = LoadNote(number: number, position: position, counts: counts, refusals: work.refusals)
      try await patiently { try await target.put(last.map(\.item), note: note) }
      work.outcome.counts = counts
    } catch is DestinationRefusal {
      try await settle(last, &work, number: number)
      let note = LoadNote(
        number: number, position: position, counts: work.outcome.counts, refusals: work.refusals)
      try await patiently { try await target.put([], note: note) }
    }
  }

  /// Puts in what can be put in of items that were refused together, so that the faulty ones are named.
  private func settle(_ items: [Placed], _ work: inout Work, number: Int64) async throws {
    // A collection may be in a batch that is being written.
    try await order.waitForAll(before: number)
    let groups = Dictionary(grouping: items) { $0.item.collectionID ?? "" }
    for (_, members) in groups.sorted(by: { $0.key < $1.key }) { try await halve(members, &work) }
  }

  private func halve(_ items: [Placed], _ work: inout Work) async throws {
    do {
      try await patiently { try await target.put(items.map(\.item), note: nil) }
      work.outcome.counts.items += items.count
    } catch let refusal as DestinationRefusal {
      if refusal.missing != nil || items.count == 1 {
        let pointer = refusal.missing == nil ? "" : "/collection"
        for item in items { work.refuse([item.refused(refusal.reason, pointer: pointer)]) }
        return
      }
      try await halve(Array(items.prefix(items.count / 2)), &work)
      try await halve(Array(items.dropFirst(items.count / 2)), &work)
    }
  }

  /// How long a database or a server may be away before the load gives up.
  private static let patience = Duration.seconds(30)

  /// Runs a step again while the target is away for a moment, such as a restart.
  private func patiently(_ step: () async throws -> Void) async throws {
    let deadline = ContinuousClock.now + Self.patience
    var pause = Duration.milliseconds(100)
    while true {
      do {
        return try await step()
      } catch let away as TargetAway {
        guard ContinuousClock.now + pause < deadline else {
          throw CommandFailure("\(away.reason)\nNothing is lost: run the same command again to go on.")
        }
        if pause > .milliseconds(300) { progress.note("\(away.reason); trying again …") }
        try await Task.sleep(for: pause)
        pause = min(pause * 2, .seconds(2))
      }
    }
  }
}
