import ArgumentParser
import CatalogFiles
import Foundation
import MLMExtension
import StacModel

/// `gnomon load`: documents from files into the catalog.
struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Put STAC collections and items into the catalog, replacing those that are there.",
    discussion: """
      Takes NDJSON files (.ndjson, .jsonl), JSON files with a document or a list of documents, and folders of them. \
      Collections are put in first, then items. Relative hrefs are resolved against the file. What is not STAC is \
      skipped and counted; a document with faults is refused and reported, and the rest goes on.

      EXAMPLES
        gnomon load fixtures/catalog
        gnomon load items.ndjson --url http://127.0.0.1:8080
      """)

  @Argument(help: "Files and folders.")
  var paths: [String]

  @OptionGroup var database: DatabaseOptions

  @Option(help: ArgumentHelp("Address of a server to load into instead.", valueName: "http://…"))
  var url: String?

  func run() async throws {
    let source = try CatalogSource(paths: paths)
    // A server proves models itself.
    let proof = url == nil ? ModelProof(access: .user(dataDirectory: database.dataDirectory, allowedHosts: [])) : nil
    let summary = try await CatalogDestinations.with(database, url: url, command: "load") { destination in
      try await CatalogLoad(source: source, destination: destination, proof: proof).run()
    }
    if !summary.refused.isEmpty { throw ExitCode(1) }
  }
}

/// Reads a catalog and puts it into a destination, batch by batch.
struct CatalogLoad {
  let source: CatalogSource
  let destination: any CatalogDestination
  /// Proves models before they are put in; nil where the destination does.
  let proof: ModelProof?

  /// Items a batch: what one transaction or request carries.
  private static let batchSize = 500

  /// What became of the documents.
  struct Summary {
    var collections = 0
    var items = 0
    var skipped = 0
    var refused: [(place: String, refusal: String)] = []
    var warnings: [String] = []

    /// The summary for a person, with the first refusals.
    var text: String {
      var lines = ["Loaded \(collections) collections and \(items) items; skipped \(skipped) texts that are not STAC."]
      lines += warnings.prefix(20).map { "warning \($0)" }
      lines += refused.prefix(20).map { "refused \($0.place): \($0.refusal)" }
      if refused.count > 20 { lines.append("… and \(refused.count - 20) more refusals") }
      return lines.joined(separator: "\n")
    }
  }

  func run() async throws -> Summary {
    let progress = Progress("Loading")
    var summary = Summary()
    let reader = CatalogReader(source)
    try await reader.collections { collection in
      do {
        try await destination.upsert([collection])
        summary.collections += 1
      } catch let refusal as DestinationRefusal {
        summary.refused.append(("collection", "\(collection.id): \(refusal.reason)"))
      }
    }
    var batch: [(item: Item, place: String)] = []
    var fraction = 0.0
    let take = { (item: Item, place: String) async throws in
      do {
        for warning in try await check(item) { summary.warnings.append("\(item.id): \(warning)") }
      } catch let refusal as DocumentRefusal {
        return summary.refused.append((place, "\(item.id): \(refusal)"))
      }
      batch.append((item, place))
      if batch.count == Self.batchSize { try await flush(&batch, &summary) }
      progress.update(fraction, "\(summary.items + batch.count) items")
    }
    let report = try await reader.items(take, progress: { fraction = $0 })
    try await flush(&batch, &summary)
    summary.skipped = report.skipped
    summary.refused += report.refused
    progress.finish(summary.text)
    return summary
  }

  /// Checks a model; what is doubtful about it.
  private func check(_ item: Item) async throws -> [Fault] {
    guard MLMExtension.isDeclared(by: item) else { return [] }
    let faults = MLMExtension.validate(item).faults
    guard faults.isEmpty else { throw DocumentRefusal(faults) }
    return try await proof?.check(item) ?? []
  }

  /// Puts a batch in; where it is refused as a whole, one by one, so that the faulty ones are named.
  private func flush(
    _ batch: inout [(item: Item, place: String)], _ summary: inout Summary
  ) async throws {
    defer { batch.removeAll(keepingCapacity: true) }
    guard !batch.isEmpty else { return }
    do {
      try await destination.upsert(batch.map(\.item))
      summary.items += batch.count
    } catch let refusal as DestinationRefusal where batch.count == 1 {
      summary.refused.append((batch[0].place, "\(batch[0].item.id): \(refusal.reason)"))
    } catch is DestinationRefusal {
      for element in batch {
        var single = [element]
        try await flush(&single, &summary)
      }
    }
  }
}
