public import CQL2
public import StacModel

/// What a collection search asks for, the same from a query string and from a JSON body.
///
/// Source: STAC API collection search 1.0.0-rc.1, with its extensions free text, filter, query, sort and fields.
public struct CollectionSearchRequest: Sendable, Hashable {
  /// The box that a collection's spatial extent must meet.
  public var boundingBox: BoundingBox?
  /// The stretch of time that a collection's temporal extent must meet.
  public var datetime: DatetimeInterval?
  public var filter: Filter?
  /// What the query extension asks for, as a CQL2 expression.
  public var query: Expression?
  public var freeText: FreeTextQuery?
  /// The order asked for; empty leaves it to the catalog.
  public var sortBy: [SortKey]
  /// The members that answers hold; nil for all of them.
  public var fields: FieldSelection?
  /// How many collections a page holds at most, between 1 and ``SearchRequest/maximumLimit``.
  public var limit: Int
  /// The position of a page as an earlier answer gave it.
  public var token: String?

  /// Catalogs have few collections and clients that list them expect all.
  public static let defaultLimit = 1_000

  /// The names of the parameters, for messages.
  public static let parameterNames = [
    "bbox", "datetime", "fields", "filter", "filter-crs", "filter-lang", "limit", "q", "query", "sortby", "token",
  ]

  public init(
    boundingBox: BoundingBox? = nil, datetime: DatetimeInterval? = nil, filter: Filter? = nil,
    query: Expression? = nil, freeText: FreeTextQuery? = nil, sortBy: [SortKey] = [], fields: FieldSelection? = nil,
    limit: Int = CollectionSearchRequest.defaultLimit, token: String? = nil
  ) {
    self.boundingBox = boundingBox
    self.datetime = datetime
    self.filter = filter
    self.query = query
    self.freeText = freeText
    self.sortBy = sortBy
    self.fields = fields
    self.limit = limit
    self.token = token
  }

  /// Reads the parameters of a query string, percent-decoded.
  ///
  /// - Throws: ``ParameterError`` naming the first parameter at fault; unknown and repeated parameters are faults.
  public init(query: [(name: String, value: String)]) throws(ParameterError) {
    try self.init(RequestParameters(query: query))
  }

  /// Reads the members of a JSON body.
  ///
  /// - Throws: ``ParameterError`` naming the first member at fault; unknown members are faults, null members absent
  ///   (but for `fields`, where null asks for the default fields).
  public init(body: JSONValue) throws(ParameterError) {
    try self.init(RequestParameters(body: body))
  }

  private init(_ parameters: RequestParameters) throws(ParameterError) {
    try parameters.refuse(beyond: Self.parameterNames)
    self.init(
      boundingBox: try parameters.boundingBox(), datetime: try parameters.datetime(),
      filter: try parameters.filter(), query: try parameters.queryExpression(), freeText: try parameters.freeText(),
      sortBy: try parameters.sortBy(), fields: try parameters.fields(of: .collection),
      limit: try parameters.limit() ?? Self.defaultLimit, token: try parameters.text("token"))
  }
}
