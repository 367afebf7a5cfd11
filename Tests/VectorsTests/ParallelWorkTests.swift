import Dispatch
import Foundation
import Synchronization
import Testing
import Vectors

@Suite struct ParallelWorkTests {
  private struct Fault: Error, Equatable {
    let part: Int
  }

  private final class Count: Sendable {
    let value = Atomic(0)
    func add() { value.add(1, ordering: .relaxed) }
    var current: Int { value.load(ordering: .relaxed) }
  }

  @Test(arguments: [1, 2, 7])
  func resultsComeInOrderWhateverTheThreads(threads: Int) throws {
    #expect(try ParallelWork(threads: threads).map(100) { part, _ in part * part } == (0..<100).map { $0 * $0 })
    #expect(try ParallelWork(threads: threads).map(0) { part, _ in part } == [])
  }

  @Test(.timeLimit(.minutes(1)))
  func aFailureStopsTheOthersAndIsTheOneThatIsTold() {
    let begun = Count()
    let error = #expect(throws: Fault.self) {
      try ParallelWork(threads: 3).map(1_000) { part, stops in
        begun.add()
        if part == 1 { throw Fault(part: part) }
        while !stops() { sched_yield() }
        throw CancellationError()
      }
    }
    #expect(error == Fault(part: 1))
    #expect(begun.current <= 3)
  }

  @Test(.timeLimit(.minutes(1)))
  func ofSeveralFailuresTheFirstPartsIsTold() {
    let error = #expect(throws: Fault.self) {
      try ParallelWork(threads: 2).map(2) { part, stops in
        // The first waits for the second to have failed.
        if part == 0 { while !stops() { sched_yield() } }
        throw Fault(part: part)
      }
    }
    #expect(error == Fault(part: 0))
  }

  @Test(.timeLimit(.minutes(1)))
  func aMilestoneLetsGoOnWhoeverWaitsForIt() throws {
    let (milestone, before) = (Milestone(), Count())
    let counts = try ParallelWork(threads: 3).map(3) { part, stops in
      if part == 0 {
        before.add()
        milestone.reach()
      } else {
        try milestone.wait(stops)
      }
      return before.current
    }
    #expect(counts == [1, 1, 1])
  }

  @Test(.timeLimit(.minutes(1)))
  func aMilestoneThatIsNeverReachedEndsWithTheFailureBeforeIt() {
    let milestone = Milestone()
    let error = #expect(throws: Fault.self) {
      try ParallelWork(threads: 2).all([{ _ in throw Fault(part: 0) }, { stops in try milestone.wait(stops) }])
    }
    #expect(error == Fault(part: 0))
  }

  @Test(arguments: [1, 3])
  func cancelledWorkBeginsNoFurtherPart(threads: Int) {
    let begun = Count()
    #expect(throws: CancellationError.self) {
      try ParallelWork(threads: threads) { begun.current >= 5 }.map(1_000) { _, _ in begun.add() }
    }
    #expect(begun.current >= 5 && begun.current <= 5 + threads)
  }

  @Test(.timeLimit(.minutes(1)))
  func workGoesOnWhileThePoolOfDispatchIsTaken() throws {
    // More waiting blocks than the pool ever has threads; they end when the work has.
    let ended = DispatchSemaphore(value: 0)
    for _ in 0..<1_000 {
      DispatchQueue.global().async {
        ended.wait()
        ended.signal()
      }
    }
    defer { ended.signal() }
    let both = Count()
    // Two parts that wait for each other: only two threads of their own end them.
    let parts = try ParallelWork(threads: 2).map(2) { part, _ in
      both.add()
      while both.current < 2 { sched_yield() }
      return part
    }
    #expect(parts == [0, 1])
  }
}
