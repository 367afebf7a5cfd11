import ModelArtifacts
import Testing

@Suite struct HostPlacesTests {
  private static func soon(_ milliseconds: Int) -> ContinuousClock.Instant { .now + .milliseconds(milliseconds) }

  @Test func `A full host keeps those waiting who need it until their deadlines, and nobody else`() async {
    let places = HostPlaces(capacity: 2)
    for _ in 0..<2 { #expect(await places.take(["slow"], until: nil)) }
    let begin = ContinuousClock.now
    #expect(await places.take(["quick"], until: nil))
    #expect(await places.take([], until: nil))
    #expect(await !places.take(["slow"], until: begin))
    #expect(await !places.take(["slow", "quick"], until: Self.soon(30)))
    #expect(ContinuousClock.now - begin >= .milliseconds(30))
    #expect(places.waitingCount == 0)
    // Who got no place at one host holds none at the other.
    #expect(await places.take(["quick"], until: Self.soon(0)))
  }

  @Test(.timeLimit(.minutes(1))) func `A place goes to the first that waits for it`() async {
    let places = HostPlaces(capacity: 1)
    #expect(await places.take(["a", "b"], until: nil))
    async let both = places.take(["a", "b"], until: nil)
    while places.waitingCount < 1 { await Task.yield() }
    async let other = places.take(["a"], until: nil)
    while places.waitingCount < 2 { await Task.yield() }
    places.leave(["a", "b"])
    #expect(await both)
    #expect(places.waitingCount == 1)
    places.leave(["a", "b"])
    #expect(await other)
    #expect(places.waitingCount == 0)
  }

  @Test(.timeLimit(.minutes(1))) func `Who is cancelled waits no longer, and a full queue takes nobody`() async {
    let places = HostPlaces(capacity: 1, waiting: 1)
    #expect(await places.take(["a"], until: nil))
    let waiting = Task { await places.take(["a"], until: nil) }
    while places.waitingCount < 1 { await Task.yield() }
    #expect(await !places.take(["a"], until: nil))
    waiting.cancel()
    #expect(await !waiting.value)
    #expect(places.waitingCount == 0)
    places.leave(["a"])
    #expect(await places.take(["a"], until: nil))
  }
}
