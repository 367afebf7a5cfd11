public import StacStore

/// Who asks, as what is written remembers it.
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

  /// Whoever reads without a key.
  public static let anonymous = Actor(name: "anonymous", role: .reader, isPerson: false)

  /// Whom the store writes for.
  public var writer: Writer { Writer(name: name, role: role, isPerson: isPerson) }

  /// The user of the machine, who may do everything.
  public static func user(_ name: String) -> Actor { Actor(name: name, role: .admin, isPerson: true) }
}
