import Postgres
import Synchronization

/// The statements that a pool's sessions have run.
final class RecordedStatements: StatementObserver {
  let texts = Mutex<[String]>([])

  func finished(_ text: @autoclosure () -> String, after duration: Duration, rows: Int) {
    let text = text()
    texts.withLock { $0.append(text) }
  }

  /// Those since it was last asked.
  func takeAll() -> [String] {
    texts.withLock { texts in
      defer { texts = [] }
      return texts
    }
  }
}
