import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct ObserverTests {
  @TaskLocal private static var request = "none"

  /// Remembers what it is told, with the request of the task.
  private final class Recorder: StatementObserver {
    struct Entry: Equatable {
      let request: String
      let text: String
      let rows: Int
    }

    private let state = Mutex<(entries: [Entry], longest: Duration)>(([], .zero))

    func finished(_ text: @autoclosure () -> String, after duration: Duration, rows: Int) {
      let entry = Entry(request: ObserverTests.request, text: text(), rows: rows)
      state.withLock {
        $0.entries.append(entry)
        $0.longest = max($0.longest, duration)
      }
    }

    var entries: [Entry] { state.withLock { $0.entries } }
    var longest: Duration { state.withLock { $0.longest } }
  }

  @Test func `Each statement is told of, in the context of its task`() async throws {
    let recorder = Recorder()
    let pool = PostgresPool(
      connectionURL: try await TestCluster.shared.emptyDatabase(), size: 1, observer: recorder)
    try await Self.$request.withValue("first") {
      _ = try await pool.withSession { session throws(PostgresError) in
        try session.query("SELECT generate_series(1, \(3)), pg_sleep(\(0.01))").count
      }
    }
    await #expect(throws: PostgresError.self) {
      try await pool.withSession { session throws(PostgresError) in _ = try session.query("SELECT 1 / \(0)") }
    }
    #expect(
      recorder.entries == [
        .init(request: "first", text: "SELECT generate_series(1, $1), pg_sleep($2)", rows: 3),
        .init(request: "none", text: "SELECT 1 / $1", rows: 0),
      ])
    #expect(recorder.longest > .milliseconds(30))
    await pool.shutdown()
  }

  @Test func `Scripts and copies are told of too`() async throws {
    let recorder = Recorder()
    let session = try await PostgresSession(
      connectionURL: TestCluster.shared.emptyDatabase(), observer: recorder)
    try await session.run(unsafeScript: "CREATE TABLE t (a int8)")
    var buffer = CopyBuffer()
    for number in 1...4 {
      buffer.startRow(fieldCount: 1)
      buffer.append(int8: Int64(number))
    }
    try await session.copy(unsafeStatement: "COPY t FROM STDIN (FORMAT binary)", buffer)
    #expect(recorder.entries.map(\.rows) == [0, 4])
  }
}
