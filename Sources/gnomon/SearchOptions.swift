import ArgumentParser

/// The settings of searches: what a number is worth, and what filters may name.
struct SearchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Up to how many matches of a search are counted; beyond it their number is an estimate (GNOMON_COUNT_LIMIT; "
        + "default 50).", valueName: "matches"))
  var countLimit: Int?

  @Flag(
    help: ArgumentHelp(
      "Refuse filters that name properties which neither a specification nor the data know (GNOMON_STRICT_QUERYABLES).")
  )
  var strictQueryables = false

  /// The settings, or the first that cannot be understood.
  func settings() throws -> SearchSettings {
    SearchSettings(countLimit: try resolvedLimit(), allowsOtherProperties: try !resolvedStrictness())
  }

  private func resolvedLimit() throws -> Int {
    guard let text = countLimit.map(String.init) ?? Environment.value("GNOMON_COUNT_LIMIT") else {
      return SearchSettings.usual.countLimit
    }
    guard let limit = Int(text), 0...1_000_000 ~= limit else {
      throw CommandFailure("--count-limit is a number from 0 to 1000000, not '\(text)'")
    }
    return limit
  }

  private func resolvedStrictness() throws -> Bool {
    try Environment.flag("GNOMON_STRICT_QUERYABLES", option: strictQueryables)
  }
}

/// How searches are answered.
struct SearchSettings: Sendable {
  /// Up to how many matches of a search are counted.
  let countLimit: Int
  /// Whether filters may name properties that neither a specification nor the data know.
  let allowsOtherProperties: Bool

  static let usual = SearchSettings(countLimit: 50, allowsOtherProperties: true)
}
