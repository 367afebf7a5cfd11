/// One session with a PostgreSQL server, on a thread of its own: libpq blocks that thread and no other.
///
/// Cancelling a task that a pool has lent the session to cancels its statement; the connection is closed afterwards,
/// because the cancel may arrive late.
public actor PostgresSession {
  private let executor: SessionExecutor
  private let connectionURL: String
  private let applicationName: String
  private let statementTimeout: Duration?
  private let observer: (any StatementObserver)?
  private var connection: Connection?
  private var cancellation: Cancellation?

  public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  /// Connects.
  ///
  /// - Parameters:
  ///   - connectionURL: a libpq connection string or URL.
  ///   - applicationName: what it is called in `pg_stat_activity`, unless the connection string says it.
  ///   - statementTimeout: how long a statement may take; nil leaves it to the server's settings.
  ///   - observer: is told of every statement.
  /// - Throws: ``PostgresError`` with the reason `connectionFailed`.
  public init(
    connectionURL: String, applicationName: String = "gnomon", statementTimeout: Duration? = nil,
    observer: (any StatementObserver)? = nil
  ) async throws(PostgresError) {
    executor = SessionExecutor(name: "postgres-session")
    self.connectionURL = connectionURL
    self.applicationName = applicationName
    self.statementTimeout = statementTimeout
    self.observer = observer
    try connect()
  }

  /// Without a connection; the first loan makes one.
  init(
    unconnectedTo connectionURL: String, applicationName: String, statementTimeout: Duration?,
    observer: (any StatementObserver)?
  ) {
    executor = SessionExecutor(name: "postgres-session")
    self.connectionURL = connectionURL
    self.applicationName = applicationName
    self.statementTimeout = statementTimeout
    self.observer = observer
  }

  private func connect() throws(PostgresError) {
    let opened = try Connection(connectionURL: connectionURL, applicationName: applicationName)
    // A parallel worker takes longer to start than a search takes, and many clients share the processors anyway.
    var settings = "SET max_parallel_workers_per_gather = 0"
    if let statementTimeout { settings += "; SET statement_timeout = \(Int64(statementTimeout / .milliseconds(1)))" }
    try opened.run(script: settings)
    cancellation = opened.makeCancellation()
    connection = opened
  }

  /// Whether statements can be sent, as far as can be told without sending one.
  public var isUsable: Bool { connection?.isUsable == true }

  /// The server's version as a number: 150004 is 15.4.
  public var serverVersion: Int { connection?.serverVersion ?? 0 }

  /// Closes the connection.
  public func close() {
    connection = nil
    cancellation = nil
  }

  private func open() throws(PostgresError) -> Connection {
    guard let connection else { throw PostgresError(reason: .sessionUnusable, function: "query") }
    return connection
  }

  /// Runs one statement.
  ///
  /// - Parameter plan: whether it is planned for these values or once for any.
  /// - Throws: ``PostgresError``; `cancelled` where the task was cancelled.
  public func query(_ sql: SQL, plan: PlanMode = .custom) throws(PostgresError) -> [Row] {
    // A cancel that arrives between two statements finds none to stop.
    if Task.isCancelled { throw PostgresError(reason: .cancelled, function: "query") }
    return try observed(sql.rendered().text) { () throws(PostgresError) in
      let result = try open().query(sql, plan: plan)
      return (result.rows, result.rowCount)
    }
  }

  /// Runs statements of a trusted file, several if separated by semicolons.
  public func run(unsafeScript script: String) throws(PostgresError) {
    try observed(script) { () throws(PostgresError) in (try open().run(script: script), 0) }
  }

  /// Sends rows to a trusted `COPY … FROM STDIN` statement.
  ///
  /// - Parameter next: the next bytes in the statement's format, nil at the end; a throw abandons the copy.
  public func copy(
    unsafeStatement statement: String, _ next: () throws(PostgresError) -> [UInt8]?
  ) throws(PostgresError) {
    try observed(statement) { () throws(PostgresError) in ((), try open().copy(statement, next)) }
  }

  /// Runs a statement and tells the observer of it, where there is one.
  private func observed<Result>(
    _ text: @autoclosure () -> String, _ body: () throws(PostgresError) -> (Result, rowCount: Int)
  ) throws(PostgresError) -> Result {
    guard let observer else { return try body().0 }
    let start = ContinuousClock.now
    do throws(PostgresError) {
      let (result, rowCount) = try body()
      observer.finished(text(), after: ContinuousClock.now - start, rows: rowCount)
      return result
    } catch {
      observer.finished(text(), after: ContinuousClock.now - start, rows: 0)
      throw error
    }
  }

  /// Runs a body between BEGIN and COMMIT, and rolls back where it throws, or where its result is not to be kept.
  ///
  /// - Parameters:
  ///   - statement: what begins the transaction, for another isolation level.
  ///   - isKept: whether to commit what the body has come to.
  /// - Throws: what the body throws; ``PostgresError`` of BEGIN and COMMIT; `transactionFailed` where the body returned
  ///   although one of its statements had failed, for COMMIT would quietly roll back.
  public func transaction<Result>(
    beginning statement: SQL = "BEGIN", _ body: (isolated PostgresSession) throws(PostgresError) -> Result,
    keepingIf isKept: (Result) -> Bool = { _ in true }
  ) throws(PostgresError) -> Result {
    _ = try query(statement)
    let result: Result
    do throws(PostgresError) {
      result = try body(self)
    } catch {
      // Where the connection is gone there is nothing to roll back, and the body's error says so.
      rollback()
      throw error
    }
    if isKept(result) { try commit() } else { rollback() }
    return result
  }

  /// Commits, or rolls back and throws where a statement of the transaction has failed.
  public func commit() throws(PostgresError) {
    if try open().transactionHasFailed {
      rollback()
      throw PostgresError(reason: .transactionFailed, function: "COMMIT")
    }
    _ = try query("COMMIT")
  }

  /// Rolls back, in a cancelled task too; where that fails the session is not usable, and the server rolls back itself.
  public func rollback() { _ = try? open().query("ROLLBACK", plan: .custom) }

  /// What a body on a lent session came to.
  struct Loan<Value: Sendable>: Sendable {
    let outcome: Result<Value, PostgresError>
    /// Whether the session can be lent again without connecting.
    let isConnected: Bool
  }

  /// Runs a body on the session, cancelling its statement when the task is cancelled.
  ///
  /// A connection that turns out dead is replaced before, and one that cannot be lent again is closed afterwards: all
  /// that in one visit to the session's thread.
  func lend<Value: Sendable>(
    _ body: @Sendable (isolated PostgresSession) throws(PostgresError) -> Value
  ) async -> Loan<Value> {
    do throws(PostgresError) {
      if Task.isCancelled { throw PostgresError(reason: .cancelled, function: "lend") }
      if connection?.isUsable != true { try reconnect() }
    } catch {
      return Loan(outcome: .failure(error), isConnected: connection != nil)
    }
    let pursuit = cancellation.map { CancellationPursuit($0) }
    var outcome = await withTaskCancellationHandler {
      Swift.Result { () throws(PostgresError) in try body(self) }
    } onCancel: {
      pursuit?.start()
    }
    if pursuit?.end() == true {
      close()
      if case .failure = outcome { outcome = .failure(PostgresError(reason: .cancelled, function: "PQcancel")) }
    } else if connection?.isIdle != true {
      close()
    }
    return Loan(outcome: outcome, isConnected: connection != nil)
  }

  private func reconnect() throws(PostgresError) {
    close()
    try connect()
  }
}
