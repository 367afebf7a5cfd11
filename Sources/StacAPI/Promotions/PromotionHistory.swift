import StacModel
import StacStore

/// What was decided about a model, as an answer tells it.
struct PromotionHistory {
  let model: ItemReference
  /// Nil where the item is gone.
  let standing: PromotionStanding?
  let promotions: [Promotion]

  var json: JSONObject {
    var object: JSONObject = ["collection": .string(model.collection), "id": .string(model.id)]
    if let standing {
      object["model"] = .string(standing.name)
      if let version = standing.version { object["version"] = .string(version) }
      object["document_sha256"] = .string(Self.hexadecimal(standing.documentDigest))
      object["production"] = standing.production.map { .string($0.id) } ?? .null
      object["registered"] = standing.registration.map { .object(Self.json($0)) } ?? .null
    }
    object["removed"] = .bool(standing == nil)
    object["state"] = standing?.state.map { .string($0.rawValue) } ?? .null
    object["approved"] = .bool(standing?.isApproved ?? false)
    if let standing, standing.state != nil { object["document_unchanged"] = .bool(standing.isUnchanged) }
    object["promotions"] = .array(promotions.map { .object(Self.json($0)) })
    return object
  }

  private static func json(_ record: RegistrationRecord) -> JSONObject {
    [
      "by": .string(record.registeredBy), "at": .string(record.registeredAt.description),
      "changed_by": .string(record.changedBy), "changed_at": .string(record.changedAt.description),
    ]
  }

  private static func json(_ promotion: Promotion) -> JSONObject {
    var object: JSONObject = [
      "number": .init(Int(promotion.number)), "from": promotion.from.map { .string($0.rawValue) } ?? .null,
      "to": .string(promotion.outcome), "at": .string(promotion.time.description),
      "by": ["name": .string(promotion.actor), "role": .string(promotion.role), "person": .bool(promotion.isPerson)],
      "comment": .string(promotion.comment),
      "evidence": (try? JSONParser.parse(Array(promotion.evidence.utf8))) ?? .null,
      "document_sha256": .string(hexadecimal(promotion.documentDigest)), "model": .string(promotion.model),
    ]
    if let version = promotion.version { object["version"] = .string(version) }
    if !promotion.aliases.isEmpty {
      object["mlflow_aliases"] = .array(promotion.aliases.map { .object(json($0)) })
    }
    return object
  }

  private static func json(_ write: AliasWrite) -> JSONObject {
    var object: JSONObject = [
      "registered_model": .string(write.registeredModel), "version": .string(write.version),
      "alias": .string(write.alias), "action": write.isRemoval ? "remove" : "set",
      "state": write.done == nil ? "pending" : write.error == nil ? "done" : "superseded",
      "attempts": .init(write.attempts),
    ]
    if let error = write.error { object["error"] = .string(error) }
    if let done = write.done { object["done"] = .string(done.description) }
    return object
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
