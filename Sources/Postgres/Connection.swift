import CPostgres
import Glibc

/// A libpq connection with its prepared statements; it belongs to one ``PostgresSession`` and never leaves its thread.
@safe
final class Connection {
  let handle: OpaquePointer
  var statements = PreparedStatements()
  var parameters = ParameterBuffer()
  var planSetting = PlanSetting()

  /// Connects, blocking.
  init(connectionURL: String, applicationName: String) throws(PostgresError) {
    guard let handle = unsafe Self.connect(to: connectionURL, as: applicationName) else {
      throw PostgresError(reason: .connectionFailed, function: "PQconnectdbParams")
    }
    unsafe self.handle = unsafe handle
    guard unsafe PQstatus(handle) == CONNECTION_OK else {
      throw PostgresError(reason: .connectionFailed, function: "PQconnectdbParams", message: lastMessage)
    }
    // Notices (a geometry that is not valid, a table that exists) are not ours to print.
    unsafe PQsetNoticeProcessor(handle, { _, _ in }, nil)
    // Plans are made for the values at hand: an index that is right for one window of space and time is wrong for another.
    // A page anywhere costs about what the next page does, on the disks of today.
    try run(
      script: """
        SET TimeZone = 'UTC'; SET jit = off; SET plan_cache_mode = \(PlanMode.custom.setting); \
        SET random_page_cost = 1.1
        """)
    planSetting.begin(.custom)
  }

  /// Parameters before `dbname` may be overridden by the connection string, those behind it override the string.
  private static func connect(to url: String, as applicationName: String) -> OpaquePointer? {
    let parameters = [
      ("connect_timeout", "10"), ("application_name", applicationName), ("dbname", url), ("client_encoding", "UTF8"),
    ]
    var names = unsafe parameters.map { unsafe UnsafePointer(strdup($0.0)) }
    var values = unsafe parameters.map { unsafe UnsafePointer(strdup($0.1)) }
    defer {
      for index in parameters.indices {
        unsafe free(UnsafeMutablePointer(mutating: names[index]))
        unsafe free(UnsafeMutablePointer(mutating: values[index]))
      }
    }
    unsafe names.append(nil)
    unsafe values.append(nil)
    return unsafe PQconnectdbParams(names, values, 1)
  }

  deinit { unsafe PQfinish(handle) }

  /// What another thread needs to cancel the running statement.
  func makeCancellation() -> Cancellation? {
    unsafe PQgetCancel(handle).map { unsafe Cancellation(takingOwnership: $0) }
  }

  var lastMessage: String { unsafe String(cString: PQerrorMessage(handle)) }

  /// Whether the server has not closed the connection, as far as can be told without a question to it.
  ///
  /// A server that closes an idle connection says so before: whatever has arrived unasked is followed by a question.
  var isUsable: Bool {
    guard isIdle else { return false }
    var descriptor = unsafe pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&descriptor, 1, 0) != 0 else { return true }
    guard unsafe PQconsumeInput(handle) == 1 else { return false }
    return (try? run(script: "")) != nil
  }

  /// Whether the connection is in order and in no transaction, as far as is known without looking for news.
  var isIdle: Bool { unsafe PQstatus(handle) == CONNECTION_OK && transactionIsIdle }

  /// Whether the session is in no transaction.
  var transactionIsIdle: Bool { unsafe PQtransactionStatus(handle) == PQTRANS_IDLE }

  /// Whether a statement of the running transaction has failed, so that it can only be rolled back.
  var transactionHasFailed: Bool { unsafe PQtransactionStatus(handle) == PQTRANS_INERROR }

  /// The version as a number: 150004 is 15.4.
  var serverVersion: Int { unsafe Int(PQserverVersion(handle)) }

  /// Runs statements without parameters, several if separated by semicolons; results are dropped.
  func run(script: String) throws(PostgresError) {
    planSetting.forget()
    _ = try unsafe result(taking: PQexec(handle, script), function: "PQexec")
  }

  /// Takes a result over, or frees it and throws the error that it tells.
  func result(taking handle: OpaquePointer?, function: String) throws(PostgresError) -> QueryResult {
    guard let handle = unsafe handle else {
      throw PostgresError(reason: .connectionLost, function: function, message: lastMessage)
    }
    let result = unsafe QueryResult(takingOwnership: handle)
    switch unsafe PQresultStatus(handle) {
    case PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return result
    case PGRES_COMMAND_OK:
      unsafe planSetting.noteEnd(of: handle, transactionIsIdle: transactionIsIdle)
      return result
    default: throw unsafe failure(handle, function: function)
    }
  }

  func failure(_ result: OpaquePointer?, function: String) -> PostgresError {
    let field = { (letter: Unicode.Scalar) -> String? in
      unsafe PQresultErrorField(result, Int32(letter.value)).map { unsafe String(cString: $0) }
    }
    guard let state = field("C") else {
      return PostgresError(reason: .connectionLost, function: function, message: lastMessage)
    }
    return PostgresError(
      reason: .server(SQLState(rawValue: state)), function: function, message: field("M") ?? lastMessage,
      detail: field("D"), hint: field("H"), constraint: field("n"))
  }
}
