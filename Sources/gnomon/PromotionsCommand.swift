import ArgumentParser
import MLMExtension
import StacAPI
import StacModel

/// `gnomon promotions`: what was decided about a model.
struct PromotionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "promotions",
    abstract: "Show what was decided about a model: who, when, why.",
    discussion: """
      EXAMPLES
        gnomon promotions models/crops-2
        gnomon promotions models/crops@production --json
      """)

  @Argument(help: "The model, as collection/id, or collection/name@latest, @production or @version.")
  var model: String

  @Flag(help: "Print JSON, with the evidence and what MLflow was told.")
  var json = false

  @OptionGroup var database: DatabaseOptions

  @Option(help: ArgumentHelp("Address of a server to ask instead.", valueName: "http://…"))
  var url: String?

  @OptionGroup var serverKey: ServerKeyOptions

  func run() async throws {
    let reference = try ItemName.reference(model)
    let history = try await history(of: reference)
    if json { return print(JSONSerializer.text(.object(history))) }
    let isRemoved = history["removed"]?.bool == true
    let state = isRemoved ? "removed" : history["state"]?.string ?? "in no state yet"
    let isChanged = history["document_unchanged"]?.bool == false
    print(
      "\(history["collection"]?.string ?? "")/\(history["id"]?.string ?? ""): \(state)"
        + (isChanged ? ", but its document has changed since" : ""))
    let rows = (history["promotions"]?.array ?? []).compactMap(\.object).map { entry in
      [
        entry["at"]?.string.map { String($0.prefix(19)) } ?? "", entry["from"]?.string ?? "-",
        entry["to"]?.string ?? "", entry["by"]?.object?["name"]?.string ?? "", entry["comment"]?.string ?? "",
      ]
    }
    guard !rows.isEmpty else { return }
    print(TextTable(header: ["WHEN", "FROM", "TO", "WHO", "WHY"], rows: rows).text)
  }

  private func history(of reference: ItemReference) async throws -> JSONObject {
    if let url {
      let server = try RemoteServer(url: url, key: serverKey.key)
      return try await Self.whole { number in
        let before = number.map { "&before=\($0)" } ?? ""
        return try await server.object(
          "GET", RemoteServer.promotions(of: reference) + "?limit=\(Self.mostAtOnce)\(before)")
      }
    }
    return try await OpenCatalog.with(database, command: "promotions") { catalog in
      try await CommandFailure.refusing {
        let promotions = ModelPromotions(store: catalog.store) { item in
          ModelEvidence(findings: MLMExtension.validate(item), modelFile: nil, testVector: nil)
        }
        return try await Self.whole { number in
          try await promotions.history(of: reference, before: number, limit: Self.mostAtOnce)
        }
      }
    }
  }

  private static let mostAtOnce = ModelPromotions.mostEntries

  /// A history with all its entries, which come page by page, the latest page first.
  ///
  /// - Parameter page: the entries before one of a number, as many as come at once; nil for the latest.
  private static func whole(_ page: (Int64?) async throws -> JSONObject) async throws -> JSONObject {
    var history = try await page(nil)
    var entries = history["promotions"]?.array ?? []
    var latest = entries
    while latest.count == mostAtOnce, let first = latest.first?.object?["number"]?.integer {
      latest = try await page(first)["promotions"]?.array ?? []
      entries = latest + entries
    }
    history["promotions"] = .array(entries)
    history["links"] = nil
    return history
  }
}

extension RemoteServer {
  /// The promotions of a model.
  static func promotions(of model: ItemReference) -> String { path(of: model) + "/promotions" }
}
