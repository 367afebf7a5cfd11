import ArgumentParser
import Foundation
import MLMExtension
import StacAPI
import StacModel
import StacStore

/// `gnomon promote`: a decision about a model.
struct PromoteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "promote",
    abstract: "Take a model to another state: proposed, validated, approved, production or retired.",
    discussion: """
      proposed    somebody wants it to be used
      validated   nothing was found against its document and its files, and its golden vector was met: looked at now
      approved    a person answers for it
      production  it is the version that is used; the one that was steps back to approved
      retired     it is not to be used any more

      Each decision is kept with who, when, why and what it stands on, and is never changed: gnomon promotions shows \
      them. Approving and taking into production need a person of the role approver. A model whose document has changed \
      begins again at proposed.

      A model is collection/id, or collection/name@latest, @production or @version.

      EXAMPLES
        gnomon promote models/crops-2 proposed --comment 'trained on the 2025 season'
        gnomon promote models/crops-2 validated
        gnomon promote models/crops-2 approved --comment 'better on all test areas' --evidence metrics.json
        gnomon promote models/crops-2 production --url https://example.org/stac
      """)

  @Argument(help: "The model, as collection/id, or collection/name@latest, @production or @version.")
  var model: String

  @Argument(help: "What it becomes: \(ModelState.allCases.map(\.rawValue).joined(separator: ", ")).")
  var state: String

  @Option(help: ArgumentHelp("Why.", valueName: "text"))
  var comment: String = ""

  @Option(help: ArgumentHelp("JSON file with what the decision stands on.", valueName: "file"))
  var evidence: String?

  @Flag(help: "Whoever approves must be another than who registered or proposed (GNOMON_FOUR_EYES).")
  var fourEyes = false

  @OptionGroup var database: DatabaseOptions

  @Option(help: ArgumentHelp("Address of a server to decide at instead.", valueName: "http://…"))
  var url: String?

  @OptionGroup var serverKey: ServerKeyOptions

  @Option(help: ArgumentHelp("Host that the model file may be fetched from; repeatable.", valueName: "host"))
  var allowHost: [String] = []

  func run() async throws {
    guard let state = ModelState(rawValue: state) else {
      throw CommandFailure(
        "'\(state)' is no state; there are \(ModelState.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    guard comment.utf8.count <= ModelPromotions.longestComment else {
      throw CommandFailure("--comment is longer than \(ModelPromotions.longestComment) bytes")
    }
    let given = try evidence.map { try Self.evidence($0) }
    let reference = try ItemName.reference(model)
    if let url { return try await decide(state, reference, given, at: url) }
    let needsFourEyes = try Environment.flag("GNOMON_FOUR_EYES", option: fourEyes)
    let proof = ModelProof(access: .user(dataDirectory: database.dataDirectory, allowedHosts: allowHost))
    let found = try await OpenCatalog.with(database, command: "promote") { catalog in
      try await CommandFailure.refusing {
        let source = EvidenceOfModels(proof: proof, store: catalog.store)
        return try await ModelPromotions(store: catalog.store, needsFourEyes: needsFourEyes) {
          try await source.evidence($0)
        }
        .promote(reference, to: state, comment: comment, evidence: given, by: .user(Machine.user))
      }
    }
    print("\(found.collection)/\(found.id) is \(state.rawValue).")
  }

  private func decide(
    _ state: ModelState, _ model: ItemReference, _ given: JSONValue?, at url: String
  ) async throws {
    var body: JSONObject = ["to": .string(state.rawValue), "comment": .string(comment)]
    if let given { body["evidence"] = given }
    let server = try RemoteServer(url: url, key: serverKey.key)
    let answer = try await server.object("POST", RemoteServer.promotions(of: model), .object(body))
    let id = answer["id"]?.string ?? model.id
    print("\(model.collection)/\(id) is \(answer["state"]?.string ?? state.rawValue).")
  }

  private static func evidence(_ path: String) throws -> JSONValue {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure("--evidence: \(path) cannot be read")
    }
    guard data.count <= ModelPromotions.mostEvidence else {
      throw CommandFailure("--evidence: \(path) has more than \(ModelPromotions.mostEvidence) bytes")
    }
    do {
      return try JSONParser.parse(Array(data))
    } catch {
      throw CommandFailure("--evidence: \(path): \(error)")
    }
  }
}

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
      return try await server.object("GET", RemoteServer.promotions(of: reference))
    }
    return try await OpenCatalog.with(database, command: "promotions") { catalog in
      try await CommandFailure.refusing {
        try await ModelPromotions(store: catalog.store) { item in
          ModelEvidence(findings: MLMExtension.validate(item), modelFile: nil, testVector: nil)
        }.history(of: reference)
      }
    }
  }
}

extension RemoteServer {
  /// The promotions of a model.
  fileprivate static func promotions(of model: ItemReference) -> String { path(of: model) + "/promotions" }
}
