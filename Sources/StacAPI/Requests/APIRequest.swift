import HTTPTypes
import StacModel
import StacStore

/// A request that has found its place.
struct APIRequest: Sendable {
  let route: Route
  /// The method in capitals; HEAD arrives as GET.
  let method: String
  let target: RequestTarget
  let headers: HTTPFields
  let body: ArrivingBody
  let base: BaseURL
  let limits: RequestLimits
  /// Whoever asks; ``Actor/anonymous`` where it does not matter.
  let actor: Actor
  /// The language of this server's own words in the answer.
  let language: LanguageChoice
  /// Where large pages wait for their turn.
  let pages: PageGate

  /// Refuses parameters where a place takes none but those named, each once.
  func parameters(_ known: Set<String>) throws(ParameterError) -> [String: String] {
    var values: [String: String] = [:]
    for (name, value) in target.query {
      guard known.contains(name) else {
        let names = known.sorted().joined(separator: ", ")
        throw ParameterError(
          String(name.prefix(64)),
          known.isEmpty ? "this resource takes no parameters" : "the parameter is not known; known are \(names)")
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw ParameterError(name, "the parameter is given twice")
      }
    }
    return values
  }

  /// Why something is removed, as the query says; nothing else may stand there.
  func comment() throws(ParameterError) -> String {
    let comment = try parameters(["comment"])["comment"] ?? ""
    guard comment.utf8.count <= ModelPromotions.longestComment else {
      throw ParameterError("comment", "at most \(ModelPromotions.longestComment) bytes are kept")
    }
    return comment
  }

  /// Whether it may be answered on the event loop of its connection.
  var isQuick: Bool { route.isQuick(method, body: headers.contains(.contentEncoding) ? nil : body.byteCount) }

  /// The body as JSON, of a document's size.
  func document() async throws -> JSONValue { try JSONParser.parse(await bytes(limit: limits.documentBody)) }

  /// The same as a text whose values are made when they are asked for.
  func text() async throws -> JSONText { try JSONText(await bytes(limit: limits.documentBody)) }

  /// The body as JSON, of a search's size.
  func query() async throws -> JSONValue { try JSONParser.parse(await bytes(limit: limits.queryBody)) }

  /// The media types of bodies that a method takes.
  private static func types(_ method: String) -> [String] {
    let documents = ["application/json", "application/geo+json"]
    return method == "PATCH" ? ["application/merge-patch+json"] + documents : documents
  }

  private func bytes(limit: Int) async throws -> [UInt8] {
    let reader = RequestBodyReader(
      headers: headers, body: body, types: Self.types(method), limit: limit, timeout: limits.bodyTimeout,
      silence: limits.idleTimeout * 3 / 4)
    return try await reader.bytes()
  }
}
