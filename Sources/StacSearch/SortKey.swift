/// One key of the order that a search asks for.
///
/// Source: STAC API sort extension 1.1.0. Values that an item lacks come last in both directions.
public struct SortKey: Sendable, Hashable {
  public enum Direction: String, Sendable, Hashable {
    case ascending = "asc"
    case descending = "desc"
  }

  /// The name as queryables have it, without `properties.` before it.
  public let property: String
  public let direction: Direction

  public init(property: String, direction: Direction) {
    self.property = property
    self.direction = direction
  }
}
