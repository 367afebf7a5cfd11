import StacAPI
import StacModel
import StacStore

/// What a registration did, for a person.
struct RegistrationSummary {
  let text: String

  /// - Parameter answer: what the server or the registration here has said.
  init(_ answer: JSONObject) {
    let place = "\(answer["collection"]?.string ?? "")/\(answer["id"]?.string ?? "")"
    let name = [answer["name"]?.string, answer["version"]?.string].compactMap(\.self).joined(separator: " ")
    let isDryRun = answer["dry_run"]?.bool == true
    let changes = answer["changes"]?.array?.compactMap(\.object) ?? []
    switch answer["outcome"]?.string {
    case "created": text = (isDryRun ? "Would register" : "Registered") + " \(place) (\(name))."
    case "updated":
      let lines = changes.map { "  " + Self.line($0) }
      text = ([(isDryRun ? "Would update" : "Updated") + " \(place) (\(name)):"] + lines).joined(separator: "\n")
    default: text = "Nothing to do: \(name) is registered as \(place)."
    }
  }

  /// The warnings in the report of an answer.
  static func warnings(_ answer: JSONObject) -> [JSONObject] {
    answer["report"]?.object?["warnings"]?.array?.compactMap(\.object) ?? []
  }

  /// A finding as one line.
  static func sentence(_ fault: JSONObject) -> String {
    let sentence = [fault["message"]?.string, fault["remedy"]?.string].compactMap(\.self).joined(separator: "; ")
    return "\(fault["pointer"]?.string ?? ""): \(sentence)"
  }

  /// One operation of a JSON Patch as a line of a diff.
  private static func line(_ change: JSONObject) -> String {
    let operation = JSONChange.Operation(rawValue: change["op"]?.string ?? "") ?? .replace
    return JSONChange(
      operation: operation, pointer: JSONPointer(stringLiteral: change["path"]?.string ?? ""), old: change["old"],
      new: change["value"]
    ).description
  }
}

/// Why a model was not registered.
struct RegistrationRefusal: Error {
  let code: String
  let description: String
  /// Objects of pointer, message, rule and remedy.
  let faults: [JSONValue]

  init(code: String, description: String, faults: [JSONValue]) {
    self.code = code
    self.description = description
    self.faults = faults
  }

  /// The refusal that an error stands for; nil where it is a failure of another kind.
  init?(_ error: any Error) {
    switch error {
    case let refusal as RegistrationRefusal: self = refusal
    case let refusal as DocumentRefusal:
      self.init(
        code: ErrorCode.invalidDocument.rawValue, description: "the model is refused",
        faults: refusal.faults.map { .object($0.json) })
    case let error as APIError:
      self.init(
        code: error.code.rawValue, description: error.description, faults: error.faults.map { .object($0.json) })
    case StoreError.notFound(let what):
      self.init(
        code: ErrorCode.notFound.rawValue, description: "there is no \(what); make it first (gnomon load)", faults: [])
    case StoreError.conflict(let what):
      self.init(code: ErrorCode.conflict.rawValue, description: "there is already \(what)", faults: [])
    case StoreError.changed(let what):
      self.init(code: ErrorCode.conflict.rawValue, description: "others keep changing \(what)", faults: [])
    default: return nil
    }
  }

  /// For a person: the sentence, and a line for each fault.
  var text: String {
    let lines = faults.compactMap(\.object).map { "  " + RegistrationSummary.sentence($0) }
    return ([description + (lines.isEmpty ? "" : ":")] + lines).joined(separator: "\n")
  }

  /// For a program.
  var json: JSONObject {
    var object: JSONObject = [
      "outcome": "refused", "code": .string(code), "description": .string(description),
    ]
    if !faults.isEmpty { object["errors"] = .array(faults) }
    return object
  }
}
