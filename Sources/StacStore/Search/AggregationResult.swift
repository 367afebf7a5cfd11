public import StacModel

/// One computed aggregation.
///
/// Source: STAC API aggregation extension 0.3.0, Aggregation and Bucket fields.
public struct AggregationResult: Sendable, Hashable {
  /// How many items have one value, or a value between two ends.
  public struct Bucket: Sendable, Hashable {
    public let key: String
    public let frequency: Int
    /// The lower end, inclusive; nil for a single value.
    public var from: Double?
    /// The upper end, exclusive but for the last bucket; nil for a single value.
    public var to: Double?

    public init(key: String, frequency: Int, from: Double? = nil, to: Double? = nil) {
      self.key = key
      self.frequency = frequency
      self.from = from
      self.to = to
    }
  }

  public let name: String
  /// `integer`, `numeric`, `string`, `boolean`, `datetime`, or `interval_` and a unit.
  public let dataType: String
  /// The value of a single-value aggregation, null where there are no items.
  public var value: JSONValue?
  public var buckets: [Bucket]?
  /// How many items with a value are in none of the buckets.
  public var overflow: Int?

  public init(
    name: String, dataType: String, value: JSONValue? = nil, buckets: [Bucket]? = nil, overflow: Int? = nil
  ) {
    self.name = name
    self.dataType = dataType
    self.value = value
    self.buckets = buckets
    self.overflow = overflow
  }
}
