import Postgres
public import StacModel

/// By whom a model came into the catalog, and by whom its present document.
public struct RegistrationRecord: Sendable, Hashable {
  public let registeredBy: String
  public let registeredAt: Timestamp
  public let changedBy: String
  public let changedAt: Timestamp
}

extension RegistrationRecord {
  /// The columns of `gnomon.model_registrations g`.
  static let columns: SQL = "g.registered_by, g.registered_at, g.changed_by, g.changed_at"

  /// Reads a row from a column on; nil where there is none.
  init?(_ row: Row, _ column: Int) throws(PostgresError) {
    if row.isNull(column) { return nil }
    registeredBy = try row.text(column)
    registeredAt = Timestamp(microseconds: try row.timestamp(column + 1))
    changedBy = try row.text(column + 2)
    changedAt = Timestamp(microseconds: try row.timestamp(column + 3))
  }
}
