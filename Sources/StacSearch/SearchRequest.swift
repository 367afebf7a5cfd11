public import StacModel

/// What an item search asks for, the same from a query string and from a JSON body.
///
/// Source: STAC API 1.0.0, item-search.
public struct SearchRequest: Sendable, Hashable {
  /// Collection identifiers of which an item must have one; nil asks in every collection.
  public var collections: [String]?
  public var ids: [String]?
  public var boundingBox: BoundingBox?
  public var intersects: Geometry?
  public var datetime: DatetimeInterval?
  /// How many items a page holds at most, between 1 and ``maximumLimit``.
  public var limit: Int
  /// The position of a page as an earlier answer gave it.
  public var token: String?

  public static let defaultLimit = 10
  public static let maximumLimit = 10_000

  public init(
    collections: [String]? = nil, ids: [String]? = nil, boundingBox: BoundingBox? = nil, intersects: Geometry? = nil,
    datetime: DatetimeInterval? = nil, limit: Int = SearchRequest.defaultLimit, token: String? = nil
  ) {
    self.collections = collections
    self.ids = ids
    self.boundingBox = boundingBox
    self.intersects = intersects
    self.datetime = datetime
    self.limit = limit
    self.token = token
  }

  /// The names of the parameters, for messages.
  public static let parameterNames = ["bbox", "collections", "datetime", "ids", "intersects", "limit", "token"]

  /// Reads the parameters of a query string, percent-decoded.
  ///
  /// - Throws: ``ParameterError`` naming the first parameter at fault; unknown and repeated parameters are faults.
  public init(query: [(name: String, value: String)]) throws(ParameterError) {
    self.init()
    var seen: Set<String> = []
    for (name, value) in query {
      guard seen.insert(name).inserted else { throw ParameterError(name, "the parameter is given twice") }
      guard !value.unicodeScalars.contains("\0") else { throw ParameterError(name, "U+0000 is not allowed") }
      try set(name, query: value)
    }
    try checkTogether()
  }

  private mutating func set(_ name: String, query value: String) throws(ParameterError) {
    switch name {
    case "bbox": boundingBox = try BoundingBox(parsing: value)
    case "collections": collections = try Self.list(value, name)
    case "datetime": datetime = try DatetimeInterval(parsing: value)
    case "ids": ids = try Self.list(value, name)
    case "intersects":
      let json: JSONValue
      do { json = try JSONParser.parse(value) } catch { throw ParameterError(name, error.description) }
      intersects = try Self.geometry(json)
    case "limit": limit = try Self.limit(value)
    case "token": token = value
    default: throw Self.unknown(name)
    }
  }

  /// Reads the members of a JSON body.
  ///
  /// - Throws: ``ParameterError`` naming the first member at fault; unknown members are faults, null members absent.
  public init(body: JSONValue) throws(ParameterError) {
    guard let object = body.object else { throw ParameterError("body", "a JSON object was expected") }
    self.init()
    for member in object.members where !member.value.isNull { try set(member.name, body: member.value) }
    try checkTogether()
  }

  private mutating func set(_ name: String, body value: JSONValue) throws(ParameterError) {
    switch name {
    case "bbox":
      guard let values = value.array, case let numbers = values.compactMap(\.double), numbers.count == values.count
      else { throw ParameterError(name, "an array of four or six numbers was expected") }
      boundingBox = try BoundingBox(numbers: numbers)
    case "collections": collections = try Self.list(value, name)
    case "datetime":
      guard let text = value.string else { throw ParameterError(name, "a string was expected") }
      datetime = try DatetimeInterval(parsing: text)
    case "ids": ids = try Self.list(value, name)
    case "intersects": intersects = try Self.geometry(value)
    case "limit":
      guard case .number(let number) = value else { throw ParameterError(name, "an integer was expected") }
      limit = try Self.limit(number.text)
    case "token":
      guard let text = value.string else { throw ParameterError(name, "a string was expected") }
      token = text
    default: throw Self.unknown(name)
    }
  }

  private func checkTogether() throws(ParameterError) {
    if boundingBox != nil, intersects != nil {
      throw ParameterError("intersects", "bbox and intersects cannot be given together")
    }
  }

  private static func unknown(_ name: String) -> ParameterError {
    ParameterError(
      String(name.prefix(64)),
      "the parameter is not known; known are \(parameterNames.joined(separator: ", "))")
  }

  private static func list(_ text: String, _ name: String) throws(ParameterError) -> [String] {
    try checked(text.split(separator: ",").map(String.init), name)
  }

  private static func list(_ json: JSONValue, _ name: String) throws(ParameterError) -> [String] {
    guard let values = json.array, case let texts = values.compactMap(\.string), texts.count == values.count else {
      throw ParameterError(name, "an array of strings was expected")
    }
    return try checked(texts, name)
  }

  private static func checked(_ texts: [String], _ name: String) throws(ParameterError) -> [String] {
    guard texts.count <= 10_000 else { throw ParameterError(name, "more than 10,000 identifiers are given") }
    return texts
  }

  private static func geometry(_ json: JSONValue) throws(ParameterError) -> Geometry {
    do {
      return try Geometry(json: json)
    } catch {
      throw ParameterError("intersects", error.description)
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
