import ArgumentParser
import Foundation
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

      Without --url the decision is taken here, as a server takes it: MLflow (--mlflow-tracking-uri) is asked for the run, \
      and told which version is in production. What it could not be told is left for gnomon serve.

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

  @OptionGroup var mlflow: MLflowOptions

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
    let local = LocalPromotion(
      needsFourEyes: try Environment.flag("GNOMON_FOUR_EYES", option: fourEyes),
      proof: ModelProof(
        access: .user(
          dataDirectory: database.dataDirectory, allowedHosts: allowHost, trackingURIs: mlflow.trackingURI)),
      mlflow: try mlflow.settings(policy: ArtifactOptions.environment(allowedHosts: allowHost).policy))
    let history = try await OpenCatalog.with(database, command: "promote") { catalog in
      try await CommandFailure.refusing {
        try await local.promote(reference, to: state, comment: comment, evidence: given, in: catalog)
      }
    }
    print("\(history["collection"]?.string ?? "")/\(history["id"]?.string ?? "") is \(state.rawValue).")
    for line in AliasReport.lines(of: history) { print(line) }
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
