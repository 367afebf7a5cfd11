/// A five-character SQLSTATE code.
///
/// Source: PostgreSQL documentation, appendix A. Codes and classes can be matched in `switch` and `catch` patterns.
public struct SQLState: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The five characters.
  public let rawValue: String

  /// Any code.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The five characters.
  public var description: String { rawValue }

  /// The class, the first two characters.
  public var `class`: Class { Class(rawValue: String(rawValue.prefix(2))) }

  /// A class of codes.
  public struct Class: RawRepresentable, Sendable, Hashable {
    /// The two characters.
    public let rawValue: String

    /// Any class.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// 08: the connection failed or broke.
    public static let connectionException = Class(rawValue: "08")
    /// 22: a value is out of range or malformed.
    public static let dataException = Class(rawValue: "22")
    /// 23: a constraint was violated.
    public static let integrityConstraintViolation = Class(rawValue: "23")
    /// 40: the transaction was rolled back, and may be tried again.
    public static let transactionRollback = Class(rawValue: "40")
    /// 53: disk, memory or connections ran out.
    public static let insufficientResources = Class(rawValue: "53")
    /// 54: a limit of the program was exceeded.
    public static let programLimitExceeded = Class(rawValue: "54")
    /// 57: an operator intervened.
    public static let operatorIntervention = Class(rawValue: "57")
    /// 58: an error outside PostgreSQL, such as the disk's.
    public static let systemError = Class(rawValue: "58")
  }

  /// 0A000: also "cached plan must not change result type".
  public static let featureNotSupported = SQLState(rawValue: "0A000")
  /// 23503: a foreign key was violated.
  public static let foreignKeyViolation = SQLState(rawValue: "23503")
  /// 23505: a unique constraint was violated.
  public static let uniqueViolation = SQLState(rawValue: "23505")
  /// 26000: a prepared statement does not exist.
  public static let invalidStatementName = SQLState(rawValue: "26000")
  /// 40001: transactions could not be put in an order.
  public static let serializationFailure = SQLState(rawValue: "40001")
  /// 40P01: two transactions waited for each other.
  public static let deadlockDetected = SQLState(rawValue: "40P01")
  /// 42501: a right is missing.
  public static let insufficientPrivilege = SQLState(rawValue: "42501")
  /// 42710: an object of that name exists.
  public static let duplicateObject = SQLState(rawValue: "42710")
  /// 42P01: a table does not exist.
  public static let undefinedTable = SQLState(rawValue: "42P01")
  /// 53300: the server accepts no more connections.
  public static let tooManyConnections = SQLState(rawValue: "53300")
  /// 55P03: a lock was not available in time.
  public static let lockNotAvailable = SQLState(rawValue: "55P03")
  /// 57014: cancelled, by request or by statement_timeout.
  public static let queryCanceled = SQLState(rawValue: "57014")
  /// 57P01: an administrator terminated the connection.
  public static let adminShutdown = SQLState(rawValue: "57P01")
  /// 57P03: the server is starting or stopping.
  public static let cannotConnectNow = SQLState(rawValue: "57P03")
  /// 58P01: a file that PostgreSQL needs is absent, also an extension's.
  public static let undefinedFile = SQLState(rawValue: "58P01")

  /// XX000: an internal error; PostGIS also reports failures of GEOS so.
  public static let internalError = SQLState(rawValue: "XX000")

  /// Matches a code against a class.
  public static func ~= (pattern: Class, state: SQLState) -> Bool { state.class == pattern }
}
