/// Asks again until a condition holds, for a minute at most.
public func eventually(
  isolation: isolated (any Actor)? = #isolation, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + .seconds(60)
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw NeverHappened() }
  }
}

/// What a test waits for has not come.
public struct NeverHappened: Error {}
