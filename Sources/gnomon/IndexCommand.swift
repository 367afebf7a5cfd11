import ArgumentParser
import Postgres
import StacSearch
import StacStore

/// `gnomon index`: indexes over properties that are searched often.
struct IndexCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Make searches by a property fast, where there are many items.",
    discussion: """
      Every property can be filtered and sorted by; without an index a filter reads the items one by one, which is quick \
      enough up to some hundred thousand. An index costs space, and a little time for each item that is written, so make \
      one for what is searched often and finds few: eo:cloud_cover, a platform, a tile. Time, place, collection and \
      identifier have indexes already.

      Indexes are made while the catalog is in use; writers and readers go on. A build that was broken off leaves \
      nothing that is used; add makes it anew.

      EXAMPLES
        gnomon index add eo:cloud_cover
        gnomon index add created --type instant
        gnomon index list
        gnomon index remove eo:cloud_cover
      """,
    subcommands: [Add.self, List.self, Remove.self])

  /// What the values of a property are read as.
  enum IndexedType: String, CaseIterable, ExpressibleByArgument {
    case number, text, boolean, instant, array

    var kind: PropertyIndex.Kind? { PropertyIndex.Kind(rawValue: rawValue) }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Make an index over a property.",
      discussion: """
        The type is that which a specification declares for the property, else that of the values in the catalog. It \
        decides which filters the index serves: number and instant serve comparisons and ranges, text also LIKE 'abc%', \
        array A_CONTAINS. One property can have several.
        """)

    @Argument(help: "The property's name, as filters write it: eo:cloud_cover.")
    var name: String

    @Option(help: "What its values are read as.")
    var type: IndexedType?

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
      let outcome = try await IndexCommand.with(database) { catalog in
        let queryables = try await catalog.store.queryables(collection: nil)
        let progress = Progress("Indexing \(name)")
        let outcome = try await PropertyIndexes(pool: catalog.pool).add(
          name, as: type?.kind, declared: queryables[name]?.type,
          report: { progress.update($0.fraction, $0.phase) })
        progress.clear()
        return outcome
      }
      switch outcome {
      case .made(let index): print("Made an index over \(name): \(index.kind.rawValue), \(ByteCount(index.bytes)).")
      case .found(let index):
        print("There is an index over \(name) already: \(index.kind.rawValue), \(ByteCount(index.bytes)).")
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "Show the indexes over properties, their size and how often they were read.",
      discussion: "An index with few scans after weeks of use is not worth its space.")

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
      let indexes = try await IndexCommand.with(database) { try await PropertyIndexes(pool: $0.pool).list() }
      guard !indexes.isEmpty else {
        return print("There are no indexes over properties; gnomon index add NAME makes one.")
      }
      let rows = indexes.map { index in
        [
          index.property ?? "(broken off)", index.kind.rawValue, "\(ByteCount(index.bytes))", "\(index.scans)",
          index.isValid ? "ready" : "not complete: add it again, or remove it",
        ]
      }
      print(TextTable(header: ["PROPERTY", "TYPE", "SIZE", "SCANS", "STATE"], rows: rows, rightAligned: [2, 3]).text)
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Remove the indexes over a property; filters work on without them.")

    @Argument(help: "The property's name.")
    var name: String

    @Option(help: "Only the index of this type.")
    var type: IndexedType?

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
      let removed = try await IndexCommand.with(database) {
        try await PropertyIndexes(pool: $0.pool).remove(name, as: type?.kind)
      }
      for index in removed {
        print("Removed the index over \(name): \(index.kind.rawValue), \(ByteCount(index.bytes)).")
      }
    }
  }

  /// Opens the catalog for a body; what it refuses becomes one line.
  private static func with<Result: Sendable>(
    _ database: DatabaseOptions, _ body: (OpenCatalog) async throws -> Result
  ) async throws -> Result {
    try database.refuseTwoDatabases()
    return try await OpenCatalog.with(database, command: "index") { catalog in
      do {
        return try await body(catalog)
      } catch let refusal as PropertyIndexes.Refusal {
        throw CommandFailure(refusal.description)
      } catch let error as PostgresError {
        throw CommandFailure(Migrator.Refusal.line(for: error))
      }
    }
  }
}
