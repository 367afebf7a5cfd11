import ArgumentParser
import CatalogFiles
import Foundation
import MLMExtension
import StacModel

/// `gnomon register`: one model into the catalog.
struct RegisterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "register",
    abstract: "Put a model into the catalog, checked.",
    discussion: """
      The item must declare the STAC MLM extension. Its document is checked, its model file read by the guard, and its \
      golden vector (asset with role test-vector) predicted. A model that is there already is replaced.

      EXAMPLE
        gnomon register my-model.json
      """)

  @Argument(help: "The model's item.")
  var item: String

  @OptionGroup var database: DatabaseOptions

  @Option(help: ArgumentHelp("Address of a server to register with instead.", valueName: "http://…"))
  var url: String?

  @OptionGroup var serverKey: ServerKeyOptions

  @Option(help: ArgumentHelp("Host that the model file may be fetched from; repeatable.", valueName: "host"))
  var allowHost: [String] = []

  @Flag(help: "Take a model into the catalog that cannot be run here, such as one for PyTorch.")
  var catalogOnly = false

  func run() async throws {
    let model = try await read()
    let findings = MLMExtension.validate(model)
    guard findings.faults.isEmpty else { throw Self.refusal(findings.faults) }
    let proof = ModelProof(access: .user(dataDirectory: database.dataDirectory, allowedHosts: allowHost))
    let found = findings.adding(await proof.check(model))
    guard catalogOnly || found.runBars.isEmpty else { throw Self.refusal(found.runBars.map(\.fault)) }
    for warning in found.warnings { Progress.write("warning  \(warning)\n") }
    try await CatalogDestinations.with(database, url: url, key: serverKey.key, command: "register") { destination in
      do {
        try await destination.upsert([model])
      } catch let refusal as DestinationRefusal {
        throw CommandFailure("the model is refused: \(refusal.reason)")
      }
    }
    print("Registered \(model.collectionID ?? "")/\(model.id).")
  }

  /// The one item of the file, its hrefs resolved.
  private func read() async throws -> Item {
    let documents = try CatalogReader.documents(ofFile: item)
    if let refused = documents.refused.first { throw CommandFailure("\(refused)") }
    guard documents.items.count == 1, let model = documents.items.first else {
      throw CommandFailure("\(item) holds \(documents.items.count) STAC items; a model is one")
    }
    guard MLMExtension.isDeclared(by: model) else {
      throw CommandFailure("\(item) does not declare the MLM extension in stac_extensions; use gnomon load")
    }
    return model
  }

  private static func refusal(_ faults: [Fault]) -> CommandFailure {
    CommandFailure("the model is refused:\n" + faults.map { "  \($0)" }.joined(separator: "\n"))
  }
}
