/// What a model file may hold before it is refused, so that a small hostile file cannot become a large model.
public struct ModelLimits: Sendable, Hashable {
  /// Bytes of the file.
  public var bytes = 512 << 20
  /// Nesting of arrays and objects; a real file has 6 levels.
  public var depth = 16
  /// Values of a UBJSON file, elements of typed arrays included.
  public var values = 200_000_000
  /// Values of a JSON file, which take several times the memory.
  public var textValues = 20_000_000
  /// Features of a row.
  public var features = 65_536
  /// Outputs of a row.
  public var outputs = 4_096
  /// Trees of the model.
  public var trees = 1_000_000
  /// Nodes of all trees together.
  public var nodes = 20_000_000
  /// One more than the largest category of a categorical split.
  public var categories = 65_536
  /// Bytes of the category sets of all nodes once they are bit fields.
  public var categoryBytes = 256 << 20

  /// The limits of the server.
  public static let standard = ModelLimits()

  public init() {}
}
