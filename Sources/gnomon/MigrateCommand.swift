import ArgumentParser

/// `gnomon migrate`: the schema of a database.
struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Bring a database to the schema of this version.",
    discussion: """
      Every command does this by itself when it opens a database; run it ahead of a new version where the servers' own \
      user may not change the schema. Many may run at once. A database of a newer gnomon is refused.
      """)

  @OptionGroup var database: DatabaseOptions

  func run() async throws {
    try database.refuseTwoDatabases()
    let migrated = try await OpenCatalog.with(database, command: "migrate") { $0.migrated }
    print(migrated.isEmpty ? "The schema is up to date." : "Ran \(migrated.joined(separator: ", ")).")
  }
}
