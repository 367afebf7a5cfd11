/// Is told of every statement that a pool's sessions have run.
public protocol StatementObserver: Sendable {
  /// A statement has returned, with rows or with an error; its time includes the way to the server and back.
  ///
  /// Called on the session's thread in the context of the task that ran the statement, so that task-local values are
  /// those of that task. The session waits for the return.
  ///
  /// - Parameters:
  ///   - text: the statement with `$1`, `$2`, … in place of its values, which is written where it is asked for.
  ///   - duration: how long it took.
  ///   - rows: how many rows came back, 0 where it failed.
  func finished(_ text: @autoclosure () -> String, after duration: Duration, rows: Int)
}
