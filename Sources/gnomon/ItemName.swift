import StacAPI

/// How every command names a model or another item: by its collection and its identifier with a slash between.
enum ItemName {
  /// Reads `collection/id`; an identifier may hold further slashes.
  ///
  /// - Parameters:
  ///   - kind: what is named, for the refusal.
  ///   - example: one that would do.
  static func reference(
    _ text: String, of kind: String = "a model", such example: String = "models/amazon-land-cover"
  ) throws -> ItemReference {
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw CommandFailure("\(kind) is collection/id, such as \(example), not '\(text)'")
    }
    return ItemReference(collection: parts[0], id: parts[1])
  }
}
