import Postgres

/// Who writes, for what is kept of models: by whom they came, and who ended what was decided about them.
public struct Writer: Sendable, Hashable {
  /// The name of the key, or of the machine's user.
  public let name: String
  public let role: Role
  /// Whether it is a person, and not a service.
  public let isPerson: Bool

  public init(name: String, role: Role, isPerson: Bool) {
    self.name = name
    self.role = role
    self.isPerson = isPerson
  }

  /// Whom the running task writes for; nil where nobody has said.
  @TaskLocal public static var current: Writer?

  /// Tells the triggers of a transaction, as the columns of a SELECT (migration 0021).
  var settings: SQL {
    """
    set_config('gnomon.actor', \(name), true), set_config('gnomon.actor_role', \(role.rawValue), true), \
    set_config('gnomon.actor_is_person', \(isPerson ? "true" : "false"), true)
    """
  }

  /// The same with why something is removed, behind other columns; nothing where nobody has said who writes.
  static func settings(of writer: Writer?, comment: String) -> SQL {
    let comment: SQL = ", set_config('gnomon.comment', \(comment), true)"
    return writer.map { ", \($0.settings)\(comment)" } ?? comment
  }
}
