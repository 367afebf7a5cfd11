import ArgumentParser
import Foundation
import StacModel
import StacStore

/// `gnomon keys`: who may do what over HTTP.
struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Make, list and revoke keys of the server.",
    discussion: """
      Without a key only programs of the server's own machine may write and run models (or everybody, with --auth open). \
      Once there is one, whoever writes or runs shows one, in the header Authorization: Bearer gnomon_…; reading stays \
      free unless the server runs with --reads key. Servers notice what changes here within some two seconds.

      Each role may do what those before it may:
        reader     read, where reading needs a key
        registrar  write collections and items, register, propose and validate models
        analyst    run models
        approver   approve models and take them into production; run models that are not approved
        admin      everything

      Once there is a key with the role approver, everybody else runs approved models only.

      EXAMPLES
        gnomon keys create ana --role approver
        gnomon keys create ci --role registrar --service --expires 90d
        gnomon keys list
        gnomon keys revoke ci
      """,
    subcommands: [Create.self, List.self, Revoke.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create",
      abstract: "Make a key and print it, this once.",
      discussion: """
        The key goes to standard output, and nothing else does. Only a digest of it is stored. Keys of one name belong to \
        one person, or to one service: two at a time let a key be exchanged without a gap.
        """)

    @Argument(help: "The person or the service that will use it; what they do is remembered by this name.")
    var name: String

    @Option(
      help: ArgumentHelp("What it may do: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "role")
    )
    var role: String

    @Flag(help: "It is for a program, which may not approve models, whatever its role.")
    var service = false

    @Option(
      help: ArgumentHelp(
        "When it ends, from now: a whole number and s, m, h, d or w, such as 90d; default never.", valueName: "time"))
    var expires: String?

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
      guard let role = Role(rawValue: role) else {
        throw CommandFailure(
          "--role is one of \(Role.allCases.map(\.rawValue).joined(separator: ", ")), not '\(role)'")
      }
      guard !name.trimmingCharacters(in: .whitespaces).isEmpty, name.utf8.count <= 200,
        name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
      else { throw CommandFailure("a name is 1 to 200 bytes of printable text") }
      let request = APIKeyRequest(
        name: name, role: role, isPerson: !service, expires: try end(), creator: Machine.user)
      let token = try await KeysCommand.with(database) { try await $0.makeAPIKey(request) }
      print(token.text)
      Progress.write("Made a key for \(name), \(role.rawValue). It cannot be shown again.\n")
    }

    /// A hundred years, in seconds.
    private static let longestLife: Int64 = 36_500 * 86_400

    private func end() throws -> Timestamp? {
      guard let expires else { return nil }
      let digits = expires.prefix { $0.isASCII && $0.isNumber }
      let units: [Substring: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
      guard let number = Int64(digits), number > 0, let unit = units[expires.dropFirst(digits.count)],
        number <= Self.longestLife / unit
      else {
        throw CommandFailure(
          "--expires is a whole number and its unit, s, m, h, d or w (seconds, minutes, hours, days, weeks), from 1s to "
            + "36500d, such as 90d; '\(expires)' is not. Leave it out for a key that ends when it is revoked")
      }
      return Timestamp(microseconds: Timestamp.now.microseconds + number * unit * 1_000_000)
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Show the keys, those that are revoked too.")

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
      let keys = try await KeysCommand.with(database) { try await $0.apiKeys() }
      guard !keys.isEmpty else { return print("There are no keys; gnomon keys create NAME --role ROLE makes one.") }
      let rows = keys.map { key in
        [
          key.id, key.name, key.role.rawValue, key.isPerson ? "person" : "service", Self.day(key.created),
          key.expires.map(Self.day) ?? "never", key.lastUsed.map(Self.day) ?? "never", Self.state(key),
        ]
      }
      print(TextTable(header: ["KEY", "NAME", "ROLE", "FOR A", "MADE", "EXPIRES", "USED", "STATE"], rows: rows).text)
    }

    private static func day(_ time: Timestamp) -> String { String(time.description.prefix(10)) }

    private static func state(_ key: APIKey) -> String {
      if let revoked = key.revoked { return "revoked \(day(revoked))" }
      return key.isValid(at: .now) ? "valid" : "expired"
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "revoke", abstract: "Revoke a key, or all keys of a name, for good.",
      discussion:
        "When the last key is revoked, writing is again for programs of the server's machine, or for everybody.")

    @Argument(help: "The key as gnomon keys list has it, or a name.")
    var key: String

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
      let revoked = try await KeysCommand.with(database) { try await $0.revokeAPIKeys(key, by: Machine.user) }
      guard !revoked.isEmpty else { throw CommandFailure("there is no key '\(key)' that is not revoked") }
      for key in revoked { print("Revoked \(key.id) of \(key.name).") }
    }
  }

  /// Opens the catalog for a body; what it refuses becomes one line.
  private static func with<Result: Sendable>(
    _ database: DatabaseOptions, _ body: (PostgresCatalogStore) async throws -> Result
  ) async throws -> Result {
    try database.refuseTwoDatabases()
    return try await OpenCatalog.with(database, command: "keys") { catalog in
      do {
        return try await body(catalog.store)
      } catch let error as StoreError {
        throw CommandFailure(error.description)
      }
    }
  }
}

/// The machine that this process runs on.
enum Machine {
  /// The family of its processor.
  static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "another processor"
    #endif
  }

  /// The name of the user whom this process runs as; what has no name is a number.
  static var user: String {
    let name = NSUserName()
    return name.isEmpty ? "user \(geteuid())" : name
  }
}
