import HTTPTypes
import Hummingbird
import StacModel
import StacStore

/// `promotions` of a model: what was decided about it, and deciding.
struct PromotionController {
  let services: APIServices

  func answer(_ request: APIRequest, model: ItemReference) async throws -> Response {
    guard request.method == "POST" else { return try await history(of: model, request) }
    _ = try request.parameters([])
    let body = try Body(try await request.query())
    let promoted = try await services.promotions.promote(
      model, to: body.state, comment: body.comment, evidence: body.evidence, by: request.actor)
    var response = Response.json(try await services.promotions.history(of: promoted), status: .created)
    response.headers[.location] =
      request.base.url("collections", promoted.collection, "items", promoted.id) + "/promotions"
    return response
  }

  /// The latest decisions, with a link to those before where there may be such.
  private func history(of model: ItemReference, _ request: APIRequest) async throws -> Response {
    let parameters = try request.parameters(["before", "limit"])
    let limit = min(
      try Self.count("limit", parameters).map { Int($0) } ?? Self.usualEntries, ModelPromotions.mostEntries)
    var history = try await services.promotions.history(
      of: model, before: try Self.count("before", parameters), limit: limit)
    let entries = history["promotions"]?.array ?? []
    if entries.count == limit, let first = entries.first?.object?["number"]?.integer {
      let url = request.base.url("collections", model.collection, "items", model.id)
      var links = LinkList()
      links.add(.next, "\(url)/promotions?before=\(first)&limit=\(limit)", .json)
      history["links"] = links.json
    }
    return .json(history)
  }

  private static let usualEntries = 200

  private static func count(_ name: String, _ parameters: [String: String]) throws(ParameterError) -> Int64? {
    guard let text = parameters[name] else { return nil }
    guard let number = Int64(text), 1...(1 << 53) ~= number else {
      throw ParameterError(name, "a whole number from 1 on was expected")
    }
    return number
  }

  /// What is to be decided.
  private struct Body {
    let state: ModelState
    let comment: String
    let evidence: JSONValue?

    init(_ json: JSONValue) throws(APIError) {
      guard let object = json.object else { throw APIError(.invalidInput, "The body is an object with the member to") }
      var faults: [Fault] = []
      for name in object.names where !["to", "comment", "evidence"].contains(name) {
        faults.append(
          Fault(JSONPointer.root.appending(name), "the member is not known; known are comment, evidence, to"))
      }
      let state = object["to"]?.string.flatMap { ModelState(rawValue: $0) }
      if state == nil {
        let names = ModelState.allCases.map(\.rawValue).joined(separator: ", ")
        faults.append(Fault("/to", "one of \(names) was expected"))
      }
      let comment = object["comment"].map { $0.isNull ? "" : $0.string } ?? ""
      if comment == nil || (comment?.utf8.count ?? 0) > ModelPromotions.longestComment {
        faults.append(Fault("/comment", "a text of at most \(ModelPromotions.longestComment) bytes was expected"))
      }
      evidence = object["evidence"]
      if let evidence, JSONSerializer.bytes(evidence).count > ModelPromotions.mostEvidence {
        faults.append(Fault("/evidence", "at most \(ModelPromotions.mostEvidence) bytes are kept"))
      }
      guard faults.isEmpty, let state, let comment else {
        throw APIError(.invalidInput, faults.map(\.description).joined(separator: "; "), faults: faults)
      }
      self.state = state
      self.comment = comment
    }
  }
}
