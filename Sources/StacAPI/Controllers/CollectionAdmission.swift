import Hummingbird
import MLMExtension
import StacModel

/// Checks collections on their way in: the core of STAC, and what they say of models.
enum CollectionAdmission {
  /// The collection of a document, with what is doubtful in it.
  static func collection(_ document: JSONValue) throws(DocumentRefusal) -> AdmittedCollection {
    let collection = try Collection(document)
    let findings = MLMExtension.validate(collection)
    guard findings.faults.isEmpty else { throw DocumentRefusal(findings.faults) }
    return AdmittedCollection(collection: collection, warnings: findings.warnings)
  }
}

/// A collection that may be stored, and what is doubtful about it.
struct AdmittedCollection: Sendable {
  let collection: Collection
  let warnings: [Fault]
}
