import CPostgres
import Glibc

extension Connection {
  /// Sends rows to a `COPY … FROM STDIN`; a throw from `next` abandons the copy.
  ///
  /// - Parameter next: the next bytes in the format of the statement, nil at the end.
  /// - Returns: how many rows were stored.
  func copy(_ statement: String, _ next: () throws(PostgresError) -> [UInt8]?) throws(PostgresError) -> Int {
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
    return unsafe Int(atol(PQcmdTuples(result)))
  }

  private func put(_ bytes: [UInt8]) throws(PostgresError) {
    let sent = unsafe bytes.withUnsafeBytes { buffer in
      unsafe PQputCopyData(handle, buffer.bindMemory(to: CChar.self).baseAddress, Int32(buffer.count))
    }
    guard sent == 1 else {
      throw PostgresError(reason: .connectionLost, function: "PQputCopyData", message: lastMessage)
    }
  }
}
