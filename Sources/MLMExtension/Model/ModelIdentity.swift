public import StacModel

/// What tells one registered model from another: its name, its version and its file.
public struct ModelIdentity: Sendable, CustomStringConvertible {
  /// `mlm:name`.
  public let name: String
  /// `version` of the version extension, a number as its text; nil where the item says none.
  public let version: String?
  /// `file:checksum` of the model file in lower case, nil where the item says none.
  public let checksum: String?

  /// The identity of a model's item; nil where it has no `mlm:name`.
  public init?(_ item: Item) {
    guard let name = item.properties["mlm:name"]?.string else { return nil }
    self.name = name
    version = item.properties["version"]?.versionText
    checksum = item.modelAsset?.checksum?.lowercased()
  }

  /// Whether two items are the same version of the same model, whatever their files are, and however it is written.
  public func isSameVersion(as other: ModelIdentity) -> Bool { key == other.key }

  /// What is the same for all items of a version of a model: bytes of the name and of the version's one spelling.
  public var key: [[UInt8]] {
    [Array(name.utf8)] + (version.map { [Array(SemanticVersion.normal($0).utf8)] } ?? [])
  }

  /// Whether two items are the same version, and name the same file.
  public func isSameModel(as other: ModelIdentity) -> Bool {
    isSameVersion(as: other) && checksum != nil && checksum == other.checksum
  }

  /// Whether both name a file, and not the same.
  public func hasOtherFile(than other: ModelIdentity) -> Bool {
    guard let checksum, let other = other.checksum else { return false }
    return checksum != other
  }

  public var description: String { version.map { "\(name) \($0)" } ?? name }
}
