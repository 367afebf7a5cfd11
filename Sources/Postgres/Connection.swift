import CPostgres
import Glibc

/// A libpq connection with its prepared statements; it belongs to one ``PostgresSession`` and never leaves its thread.
@safe
final class Connection {
  private let handle: OpaquePointer
  private var statements: [StatementKey: String] = [:]
  private var statementNumber = 0

  /// How many prepared statements a session keeps before it drops them all.
  private static let statementLimit = 256

  private struct StatementKey: Hashable {
    let text: String
    let types: [UInt32]
  }

  /// Connects, blocking.
  init(connectionURL: String) throws(PostgresError) {
    guard let handle = unsafe Self.connect(to: connectionURL) else {
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
        SET TimeZone = 'UTC'; SET jit = off; SET plan_cache_mode = force_custom_plan; SET random_page_cost = 1.1
        """)
  }

  /// Parameters before `dbname` may be overridden by the connection string, those behind it override the string.
  private static func connect(to url: String) -> OpaquePointer? {
    let parameters = [
      ("connect_timeout", "10"), ("application_name", "gnomon"), ("dbname", url), ("client_encoding", "UTF8"),
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

  private var lastMessage: String { unsafe String(cString: PQerrorMessage(handle)) }

  /// Whether the server has not closed the connection, as far as can be told without a question to it.
  ///
  /// A server that closes an idle connection says so before: whatever has arrived unasked is followed by a question.
  var isUsable: Bool {
    guard unsafe PQstatus(handle) == CONNECTION_OK, transactionIsIdle else { return false }
    var descriptor = unsafe pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&descriptor, 1, 0) != 0 else { return true }
    guard unsafe PQconsumeInput(handle) == 1 else { return false }
    return (try? run(script: "")) != nil
  }

  /// Whether the session is in no transaction.
  private var transactionIsIdle: Bool { unsafe PQtransactionStatus(handle) == PQTRANS_IDLE }

  /// Whether a statement of the running transaction has failed, so that it can only be rolled back.
  var transactionHasFailed: Bool { unsafe PQtransactionStatus(handle) == PQTRANS_INERROR }

  /// The version as a number: 150004 is 15.4.
  var serverVersion: Int { unsafe Int(PQserverVersion(handle)) }

  /// Runs one prepared statement with binary results.
  ///
  /// Where a table has changed since the statement was prepared, it is prepared and run once more.
  func query(_ sql: SQL) throws(PostgresError) -> [Row] {
    let rendered = sql.rendered()
    let wasPrepared = !statements.isEmpty
    do throws(PostgresError) {
      return try execute(rendered)
    } catch  where wasPrepared && transactionIsIdle && Self.isStale(error) {
      try run(script: "DEALLOCATE ALL")
      statements.removeAll()
      return try execute(rendered)
    }
  }

  /// Whether the error is that of a prepared statement whose result type has changed, or that is gone.
  private static func isStale(_ error: PostgresError) -> Bool {
    error.state == .featureNotSupported || error.state == .invalidStatementName
  }

  private func execute(_ rendered: SQL.Rendered) throws(PostgresError) -> [Row] {
    let name = try prepared(rendered)
    var values: [[UInt8]?] = []
    for bind in rendered.binds {
      var buffer: [UInt8] = []
      values.append(try bind.encode(into: &buffer) ? buffer : nil)
    }
    let result = unsafe Self.withParameters(values) { pointers, lengths, formats in
      unsafe PQexecPrepared(handle, name, Int32(values.count), pointers, lengths, formats, 1)
    }
    return try unsafe rows(taking: result, function: "PQexecPrepared")
  }

  private func prepared(_ rendered: SQL.Rendered) throws(PostgresError) -> String {
    let key = StatementKey(text: rendered.text, types: rendered.binds.map(\.typeIdentifier))
    if let name = statements[key] { return name }
    if statements.count >= Self.statementLimit {
      try run(script: "DEALLOCATE ALL")
      statements.removeAll()
    }
    statementNumber += 1
    let name = "s\(statementNumber)"
    let result = unsafe PQprepare(handle, name, rendered.text, Int32(key.types.count), key.types)
    _ = try unsafe rows(taking: result, function: "PQprepare")
    statements[key] = name
    return name
  }

  /// Calls `body` with parallel arrays of pointers, lengths and formats; the pointers live as long as the call.
  private static func withParameters<Result>(
    _ values: [[UInt8]?],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
  ) -> Result {
    let lengths = values.map { Int32($0?.count ?? 0) }
    let formats = [Int32](repeating: 1, count: values.count)
    // One buffer for all, so that nested closures are not needed; an empty value still needs a pointer that is not null.
    let total = values.reduce(1) { $0 + ($1?.count ?? 0) }
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: total) { buffer in
      var pointers: [UnsafePointer<CChar>?] = unsafe []
      unsafe pointers.reserveCapacity(values.count)
      var offset = 0
      for value in values {
        guard let value, let base = buffer.baseAddress else {
          unsafe pointers.append(nil)
          continue
        }
        for (index, byte) in value.enumerated() { unsafe base[offset + index] = CChar(bitPattern: byte) }
        unsafe pointers.append(base + offset)
        offset += value.count
      }
      return unsafe body(pointers, lengths, formats)
    }
  }

  /// Runs statements without parameters, several if separated by semicolons; results are dropped.
  func run(script: String) throws(PostgresError) {
    _ = try unsafe rows(taking: PQexec(handle, script), function: "PQexec")
  }

  /// Sends rows to a `COPY … FROM STDIN`; a throw from `next` abandons the copy.
  ///
  /// - Parameter next: the next bytes in the format of the statement, nil at the end.
  func copy(_ statement: String, _ next: () throws(PostgresError) -> [UInt8]?) throws(PostgresError) {
    let started = unsafe PQexec(handle, statement)
    defer { unsafe PQclear(started) }
    guard unsafe PQresultStatus(started) == PGRES_COPY_IN else { throw unsafe failure(started, function: "PQexec") }
    var abandoned: PostgresError?
    do throws(PostgresError) {
      while let bytes = try next() { try put(bytes) }
    } catch {
      abandoned = error
    }
    let ended = unsafe PQputCopyEnd(handle, abandoned == nil ? nil : "the client abandons the copy")
    let result = unsafe PQgetResult(handle)
    defer { unsafe PQclear(result) }
    while let further = unsafe PQgetResult(handle) { unsafe PQclear(further) }
    if let abandoned { throw abandoned }
    guard ended == 1, unsafe PQresultStatus(result) == PGRES_COMMAND_OK else {
      throw unsafe failure(result, function: "PQputCopyEnd")
    }
  }

  private func put(_ bytes: [UInt8]) throws(PostgresError) {
    let sent = unsafe bytes.withUnsafeBytes { buffer in
      unsafe PQputCopyData(handle, buffer.bindMemory(to: CChar.self).baseAddress, Int32(buffer.count))
    }
    guard sent == 1 else {
      throw PostgresError(reason: .connectionLost, function: "PQputCopyData", message: lastMessage)
    }
  }

  /// The rows of a result, which is freed.
  private func rows(taking result: OpaquePointer?, function: String) throws(PostgresError) -> [Row] {
    defer { unsafe PQclear(result) }
    let status = unsafe PQresultStatus(result)
    guard [PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY].contains(status) else {
      throw unsafe failure(result, function: function)
    }
    let columns = unsafe PQnfields(result)
    return (0..<(unsafe PQntuples(result))).map { row in
      Row(values: (0..<columns).map { unsafe Self.value(result, row, $0) })
    }
  }

  private static func value(_ result: OpaquePointer?, _ row: Int32, _ column: Int32) -> [UInt8]? {
    guard unsafe PQgetisnull(result, row, column) == 0, let start = unsafe PQgetvalue(result, row, column) else {
      return nil
    }
    let length = unsafe Int(PQgetlength(result, row, column))
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: length))
  }

  private func failure(_ result: OpaquePointer?, function: String) -> PostgresError {
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
