public import StacStore

extension Actor {
  /// Whoever reads without a key.
  public static let anonymous = Actor(name: "anonymous", role: .reader, isPerson: false)

  /// The user of the machine, who may do everything.
  public static func user(_ name: String) -> Actor { Actor(name: name, role: .admin, isPerson: true) }
}
