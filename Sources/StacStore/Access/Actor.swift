import Postgres

/// Who asks, as what is written remembers it: by whom models came, and who decided about them and ended that.
public struct Actor: Sendable, Hashable {
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
  @TaskLocal public static var current: Actor?

  /// Tells the triggers of a transaction, as the columns of a SELECT (migration 0021).
  var settings: SQL {
    """
    set_config('gnomon.actor', \(name), true), set_config('gnomon.actor_role', \(role.rawValue), true), \
    set_config('gnomon.actor_is_person', \(isPerson ? "true" : "false"), true)
    """
  }

  /// The same of the current one with why something is removed, behind other columns; only why where nobody has said who
  /// writes.
  static func settings(comment: String) -> SQL {
    let comment: SQL = ", set_config('gnomon.comment', \(comment), true)"
    return current.map { ", \($0.settings)\(comment)" } ?? comment
  }
}
