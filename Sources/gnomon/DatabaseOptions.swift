import ArgumentParser
import Foundation

/// Where the catalog is: a data directory with a private PostgreSQL, or a database of one's own.
struct DatabaseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folder of the private PostgreSQL and of results (GNOMON_DATA_DIR; default .gnomon).", valueName: "folder"))
  var dataDir: String?

  @Option(
    help: ArgumentHelp(
      "PostgreSQL >= 15 with PostGIS >= 3.3 to use instead of the private one (GNOMON_DATABASE_URL).",
      valueName: "postgresql://…"))
  var databaseURL: String?

  /// The data directory as an absolute path.
  var dataDirectory: String {
    URL(fileURLWithPath: dataDir ?? Environment.value("GNOMON_DATA_DIR") ?? ".gnomon").standardizedFileURL.path
  }

  /// Refuses two databases, for commands that have no other use for a data directory.
  func refuseTwoDatabases() throws {
    guard dataDir == nil || databaseURL == nil else {
      throw CommandFailure("--data-dir and --database-url name two databases; say one of them")
    }
  }

  /// The database to use instead of the private one, nil where none is named; an option wins over the environment, and
  /// a data directory that is spelled out over a database of the environment.
  var namedDatabaseURL: String? {
    if let databaseURL { return databaseURL }
    return dataDir == nil ? Environment.value("GNOMON_DATABASE_URL") : nil
  }
}

/// The environment, read here and nowhere else.
enum Environment {
  /// A variable's value, nil where it is absent or empty.
  static func value(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether an option is said, else whether a variable says yes.
  static func flag(_ name: String, option: Bool) throws -> Bool {
    guard !option, let text = value(name) else { return option }
    switch text.lowercased() {
    case "1", "true", "yes", "on": return true
    case "0", "false", "no", "off": return false
    default: throw CommandFailure("\(name) is true or false, not '\(text)'")
    }
  }

  /// The comma-separated parts of a variable's value.
  static func list(_ name: String) -> [String] {
    (value(name) ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }
}
