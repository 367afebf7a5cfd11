import CatalogFiles
import Foundation
import StacModel
import Synchronization

/// Reads a source and puts its documents into a target: one reader, many jobs, each a batch at a time from text to commit.
struct CatalogLoad: Sendable {
  let source: any DocumentSource
  let target: any LoadTarget
  /// Proves models before they are put in; nil where the target does.
  let proof: ModelProof?
  /// How many batches are worked on at once.
  let jobs: Int
  /// How many items are written at once.
  let batchSize: Int

  func run(restart: Bool) async throws -> LoadSummary {
    let state = try await begin(anew: restart)
    let progress = LoadProgress(items: state.counts.items)
    let tally = Mutex(LoadSummary(counts: state.counts, before: state.counts))
    defer { progress.clear() }
    try await work(from: state.step, progress, tally)
    try await target.finish()
    return tally.withLock { summary in
      summary.seconds = progress.elapsed / .seconds(1)
      return summary
    }
  }

  /// Finds out from where to read.
  private func begin(anew: Bool) async throws -> LoadState {
    let fingerprint = try await source.fingerprint()
    let state = try await target.begin(source: source.name, fingerprint: fingerprint, anew: anew)
    if state.sourceHasChanged {
      Progress.write("The source has changed since its load was interrupted; it is loaded from the beginning.\n")
    }
    do {
      try await source.begin(at: state.position)
    } catch let lost as PositionLost {
      Progress.write("The load cannot go on where it was interrupted (\(lost)); it begins anew.\n")
      let fresh = try await target.begin(source: source.name, fingerprint: fingerprint, anew: true)
      try await source.begin(at: nil)
      return fresh
    }
    if state.step > 0 {
      Progress.write(
        "Going on with \(source.title) behind \(state.counts.items.grouped) items (--restart begins anew).\n")
    }
    return state
  }

  private func work(from step: Int64, _ progress: LoadProgress, _ tally: borrowing Mutex<LoadSummary>) async throws {
    let queue = BatchQueue(capacity: 2)
    let order = BatchOrder(first: step + 1)
    let failure = FirstFailure()
    let outcomes = await withTaskGroup(of: Void.self, returning: [BatchOutcome].self) { group in
      group.addTask { await read(into: queue, from: step, failure) }
      let results = BatchOutcomes()
      let turns = BatchTurns(most: jobs)
      let job = BatchJob(target: target, proof: proof, order: order, batchSize: batchSize, progress: progress)
      for _ in 0..<jobs {
        group.addTask {
          var isAtEnd = false
          while !isAtEnd, !failure.isSet {
            if turns.mustLook, let isAlone = try? await target.isAlone() { turns.note(isAlone: isAlone) }
            // Who has a turn takes the next batch: batches wait for those before them.
            isAtEnd = await turns.take { await work(onNextOf: queue, job, results, failure) }
          }
        }
      }
      await group.waitForAll()
      return results.all
    }
    tally.withLock { summary in for outcome in outcomes { summary.add(outcome) } }
    try failure.rethrow()
  }

  /// Takes the next batch from text to commit; true where there is none.
  private func work(
    onNextOf queue: BatchQueue, _ job: BatchJob, _ results: BatchOutcomes, _ failure: FirstFailure
  ) async -> Bool {
    guard let (number, batch) = await queue.take(), !failure.isSet else { return true }
    do {
      results.add(try await job.run(batch, number: number))
    } catch {
      // The first failure ends all; what is committed stays and is remembered.
      failure.set(error)
      await job.order.abandon()
      await queue.end()
    }
    return false
  }

  private func read(into queue: BatchQueue, from step: Int64, _ failure: FirstFailure) async {
    var number = step
    do {
      while !failure.isSet, let batch = try await source.next() {
        number += 1
        await queue.put(batch, number: number)
      }
    } catch let error as SourceFailure {
      failure.set(CommandFailure("\(error)\nNothing is lost: run the same command again to go on."), afterwards: true)
    } catch {
      failure.set(error, afterwards: true)
    }
    await queue.end()
  }
}

/// What went wrong first.
private final class FirstFailure: Sendable {
  private let state = Mutex<(error: (any Error)?, stops: Bool)>((nil, false))

  /// Whether the jobs are to stop at once.
  var isSet: Bool { state.withLock(\.stops) }

  /// - Parameter afterwards: whether what was read before is still to be put in.
  func set(_ error: any Error, afterwards: Bool = false) {
    state.withLock { state in
      state.error = state.error ?? error
      if !afterwards { state.stops = true }
    }
  }

  func rethrow() throws {
    if let error = state.withLock(\.error) { throw error }
  }
}

/// What became of batches, in whatever order they were done.
private final class BatchOutcomes: Sendable {
  private let outcomes = Mutex<[BatchOutcome]>([])

  var all: [BatchOutcome] { outcomes.withLock(\.self) }

  func add(_ outcome: BatchOutcome) {
    outcomes.withLock { outcomes in
      guard let last = outcomes.indices.last else { return outcomes.append(outcome) }
      // One sum is kept, not an entry a batch.
      outcomes[last] += outcome
    }
  }
}

extension LoadSummary {
  fileprivate mutating func add(_ outcome: BatchOutcome) {
    counts += outcome.counts
    warningCount += outcome.warningCount
    warnings += outcome.warnings.prefix(max(0, Self.shown - warnings.count))
  }
}
