import HTTPTypes
import Hummingbird
import StacModel
import StacStore

/// `promotions` of a model: what was decided about it, and deciding.
struct PromotionController {
  let services: APIServices

  func answer(_ request: APIRequest, model: ItemReference) async throws -> Response {
    _ = try request.parameters([])
    guard request.method == "POST" else { return .json(try await services.promotions.history(of: model)) }
    let body = try Body(try await request.query())
    let promoted = try await services.promotions.promote(
      model, to: body.state, comment: body.comment, evidence: body.evidence, by: request.actor)
    var response = Response.json(try await services.promotions.history(of: promoted), status: .created)
    response.headers[.location] =
      request.base.url("collections", promoted.collection, "items", promoted.id) + "/promotions"
    return response
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
