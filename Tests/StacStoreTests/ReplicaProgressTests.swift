import StacStore
import Testing

@Suite("How far a replica has come")
struct ReplicaProgressTests {
  private let start = ContinuousClock.now
  private func time(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

  @Test("What a replica shows is as old as the last place of the primary that it has replayed")
  func lag() {
    var progress = ReplicaProgress()
    #expect(progress.lag(at: start) == nil)
    progress.note(replayed: 500)
    #expect(progress.lag(at: start) == nil)
    for second in 0..<5 { progress.note(primary: Int64(100 * second), writes: 0, at: time(second)) }
    progress.note(replayed: 250)
    #expect(progress.lag(at: time(5)) == .seconds(3))
    progress.note(replayed: 400)
    #expect(progress.lag(at: time(5)) == .seconds(1))
  }

  @Test("A primary without writes makes no replica look old")
  func idle() {
    var progress = ReplicaProgress()
    for second in 0..<100 {
      progress.note(primary: 7, writes: 0, at: time(second))
      progress.note(replayed: 7)
    }
    #expect(progress.lag(at: time(100)) == .seconds(1))
  }

  @Test("A write is shown once a place that was noted after it is replayed")
  func writes() {
    var progress = ReplicaProgress()
    #expect(!progress.shows(writes: 0))
    progress.note(primary: 10, writes: 0, at: time(0))
    progress.note(primary: 20, writes: 1, at: time(1))
    progress.note(replayed: 19)
    #expect(progress.shows(writes: 0) && !progress.shows(writes: 1))
    progress.note(replayed: 20)
    #expect(progress.shows(writes: 1) && !progress.shows(writes: 2))
  }

  @Test("A primary that goes back in its log begins anew")
  func restoration() {
    var progress = ReplicaProgress()
    progress.note(primary: 1_000, writes: 0, at: time(0))
    progress.note(replayed: 1_000)
    progress.note(primary: 500, writes: 0, at: time(1))
    #expect(progress.lag(at: time(2)) == nil && !progress.shows(writes: 0))
    progress.note(replayed: 500)
    #expect(progress.lag(at: time(2)) == .seconds(1))
  }

  @Test("A long wait is remembered in little, and what is proven is never newer than it is")
  func waiting() throws {
    var progress = ReplicaProgress()
    for second in 0..<5_000 { progress.note(primary: Int64(second), writes: second, at: time(second)) }
    progress.note(replayed: 2_500)
    let lag = try #require(progress.lag(at: time(5_000)))
    #expect(lag >= .seconds(2_500) && lag < .seconds(2_600))
    #expect(!progress.shows(writes: 2_501))
    progress.note(primary: 5_000, writes: 5_000, at: time(5_000))
    progress.note(replayed: 5_000)
    #expect(progress.shows(writes: 5_000))
  }
}
