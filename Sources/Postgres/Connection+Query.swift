import CPostgres

extension Connection {
  /// Runs one prepared statement with binary results.
  ///
  /// Where a table has changed since the statement was prepared, it is prepared and run once more.
  func query(_ statement: SQL, plan: PlanMode) throws(PostgresError) -> QueryResult {
    let wasPrepared = statements.count > 0
    do throws(PostgresError) {
      return try execute(statement, plan: plan)
    } catch  where wasPrepared && transactionIsIdle && Self.isStale(error) {
      try forgetStatements()
      return try execute(statement, plan: plan)
    }
  }

  /// Whether the error is that of a prepared statement whose result type has changed, or that is gone.
  private static func isStale(_ error: PostgresError) -> Bool {
    error.state == .featureNotSupported || error.state == .invalidStatementName
  }

  private func forgetStatements() throws(PostgresError) {
    _ = try unsafe result(taking: PQexec(handle, "DEALLOCATE ALL"), function: "PQexec")
    statements.removeAll()
  }

  private func execute(_ statement: SQL, plan: PlanMode) throws(PostgresError) -> QueryResult {
    let name = try prepared(statement)
    // Without parameters there is one plan only, whatever the setting says.
    if !statement.binds.isEmpty, planSetting.mode != plan { try set(plan) }
    try parameters.fill(statement.binds)
    let answer = unsafe parameters.withParameters { count, pointers, lengths, formats in
      unsafe PQexecPrepared(handle, name, count, pointers, lengths, formats, 1)
    }
    return try unsafe result(taking: answer, function: "PQexecPrepared")
  }

  private func set(_ plan: PlanMode) throws(PostgresError) {
    let statement = "SET plan_cache_mode = \(plan.setting)"
    _ = try unsafe result(taking: PQexec(handle, statement), function: "PQexec")
    planSetting.set(plan, transactionIsIdle: transactionIsIdle)
  }

  private func prepared(_ statement: SQL) throws(PostgresError) -> String {
    if let name = statements.name(of: statement) { return name }
    if statements.count >= PreparedStatements.limit { try forgetStatements() }
    let name = statements.makeName()
    let types = statement.binds.map(\.typeIdentifier)
    let answer = unsafe PQprepare(handle, name, statement.rendered().text, Int32(types.count), types)
    _ = try unsafe result(taking: answer, function: "PQprepare")
    statements.insert(statement, types: types, name: name)
    return name
  }
}
