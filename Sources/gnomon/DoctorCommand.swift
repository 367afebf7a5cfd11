import ArgumentParser
import EmbeddedPostgres
import Foundation
import Geo
import Inference
import MLflow
import Postgres
import StacStore

/// `gnomon doctor`: what is there, what is missing, and how to get it.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what is missing on this machine and how to get it.",
    discussion: """
      Ends with status 0 where all is well. With --print-database-url it prints the address of the database and \
      nothing else, for psql: psql "$(gnomon doctor --print-database-url)"

      Models that somebody should look at are warnings: those whose files are wrong or whose golden vector is not met, and \
      those whose MLflow run is not as they say. \(mostNamed) of each are named, or with --all every one.
      """)

  @OptionGroup var database: DatabaseOptions

  @Flag(name: .customLong("print-database-url"), help: "Print the address of the database and nothing else.")
  var printDatabaseURL = false

  @Flag(help: "Name every model that somebody should look at.")
  var all = false

  func run() async throws {
    try database.refuseTwoDatabases()
    if printDatabaseURL { return try printURL() }
    var findings = Self.libraries()
    findings += await databaseFindings()
    for finding in findings { print(finding.line) }
    if findings.contains(where: { !$0.isGood }) { throw ExitCode(1) }
  }

  private func printURL() throws {
    if let url = database.namedDatabaseURL { return print(url) }
    guard let url = EmbeddedPostgres.runningConnectionURL(dataDirectory: database.dataDirectory) else {
      throw CommandFailure(
        "no database runs on \(database.dataDirectory); start one with: gnomon serve --data-dir \(database.dataDirectory)"
      )
    }
    print(url)
  }

  private static func libraries() -> [Finding] {
    var versions = GeoLibrary.versions
    versions["XGBoost"] = "\(XGBoostLibrary.version)"
    return versions.sorted { $0.key < $1.key }.map { Finding(true, "\($0.key) \($0.value)") }
  }

  private func databaseFindings() async -> [Finding] {
    if let url = database.namedDatabaseURL { return await reach(url) }
    var findings: [Finding] = []
    do {
      let installation = try PostgresInstallation.find()
      findings.append(Finding(true, "PostgreSQL \(installation.major) in \(installation.binaries)"))
      findings.append(
        installation.hasPostGIS
          ? Finding(true, "PostGIS for PostgreSQL \(installation.major)")
          : Finding(false, "PostGIS is missing", "apt-get install postgresql-\(installation.major)-postgis-3"))
    } catch {
      findings.append(Finding(false, error.description))
    }
    if let url = EmbeddedPostgres.runningConnectionURL(dataDirectory: database.dataDirectory) {
      findings += await reach(url)
    } else {
      findings.append(directory())
    }
    return findings
  }

  private func directory() -> Finding {
    let path = database.dataDirectory
    guard FileManager.default.fileExists(atPath: path) else {
      return Finding(true, "data directory \(path): not there yet; gnomon serve makes it")
    }
    return FileManager.default.isWritableFile(atPath: path)
      ? Finding(true, "data directory \(path): no database runs on it now")
      : Finding(false, "data directory \(path) cannot be written", "chown it to the user who runs gnomon")
  }

  /// Asks a database for its versions; changes nothing.
  private func reach(_ url: String) async -> [Finding] {
    let pool = PostgresPool(connectionURL: url, size: 1)
    let outcome: Finding
    var doubts: [Finding] = []
    do {
      let isAtHead = try await CatalogDatabase.isAtHead(pool)
      if isAtHead { doubts = await doubtfulModels(pool) }
      outcome = Finding(
        isAtHead, "the database answers" + (isAtHead ? "" : ", but its schema is another version's"), "gnomon migrate")
    } catch {
      let isNew = error.state == .undefinedTable
      outcome = Finding(
        isNew, isNew ? "the database answers and holds no catalog yet" : Migrator.Refusal.line(for: error))
    }
    await pool.shutdown()
    return [outcome] + doubts
  }

  /// How many models are named for the state of their MLflow runs, and as many for their files.
  private static let mostNamed = 20

  /// Models that somebody should look at; the machine lacks nothing.
  private func doubtfulModels(_ pool: PostgresPool) async -> [Finding] {
    guard let store = try? await PostgresCatalogStore(pool: pool) else { return [] }
    return await doubtfulRuns(store) + faultyFiles(store)
  }

  /// Models whose files are wrong, or that miss their golden vector with the software that proved them last.
  private func faultyFiles(_ store: PostgresCatalogStore) async -> [Finding] {
    guard let found = try? await store.faultyProofs(limit: all ? nil : Self.mostNamed) else { return [] }
    let named = found.named.map { proof in
      let fault = proof.state == .missed ? "misses its golden vector" : "has a file that is wrong"
      return Finding(doubt: "\(proof.collection)/\(proof.id) \(fault) with \(proof.runtime)", proof.reason)
    }
    return named + rest(found.count - named.count, "with files that are wrong or golden vectors that are missed")
  }

  /// Models whose MLflow run was not found as they declare it when it was last looked for.
  private func doubtfulRuns(_ store: PostgresCatalogStore) async -> [Finding] {
    let states = [RunState.missing, .drifted, .unreachable, .refused].map(\.rawValue)
    guard let found = try? await store.modelRuns(inStates: states, limit: all ? nil : Self.mostNamed) else { return [] }
    let named = found.named.map { run in
      Finding(doubt: "the MLflow run of \(run.collection)/\(run.id) is \(run.state)", run.reasons.first)
    }
    return named + rest(found.count - named.count, "with runs that are missing, drifted, unreachable or refused")
  }

  /// How many further models there are that are not named.
  private func rest(_ count: Int, _ what: String) -> [Finding] {
    guard count > 0 else { return [] }
    let models = count == 1 ? "model" : "models"
    return [Finding(doubt: "\(count) more \(models) \(what)", "gnomon doctor --all names them")]
  }

  /// One thing that was looked at.
  private struct Finding {
    let isGood: Bool
    /// Whether it is good for this machine, and yet somebody should look at it.
    var isDoubtful = false
    let text: String
    let remedy: String?

    init(_ isGood: Bool, _ text: String, _ remedy: String? = nil) {
      self.isGood = isGood
      self.text = text
      self.remedy = remedy
    }

    init(doubt text: String, _ reason: String?) {
      self.init(true, text, reason)
      isDoubtful = true
    }

    var line: String {
      if isDoubtful { return "  warning  \(text)" + (remedy.map { ": \($0)" } ?? "") }
      guard !isGood else { return "  ok       \(text)" }
      return "  missing  \(text)" + (remedy.map { ": \($0)" } ?? "")
    }
  }
}
