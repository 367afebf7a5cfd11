/// A destination refuses a document, for a reason that its author can mend.
struct DestinationRefusal: Error {
  let reason: String
  /// The name of what has to be there first, as ``StoreError/notFound(_:)`` has it; nil for another reason.
  var missing: String?
}
