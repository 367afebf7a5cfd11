import ArgumentParser

/// The settings of searches: how much time a number is worth, and what filters may name.
struct SearchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How long counting the matches of a search may take; beyond it the number is an estimate (GNOMON_COUNT_DEADLINE; "
        + "default 5).", valueName: "milliseconds"))
  var countDeadline: Int?

  @Flag(
    help: ArgumentHelp(
      "Refuse filters that name properties which neither a specification nor the data know (GNOMON_STRICT_QUERYABLES).")
  )
  var strictQueryables = false

  /// The settings, or the first that cannot be understood.
  func settings() throws -> SearchSettings {
    SearchSettings(countDeadline: try resolvedDeadline(), allowsOtherProperties: try !resolvedStrictness())
  }

  private func resolvedDeadline() throws -> Duration {
    guard let text = countDeadline.map(String.init) ?? Environment.value("GNOMON_COUNT_DEADLINE") else {
      return SearchSettings.usual.countDeadline
    }
    guard let milliseconds = Int(text), 0...60_000 ~= milliseconds else {
      throw CommandFailure("--count-deadline is a number of milliseconds from 0 to 60000, not '\(text)'")
    }
    return .milliseconds(milliseconds)
  }

  private func resolvedStrictness() throws -> Bool {
    guard !strictQueryables, let text = Environment.value("GNOMON_STRICT_QUERYABLES") else { return strictQueryables }
    switch text.lowercased() {
    case "1", "true", "yes", "on": return true
    case "0", "false", "no", "off": return false
    default: throw CommandFailure("GNOMON_STRICT_QUERYABLES is true or false, not '\(text)'")
    }
  }
}

/// How searches are answered.
struct SearchSettings: Sendable {
  /// How long counting the matches of a search may take.
  let countDeadline: Duration
  /// Whether filters may name properties that neither a specification nor the data know.
  let allowsOtherProperties: Bool

  static let usual = SearchSettings(countDeadline: .milliseconds(5), allowsOtherProperties: true)
}
