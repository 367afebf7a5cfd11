/// How large a filter may be; what goes beyond is refused while it is read.
public struct FilterLimits: Sendable, Hashable {
  /// The most bytes of CQL2 text in UTF-8.
  public var bytes: Int
  /// The most expressions in the tree: operators, functions, properties, literals and list elements.
  public var nodes: Int
  /// The most expressions from the root of the tree down to a leaf.
  public var depth: Int

  public init(bytes: Int = 1 << 20, nodes: Int = 10_000, depth: Int = 64) {
    self.bytes = bytes
    self.nodes = nodes
    self.depth = depth
  }
}
