public import Testing

/// Lets a few tests at a time have databases of their own, and removes these once a test has ended.
///
/// Each database takes 20 MB; those of all tests at once would take seven gigabytes of the disk.
public struct OwnDatabases: SuiteTrait, TestTrait, TestScoping {
  /// How many tests may have databases at a time.
  private static let turns = Turns(16)

  public var isRecursive: Bool { true }

  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
  ) async throws {
    await Self.turns.take()
    let names = DatabaseNames()
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await TestCluster.$ownDatabases.withValue(names) { try await function() })
    } catch {
      outcome = .failure(error)
    }
    await TestCluster.shared.drop(names.all)
    await Self.turns.giveBack()
    try outcome.get()
  }
}

extension Trait where Self == OwnDatabases {
  /// Lets a few tests at a time have databases of their own, and removes these once a test has ended.
  public static var ownDatabases: Self { OwnDatabases() }
}

/// Turns that are taken in the order of coming.
private actor Turns {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { free = count }

  func take() async {
    guard free == 0 else {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func giveBack() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
