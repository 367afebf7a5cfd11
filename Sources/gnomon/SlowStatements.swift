import Logging
import Postgres
import StacAPI

/// Says in the log which statements took too long, and for which request.
struct SlowStatements: StatementObserver {
  /// How long a statement may take.
  let limit: Duration
  let logger: Logger

  func finished(_ text: @autoclosure () -> String, after duration: Duration, rows: Int) {
    guard duration >= limit else { return }
    let milliseconds = duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
    var metadata: Logger.Metadata = [
      "milliseconds": .string(String(milliseconds)), "rows": .string(String(rows)),
      "statement": .string(String(text().prefix(16_384))),
    ]
    if let request = RequestTrace.current {
      metadata["id"] = .string(request.id)
      metadata["method"] = .string(request.method)
      metadata["target"] = .string(String(request.target.prefix(2_048)))
    }
    logger.warning("slow statement", metadata: metadata)
  }
}
