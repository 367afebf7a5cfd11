/// Why the private PostgreSQL cannot be used, in one line that says what to do.
public struct EmbeddedPostgresError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
