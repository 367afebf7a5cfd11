import StacModel
import StacStore

/// A change of a stored document by merge patch (RFC 7396), safe against others who write at the same time.
struct DocumentPatch {
  /// The patch, an object.
  let patch: JSONValue

  /// How often the change is tried again when somebody else was quicker; each time somebody's change has gone through.
  private static let mostAttempts = 200

  init(_ patch: JSONValue) throws(DocumentRefusal) {
    guard patch.object != nil else {
      throw DocumentRefusal([
        .misplaced(
          .root, "a merge patch of a document is a JSON object",
          mend: "send an object of the members to change, null for those to remove (RFC 7396)")
      ])
    }
    self.patch = patch
  }

  /// Reads, changes and writes until nobody has written in between.
  ///
  /// - Parameters:
  ///   - read: the document as it is stored.
  ///   - write: checks the changed document, and replaces the one that was read by it, else throws
  ///     ``StoreError/changed(_:)``.
  func apply<Outcome>(
    read: () async throws -> StoredDocument,
    write: (JSONValue, _ expected: SerializedDocument) async throws -> Outcome
  ) async throws -> Outcome {
    var attempts = 0
    while true {
      attempts += 1
      let stored = try await read().document
      let changed = try JSONParser.parse(stored.bytes).merging(patch)
      do {
        return try await write(changed, stored)
      } catch StoreError.changed where attempts < Self.mostAttempts {
        continue
      }
    }
  }
}
