public import CQL2
public import StacModel

/// What an item search asks for, the same from a query string and from a JSON body.
///
/// Source: STAC API 1.0.0, item-search, with the extensions filter, query, sort, fields and free-text search.
public struct SearchRequest: Sendable, Hashable {
  /// Collection identifiers of which an item must have one; nil asks in every collection.
  public var collections: [String]?
  public var ids: [String]?
  public var boundingBox: BoundingBox?
  public var intersects: Geometry?
  public var datetime: DatetimeInterval?
  /// The CQL2 filter, whose faults have a place in the text that the caller sent.
  public var filter: Filter?
  /// What the query extension asks for, as a CQL2 expression.
  public var query: Expression?
  /// Queryables given as parameters of their own, `eo:cloud_cover=5`; items must match all of them.
  public var propertyParameters: [PropertyParameter]
  public var freeText: FreeTextQuery?
  /// The order asked for; empty leaves it to the catalog.
  public var sortBy: [SortKey]
  /// The members that answers hold; nil for all of them.
  public var fields: FieldSelection?
  /// How many items a page holds at most, between 1 and ``maximumLimit``.
  public var limit: Int
  /// The position of a page as an earlier answer gave it.
  public var token: String?

  public static let defaultLimit = 10
  public static let maximumLimit = 10_000

  public init(
    collections: [String]? = nil, ids: [String]? = nil, boundingBox: BoundingBox? = nil, intersects: Geometry? = nil,
    datetime: DatetimeInterval? = nil, filter: Filter? = nil, query: Expression? = nil,
    propertyParameters: [PropertyParameter] = [], freeText: FreeTextQuery? = nil, sortBy: [SortKey] = [],
    fields: FieldSelection? = nil, limit: Int = SearchRequest.defaultLimit, token: String? = nil
  ) {
    self.collections = collections
    self.ids = ids
    self.boundingBox = boundingBox
    self.intersects = intersects
    self.datetime = datetime
    self.filter = filter
    self.query = query
    self.propertyParameters = propertyParameters
    self.freeText = freeText
    self.sortBy = sortBy
    self.fields = fields
    self.limit = limit
    self.token = token
  }

  /// The names of the parameters, for messages.
  public static let parameterNames = [
    "bbox", "collections", "datetime", "fields", "filter", "filter-crs", "filter-lang", "ids", "intersects", "limit",
    "q", "query", "sortby", "token",
  ]

  /// Reads the parameters of a query string, percent-decoded.
  ///
  /// - Parameter isProperty: tells the names that are kept as ``propertyParameters``; no others are known by default.
  /// - Throws: ``ParameterError`` naming the first parameter at fault; unknown and repeated parameters are faults.
  public init(
    query: [(name: String, value: String)], isProperty: (String) -> Bool = { _ in false }
  ) throws(ParameterError) {
    let parameters = try RequestParameters(query: query)
    try parameters.refuse(beyond: Self.parameterNames, isProperty)
    try self.init(parameters)
    propertyParameters = query.filter { !Self.parameterNames.contains($0.name) }
      .map { PropertyParameter(name: $0.name, value: $0.value) }
  }

  /// Reads the members of a JSON body.
  ///
  /// - Throws: ``ParameterError`` naming the first member at fault; unknown members are faults, null members absent
  ///   (but for `fields`, where null asks for the default fields).
  public init(body: JSONValue) throws(ParameterError) {
    let parameters = try RequestParameters(body: body)
    try parameters.refuse(beyond: Self.parameterNames)
    try self.init(parameters)
  }

  /// Reads every parameter of a search that is there.
  init(_ parameters: RequestParameters) throws(ParameterError) {
    self.init(
      collections: try parameters.identifiers("collections"), ids: try parameters.identifiers("ids"),
      boundingBox: try parameters.boundingBox(), intersects: try parameters.geometry("intersects"),
      datetime: try parameters.datetime(), filter: try parameters.filter(), query: try parameters.queryExpression(),
      freeText: try parameters.freeText(), sortBy: try parameters.sortBy(), fields: try parameters.fields(of: .item),
      limit: try parameters.limit() ?? Self.defaultLimit, token: try parameters.text("token"))
    if boundingBox != nil, intersects != nil {
      throw ParameterError("intersects", "bbox and intersects cannot be given together")
    }
  }

  /// Reads a limit; what is beyond the maximum counts as the maximum (OGC API - Features, requirement 22).
  public static func limit(_ text: String) throws(ParameterError) -> Int {
    guard !text.isEmpty, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
      let value = text.utf8.count > 18 ? Int.max : Int(text), value >= 1
    else { throw ParameterError("limit", "a whole number from 1 to \(maximumLimit) was expected") }
    return min(value, maximumLimit)
  }
}
