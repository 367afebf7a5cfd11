/// A place below `/models`.
enum ModelPlace: Sendable, Hashable {
  case validate
  case register
  case match
  case sources(ItemReference)

  /// Finds the place of the names behind `models`; nil where there is none.
  init?(_ names: ArraySlice<String>) {
    switch Array(names) {
    case ["validate"]: self = .validate
    case ["register"]: self = .register
    case ["match"]: self = .match
    default: return nil
    }
  }

  /// The path behind `/models`, with names for what varies.
  var template: String {
    switch self {
    case .validate: "/validate"
    case .register: "/register"
    case .match: "/match"
    case .sources: "/{processId}/sources"
    }
  }

  /// The methods the place answers, in the order of an Allow header.
  var methods: [String] {
    switch self {
    case .validate, .register: ["POST", "OPTIONS"]
    case .match: ["GET", "HEAD", "POST", "OPTIONS"]
    case .sources: ["GET", "HEAD", "OPTIONS"]
    }
  }

  /// Whether POST only asks; what makes this server read files for the asker is no question.
  var isQuery: Bool {
    switch self {
    case .validate, .register: false
    case .match, .sources: true
    }
  }
}
