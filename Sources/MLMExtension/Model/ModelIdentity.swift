public import StacModel

/// What tells one registered model from another: its name, its version and its file.
public struct ModelIdentity: Sendable, Hashable, CustomStringConvertible {
  /// `mlm:name`.
  public let name: String
  /// `version` of the version extension, nil where the item says none.
  public let version: String?
  /// `file:checksum` of the model file in lower case, nil where the item says none.
  public let checksum: String?

  /// The identity of a model's item; nil where it has no `mlm:name`.
  public init?(_ item: Item) {
    guard let name = item.properties["mlm:name"]?.string else { return nil }
    self.name = name
    version = item.properties["version"]?.string
    checksum = item.modelAsset?.checksum?.lowercased()
  }

  /// Whether two items are the same version of the same model, whatever their files are.
  public func isSameVersion(as other: ModelIdentity) -> Bool {
    name.utf8.elementsEqual(other.name.utf8) && version == other.version
  }

  /// Whether both name a file, and not the same.
  public func hasOtherFile(than other: ModelIdentity) -> Bool {
    guard let checksum, let other = other.checksum else { return false }
    return checksum != other
  }

  public var description: String { version.map { "\(name) \($0)" } ?? name }
}
