import ArgumentParser

/// Where reads may go beside the database itself.
struct ReplicaOptions: ParsableArguments {
  @Option(
    name: .customLong("read-database-url"),
    help: ArgumentHelp(
      "Streaming replica of the database to read from; of several hosts each is one (GNOMON_READ_DATABASE_URL).",
      valueName: "postgresql://…"))
  var readDatabaseURL: String?

  @Option(
    help: ArgumentHelp(
      "How far behind the database a replica may be that is read from (GNOMON_MAX_REPLICA_LAG; default 10s).",
      valueName: "duration"))
  var maxReplicaLag: String?

  /// The settings, nil where no replica is named, or the first that cannot be understood.
  func settings() throws -> ReplicaChoice? {
    let text = maxReplicaLag ?? Environment.value("GNOMON_MAX_REPLICA_LAG") ?? "10s"
    guard let lag = Duration(option: text), lag >= .milliseconds(100) else {
      throw CommandFailure(
        "--max-replica-lag is a duration of at least 100ms, such as 500ms, 10s or 1min, not '\(text)'")
    }
    guard let url = readDatabaseURL ?? Environment.value("GNOMON_READ_DATABASE_URL") else { return nil }
    guard OpenCatalog.isConnectionString(url) else {
      throw CommandFailure(
        "--read-database-url is an address such as postgresql://user@host/name, not '\(url.prefix(60))'")
    }
    return ReplicaChoice(connectionURL: url, maximumLag: lag)
  }
}

/// The replicas to read from.
struct ReplicaChoice: Sendable {
  let connectionURL: String
  /// How far behind they may be.
  let maximumLag: Duration
}

extension Duration {
  /// Reads a duration as options write it: `250ms`, `1s`, `2min`.
  init?(option text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units: [Substring: Duration] = ["ms": .milliseconds(1), "s": .seconds(1), "min": .seconds(60)]
    guard let number = Int(digits), number <= 1_000_000, let unit = units[text.dropFirst(digits.count)] else {
      return nil
    }
    self = unit * number
  }
}
