import ArgumentParser
import CatalogFiles
import Foundation
import Inference

/// `gnomon load`: documents from anywhere into the catalog.
struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Put STAC collections and items into the catalog, replacing those that are there.",
    discussion: """
      What the source is, load finds out by itself:

        a file of lines       .ndjson, .jsonl (or .json that holds one document a line), one document a line
        a JSON file           an item, a collection, an item collection, or a list
        a static catalog      catalog.json, here or at a URL: child and item links are followed
        a folder              every JSON and NDJSON file below it
        another STAC API      its address: all collections and all items, page by page;
                              …/collections/ID takes one, …/collections/ID/items?… what the page finds
        a PgSTAC database     --from-pgstac postgresql://user@host/name, which is only read
        standard input        -, one document a line

      Files and standard input may be gzipped. Collections come before their items. Relative hrefs are resolved against \
      the document. Documents are taken as they are: numbers, order of members and unknown members stay.

      Nothing is lost when a load is interrupted, by Ctrl-C, kill -9 or a power cut: the same command again goes on where \
      it stopped. How far it came is kept in the catalog's database (with --url, in the data directory). A load that is \
      complete starts from the beginning when it is repeated, and so does one whose files have changed; --restart makes \
      it do so.

      A document with faults is refused, and the rest goes on. At the end the first refusals are shown; --report FILE \
      gets all of them, a line each: {"place", "collection", "id", "pointer", "message"}. The exit code is 0 where \
      everything was taken, and 1 where something was refused.

      EXAMPLES
        gnomon load fixtures/catalog
        gnomon load collections.ndjson items.ndjson.gz --report refused.ndjson
        gnomon load https://example.org/stac/catalog.json --allow-host data.example.org
        gnomon load https://earth-search.aws.element84.com/v1/collections/sentinel-2-l2a
        gnomon load --from-pgstac postgresql://reader@db/pgstac
        generate-items | gnomon load -
        gnomon load items.ndjson --url http://127.0.0.1:8080
      """)

  @Argument(help: "Files, folders, one URL, or - for standard input.")
  var sources: [String] = []

  @Option(
    name: .customLong("from-pgstac"),
    help: ArgumentHelp(
      "PgSTAC database to load from (PGPASSWORD or ~/.pgpass for its password).", valueName: "postgresql://…"))
  var fromPgSTAC: String?

  @OptionGroup var database: DatabaseOptions

  @Option(help: ArgumentHelp("Address of a server to load into instead.", valueName: "http://…"))
  var url: String?

  @OptionGroup var serverKey: ServerKeyOptions

  @Option(
    help: ArgumentHelp(
      "Host that documents of a static catalog may be fetched from too; repeatable.", valueName: "host"))
  var allowHost: [String] = []

  @Flag(help: "Begin at the beginning, also where an interrupted load could go on.")
  var restart = false

  @Option(help: ArgumentHelp("File for everything that was refused, one JSON object a line.", valueName: "file"))
  var report: String?

  @Option(help: ArgumentHelp("Items that are committed, or sent, at once (1 to 10000).", valueName: "number"))
  var batchSize = 500

  @Option(
    help: ArgumentHelp(
      "Batches that are worked on at once (1 to 32; default: one more than cores, 8 at most).", valueName: "number"))
  var jobs: Int?

  func validate() throws {
    guard sources.isEmpty != (fromPgSTAC == nil) else {
      throw ValidationError(
        sources.isEmpty
          ? "Say what to load: files, a folder, a URL, - for standard input, or --from-pgstac."
          : "With --from-pgstac nothing else is loaded; run the command twice.")
    }
    guard 1...10_000 ~= batchSize else { throw ValidationError("--batch-size is a number from 1 to 10000.") }
    guard 1...32 ~= jobs ?? 1 else { throw ValidationError("--jobs is a number from 1 to 32.") }
  }

  func run() async throws {
    let file = try report.map { try RefusalFile(path: $0) }
    let proof = url == nil ? ModelProof(access: .user(dataDirectory: database.dataDirectory, allowedHosts: [])) : nil
    // While batches of as many as there are cores are in the database, one more is made up.
    let cores = ProcessorAllowance.present.count
    let (jobs, sessions) = (jobs ?? min(cores + 1, 8), jobs ?? min(cores, 8))
    let source = try await source()
    let summary = try await LoadTargets.with(database, url: url, key: serverKey.key, sessions: sessions) { target in
      LoadPriority.lower()
      let load = CatalogLoad(source: source, target: target, proof: proof, jobs: jobs, batchSize: batchSize)
      var summary = try await load.run(restart: restart)
      if let database = source as? PgSTACDatabase {
        summary.comparison = try await target.compare(with: database.counts())
      }
      try await summary.read(refusalsFrom: target, into: file)
      return summary
    }
    Progress.write(summary.text(report: report) + "\n")
    if summary.isIncomplete { throw ExitCode(1) }
  }

  /// What the arguments name.
  private func source() async throws -> any DocumentSource {
    let limits = BatchLimits(documents: batchSize)
    do {
      if let fromPgSTAC { return try await PgSTACDatabase(connectionURL: fromPgSTAC, limits: limits) }
      if sources == ["-"] { return StandardInput(folder: FileManager.default.currentDirectoryPath, limits: limits) }
      guard !sources.contains("-") else {
        throw SourceFailure("standard input (-) is loaded alone; run the command twice")
      }
      if let address = sources.first(where: { $0.contains("://") }) { return try await web(address, limits) }
      let files = try FileList(paths: sources)
      if sources.count == 1, let walk = WebSource.staticCatalog(atFile: sources[0], limits: limits) { return walk }
      return FileDocuments(files, limits: limits)
    } catch let failure as SourceFailure {
      throw CommandFailure(failure.description)
    }
  }

  private func web(_ address: String, _ limits: BatchLimits) async throws -> any DocumentSource {
    if address.hasPrefix("postgres://") || address.hasPrefix("postgresql://") {
      throw SourceFailure("a PgSTAC database is loaded with --from-pgstac \(address.prefix { $0 != ":" })://…")
    }
    guard sources.count == 1 else { throw SourceFailure("a URL is loaded alone; run the command once for each") }
    guard address.hasPrefix("http://") || address.hasPrefix("https://") else {
      throw SourceFailure("'\(address.prefix(100))' is no http or https address")
    }
    return try await WebSource.at(address, allowedHosts: Set(allowHost), limits: limits)
  }
}
