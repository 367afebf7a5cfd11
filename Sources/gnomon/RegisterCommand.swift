import ArgumentParser
import CatalogFiles
import Containers
import MLMExtension
import MLflow
import StacAPI
import StacModel

/// `gnomon register`: one model into the catalog.
struct RegisterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "register",
    abstract: "Put a model into the catalog, checked; again and again changes nothing.",
    discussion: """
      The item must declare the STAC MLM extension. Its document is checked, its model file read by the guard, and its \
      golden vector (asset with role test-vector) predicted. A model is told from others by mlm:name, version and the \
      file:checksum of its file: what is registered already is left as it is, what differs is updated and shown, and \
      another file under a registered version is refused. The same files in another folder of this machine, as another checkout \
      has them, are no change. The exit status is 0 only where the model is in the catalog as \
      the item says, or would be.

      EXAMPLES
        gnomon register my-model.json
        gnomon register my-model.json --dry-run
        gnomon register --from-mlflow models:/land-cover@champion --template item.json
        gnomon register model/item.json --url https://example.org/stac --href-base https://example.org/models/crops/1.4.0/
        gnomon register my-model.json --url https://example.org/stac --json
      """)

  @Argument(help: "The model's item; none where it is made with --from-mlflow.")
  var item: String?

  @OptionGroup var mlflow: MLflowModelOptions

  @OptionGroup var database: DatabaseOptions

  @Option(help: ArgumentHelp("Address of a gnomon server to register with instead.", valueName: "http://…"))
  var url: String?

  @OptionGroup var serverKey: ServerKeyOptions

  @Option(
    help: ArgumentHelp(
      "Where the item's folder will be readable: its relative hrefs are stored as URLs below this.", valueName: "url"))
  var hrefBase: String?

  @Option(help: ArgumentHelp("Host that the model file may be fetched from; repeatable.", valueName: "host"))
  var allowHost: [String] = []

  @Flag(help: "Take a model into the catalog that cannot be run here, such as one for PyTorch.")
  var catalogOnly = false

  @Flag(
    help:
      "Let a version that is registered get another file or other places of its files, or an identifier another model.")
  var replace = false

  @Flag(help: "Ask the registries of its container images whether they have them, and keep what they say.")
  var checkRegistry = false

  @Flag(help: "Only say what would be done.")
  var dryRun = false

  @Flag(help: "Print what was done as JSON, faults and failures (code, description) too.")
  var json = false

  func run() async throws {
    do {
      let model = try await read()
      let findings = try await check(model)
      let answer = try await register(published(model), findings)
      if !json { tell(RegistrationSummary.warnings(answer), except: findings) }
      Swift.print(json ? JSONSerializer.text(.object(answer)) : RegistrationSummary(answer).text)
    } catch {
      guard let refusal = RegistrationRefusal(error) else {
        // Programs read why on the standard output, whatever it was.
        if json { Swift.print(JSONSerializer.text(["code": "failed", "description": .string("\(error)")])) }
        throw error
      }
      guard json else { throw CommandFailure(refusal.text) }
      Swift.print(JSONSerializer.text(.object(refusal.json)))
      throw ExitCode.failure
    }
  }

  /// Tells what a server or the catalog has found that was not found in the document.
  private func tell(_ warnings: [JSONObject], except known: ModelFindings) {
    let told = Set(known.all.map { "\($0.pointer) \($0.rule.rawValue)" })
    for warning in warnings {
      let place = warning["pointer"]?.string ?? ""
      guard !told.contains("\(place) \(warning["rule"]?.string ?? "")") else { continue }
      Progress.write("warning  \(RegistrationSummary.sentence(warning))\n")
    }
  }

  /// What is read from here: what the user of the machine may read, and what the MLflow server that is named hands out.
  private var access: AssetAccess {
    AssetAccess.user(
      dataDirectory: database.dataDirectory, allowedHosts: allowHost,
      trackingURIs: mlflow.trackingURI.map { [$0] } ?? [])
  }

  /// The one item of the file, its hrefs resolved.
  private func read() async throws -> Item {
    let access = self.access
    // MLflow servers that do not hand artifacts out keep them in a folder of this machine or in storage of the S3 kind.
    let made = try await mlflow.item { try await access.contents(of: $0, limit: Int(ModelSource.mostBytes)) }
    if let made {
      for note in made.notes { Progress.write("warning  \(note)\n") }
      return try Self.checked(made.item, from: "the template")
    }
    guard let item else { throw CommandFailure("a model is named by its item, or by --from-mlflow and --template") }
    let documents = try CatalogReader.documents(ofFile: item)
    if let refused = documents.refused.first {
      // Read again as the server reads it, which names every fault; what is no JSON was said already.
      _ = try MLMExtension.item(JSONText(.object(try CatalogReader.template(ofFile: item))))
      throw CommandFailure("\(refused)")
    }
    guard documents.items.count == 1, let model = documents.items.first else {
      throw CommandFailure("\(item) holds \(documents.items.count) STAC items; a model is one")
    }
    return try Self.checked(model, from: item)
  }

  /// The item as it is to be stored: its relative hrefs where others will read them, or as they are on this machine.
  private func published(_ model: Item) throws -> Item {
    guard let hrefBase else {
      if let url, !json { warn(of: model, at: url) }
      return model
    }
    guard let item else { throw CommandFailure("--href-base is for the hrefs of an item; --from-mlflow has none") }
    guard hrefBase.contains("://"), !hrefBase.contains("?"), !hrefBase.contains("#") else {
      throw CommandFailure(
        "--href-base is the URL of a folder, such as https://example.org/models/crops/, not '\(hrefBase)'")
    }
    let folder = hrefBase.hasSuffix("/") ? hrefBase : hrefBase + "/"
    let name = item.split(separator: "/").last.map { PercentCoding.encode(String($0)) } ?? ""
    let published = try CatalogReader.documents(ofFile: item, publishedAs: folder + name)
    if let refused = published.refused.first { throw CommandFailure("\(refused)") }
    return try Self.checked(published.items.first ?? model, from: item)
  }

  /// Tells which files a server on another machine cannot read.
  private func warn(of model: Item, at url: String) {
    guard RemoteServer.isElsewhere(url) else { return }
    for asset in model.assets where asset.href.hasPrefix("file:///") || asset.href.hasPrefix("/") {
      let place = JSONPointer("/assets").appending(asset.key).appending("href")
      Progress.write(
        "warning  \(place): \(asset.href) is a file of this machine, which \(url) cannot read unless it has it too; "
          + "say with --href-base where the files will be\n")
    }
  }

  /// A model that names the collection which it goes to.
  private static func checked(_ model: Item, from source: String) throws -> Item {
    guard MLMExtension.isDeclared(by: model) else {
      throw CommandFailure("\(source) does not declare the MLM extension in stac_extensions; use gnomon load")
    }
    guard model.collectionID?.isEmpty == false else {
      throw CommandFailure(
        "\(source) names no collection; write the one that the model goes to into its member collection")
    }
    return model
  }

  /// Checks the document and, from here, its files; the warnings are told.
  private func check(_ model: Item) async throws -> ModelFindings {
    let findings = try await ModelProof(access: access).findings(of: model)
    guard findings.faults.isEmpty else { throw DocumentRefusal(findings.faults) }
    guard catalogOnly || findings.runBars.isEmpty else { throw DocumentRefusal(findings.runBars.map(\.fault)) }
    if !json { for warning in findings.warnings { Progress.write("warning  \(warning)\n") } }
    return findings
  }

  private func register(_ model: Item, _ findings: ModelFindings) async throws -> JSONObject {
    let options = ModelRegistration.Options(replaces: replace, isDryRun: dryRun)
    if let url {
      return try await RemoteRegistration(url: url, key: serverKey.key)
        .register(model, options: options, catalogOnly: catalogOnly, checksRegistry: checkRegistry)
    }
    return try await OpenCatalog.with(database, command: "register") { catalog in
      let images = checkRegistry ? try await askRegistries(for: model, in: catalog) : []
      return try await ModelRegistration(store: catalog.store)
        .register(model, in: model.collectionID ?? "", options: options)
        .json(model, findings.adding(images))
    }
  }

  /// Asks the registries of the model's images.
  private func askRegistries(for model: Item, in catalog: OpenCatalog) async throws -> [ModelFinding] {
    let policy = ArtifactOptions.environment(allowedHosts: allowHost).policy
    let checks = ContainerChecks(store: catalog.store, registry: ImageRegistry(policy: policy))
    return try await ContainerFindings.ask(checks, of: model)
  }
}
