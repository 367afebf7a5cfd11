/// A place below `/models`.
enum ModelPlace: Sendable, Hashable {
  case validate

  /// Finds the place of the names behind `models`; nil where there is none.
  init?(_ names: ArraySlice<String>) {
    switch Array(names) {
    case ["validate"]: self = .validate
    default: return nil
    }
  }

  /// The path behind `/models`, with names for what varies.
  var template: String {
    switch self {
    case .validate: "/validate"
    }
  }

  /// The methods the place answers, in the order of an Allow header.
  var methods: [String] {
    switch self {
    case .validate: ["POST", "OPTIONS"]
    }
  }

  /// Whether POST only asks; what makes this server read files for the asker is no question.
  var isQuery: Bool {
    switch self {
    case .validate: false
    }
  }
}
