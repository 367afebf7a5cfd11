import HTTPTypes
import StacStore

extension CountPreference {
  /// What a `Prefer` header (RFC 7240) says of the count: `count=exact`, `count=estimated` or `count=none`, the words
  /// that PostgREST uses; other preferences and other words are no error and change nothing.
  init(_ headers: HTTPFields) {
    guard headers.contains(.prefer) else {
      self = .quick
      return
    }
    let preferences = headers[values: .prefer].flatMap { $0.split(separator: ",") }
      .map { $0.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\"" }.lowercased() }
    self =
      switch preferences.first(where: { $0.hasPrefix("count=") }) {
      case "count=exact": .exact
      case "count=none": .none
      default: .quick
      }
  }

  /// The preference that was followed, as `Preference-Applied` tells it; nil where nothing was asked.
  var applied: String? {
    switch self {
    case .quick: nil
    case .exact: "count=exact"
    case .none: "count=none"
    }
  }
}
