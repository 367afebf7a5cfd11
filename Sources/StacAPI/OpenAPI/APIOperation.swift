import StacModel

/// One operation of the interface as OpenAPI describes it.
struct APIOperation: Sendable {
  /// The template of the path.
  let path: String
  let method: APIMethod
  /// The operation's identifier, unique in the description.
  let id: String
  let tag: APITag
  let summary: String
  /// More than the summary says, in Markdown's plain subset: paragraphs, and code between back ticks.
  var description = ""
  /// Names in ``APIParameters``, in order, but for `language`.
  var parameters: [String] = []
  /// Whether `language` chooses the language of this server's own words.
  var takesLanguage = true
  var body: APIBody?
  let answers: [APIAnswer]
  /// What the operation stands on, which tells the refusals that it may answer with.
  var needs: APINeeds = []
  /// Refusals beyond those of what it stands on.
  var refusals: Set<Int> = []

  /// Names in ``APIParameters`` of all that it takes.
  var allParameters: [String] { takesLanguage ? parameters + ["language"] : parameters }

  /// The statuses of every refusal that the operation may answer with.
  var refusedStatuses: [Int] {
    var statuses: Set<Int> = [400, 414, 431, 500]
    if path != "/healthz", path != "/readyz" { statuses.insert(401) }
    if needs.contains(.database) { statuses.formUnion([503, 504]) }
    if needs.contains(.existing) { statuses.insert(404) }
    if needs.contains(.permission) { statuses.insert(403) }
    if body != nil { statuses.formUnion([408, 413, 415]) }
    return statuses.union(refusals).sorted()
  }
}

/// A method, in the order in which a path shows them.
enum APIMethod: String, Sendable, CaseIterable {
  case get, post, put, patch, delete
}

/// A chapter of the description.
enum APITag: String, Sendable, CaseIterable {
  case service = "Service"
  case items = "Items"
  case collections = "Collections"
  case vocabulary = "Vocabulary"
  case aggregation = "Aggregation"
  case browsing = "Browsing"
  case models = "Models"
  case processes = "Running models"

  var description: String {
    switch self {
    case .service: "What this server is, and whether it is well."
    case .items: "Searching, reading and writing items, and the files of their assets."
    case .collections: "Searching, reading and writing collections."
    case .vocabulary: "What filters may name, what results may be sorted by, and which functions there are."
    case .aggregation: "Counts and extremes of what a search finds."
    case .browsing: "Following links from the landing page to every item."
    case .models: "Checking, finding, tracing and promoting the models of the catalog."
    case .processes: "Running the models of the catalog (OGC API - Processes)."
    }
  }
}

/// What an operation stands on.
struct APINeeds: OptionSet, Sendable {
  let rawValue: Int

  /// The database, which may be away or slow.
  static let database = APINeeds(rawValue: 1)
  /// What the path names, which may not be there.
  static let existing = APINeeds(rawValue: 2)
  /// The right to write or to run.
  static let permission = APINeeds(rawValue: 4)
}

/// The body that an operation takes.
struct APIBody: Sendable {
  /// The name in ``APISchemas``.
  let schema: String
  var types: [MediaType] = [.json]
  let description: String
  /// The name in ``APIExamples``.
  var example: String?
}

/// How an operation answers where it succeeds.
struct APIAnswer: Sendable {
  /// One of the forms that an answer may have.
  struct Content: Sendable {
    let type: MediaType
    /// The name in ``APISchemas``.
    let schema: String
  }

  let status: Int
  let description: String
  /// Empty where the answer has no body.
  var contents: [Content] = []
  /// The name in ``APIExamples``.
  var example: String?
  /// Names in ``APIHeaders``.
  var headers: [String] = []

  /// An answer with a document.
  static func ok(
    _ schema: String, _ description: String, as type: MediaType = .json, status: Int = 200, example: String? = nil,
    headers: [String] = []
  ) -> APIAnswer {
    APIAnswer(
      status: status, description: description, contents: [Content(type: type, schema: schema)], example: example,
      headers: headers)
  }

  /// An answer without a body.
  static func empty(_ status: Int, _ description: String, headers: [String] = []) -> APIAnswer {
    APIAnswer(status: status, description: description, headers: headers)
  }
}

extension APIOperation {
  /// Every operation, in the order in which the description shows them.
  static let all: [APIOperation] =
    serviceOperations + itemOperations + collectionOperations + vocabularyOperations + aggregationOperations
    + browsingOperations + modelOperations + matchOperations + processOperations
}
