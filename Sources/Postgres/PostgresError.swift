/// Why a statement, a connection or the pool refused.
///
/// `description` holds no SQL, no values and no connection string and may go to a log or a client; `message`, `detail`
/// and `hint` are the server's own words, which may quote values and names: for the log only.
public struct PostgresError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kinds of refusal.
  public enum Reason: Sendable, Equatable {
    /// The server answered with an error.
    case server(SQLState)
    /// No connection could be made.
    case connectionFailed
    /// The connection broke; whether the last statement took effect is not known.
    case connectionLost
    /// Every session of the pool stayed busy, or too many tasks wait already.
    case poolExhausted
    /// The pool was shut down.
    case poolClosed
    /// The task was cancelled.
    case cancelled
    /// A text holds U+0000, which PostgreSQL cannot store.
    case nulCharacter
    /// A column's value is not of the type asked for.
    case unreadableValue
    /// The session is closed.
    case sessionUnusable
    /// A statement of the transaction had failed before COMMIT; nothing was kept.
    case transactionFailed
  }

  /// What kind of refusal.
  public let reason: Reason
  /// The C function or the step that reported it.
  public let function: String
  /// The server's or libpq's message.
  public let message: String
  /// The server's detail.
  public let detail: String?
  /// The server's hint.
  public let hint: String?
  /// The constraint that was violated.
  public let constraint: String?

  /// A refusal; everything but the reason and the function may be left out.
  public init(
    reason: Reason, function: String, message: String = "", detail: String? = nil, hint: String? = nil,
    constraint: String? = nil
  ) {
    self.reason = reason
    self.function = function
    self.message = message
    self.detail = detail
    self.hint = hint
    self.constraint = constraint
  }

  /// The SQLSTATE, where the server gave one.
  public var state: SQLState? {
    if case .server(let state) = reason { state } else { nil }
  }

  /// Whether the connection cannot be used again.
  public var isConnectionLoss: Bool {
    switch reason {
    case .connectionFailed, .connectionLost: true
    case .server(.adminShutdown), .server(.cannotConnectNow), .server(SQLState(rawValue: "57P02")): true
    default: false
    }
  }

  /// One line without SQL, values, names or addresses.
  public var description: String {
    switch reason {
    case .server(let state): "PostgreSQL refused with SQLSTATE \(state) (\(function))"
    case .connectionFailed: "no connection to PostgreSQL (\(function))"
    case .connectionLost: "the connection to PostgreSQL was lost (\(function))"
    case .poolExhausted: "every database session is busy"
    case .poolClosed: "the database pool is shut down"
    case .cancelled: "the database request was cancelled"
    case .nulCharacter: "a text holds U+0000, which PostgreSQL cannot store"
    case .unreadableValue: "a database column has another type than expected (\(message))"
    case .sessionUnusable: "the database session cannot be used (\(function))"
    case .transactionFailed: "a statement of the transaction had failed; it was rolled back"
    }
  }
}
