public import MLMExtension
public import StacModel
import StacSearch

/// What models are asked for.
public struct MatchRequest: Sendable {
  /// What they are to be fed with.
  public enum Subject: Sendable {
    /// Items of the catalog, read together.
    case items([ItemReference])
    /// An item that came with the request, and the collection whose `item_assets` describe its assets.
    case document(Item, collection: String?)
    /// Items of a collection, in a place and time.
    case collection(String)
    /// Bands and what they were taken by, or no bands and what any would be taken by; the size of a pixel in metres.
    case bands([SourceBand], Mission, resolution: Double?)
  }

  public var subject: Subject
  public var boundingBox: BoundingBox?
  public var datetime: DatetimeInterval?
  /// The one model that is asked about; nil for all.
  public var model: ItemReference?
  /// Whether models that cannot be run here are refused.
  public var runnable: Bool
  /// Whether only approved models run for the one who asks.
  public var onlyApproved = false
  public var limit: Int
  public var offset: Int
  /// How many of those refused are listed.
  public var refused: Int

  static let defaultLimit = 10
  static let maximumLimit = 1_000
  static let mostRefused = 10_000
  static let mostOffset = 1_000_000
  static let names = [
    "bands", "bbox", "collection", "constellation", "datetime", "gsd", "instruments", "item", "items", "limit", "model",
    "offset", "platform", "refused", "runnable",
  ]

  /// Reads the parameters of a query string.
  public init(query: [(name: String, value: String)]) throws(ParameterError) {
    var members: JSONObject = [:]
    for (name, value) in query {
      guard members[name] == nil else { throw ParameterError(name, "the parameter is given twice") }
      members[name] = .string(value)
    }
    try self.init(MatchParameters(members, isQuery: true))
  }

  /// Reads the members of a JSON body.
  public init(body: JSONValue) throws(ParameterError) {
    guard let members = body.object else { throw ParameterError("body", "a JSON object was expected") }
    if let empty = members.members.first(where: \.value.isNull) {
      throw ParameterError(empty.name, "null is no value; leave the member out")
    }
    try self.init(MatchParameters(members, isQuery: false))
  }

  private init(_ parameters: MatchParameters) throws(ParameterError) {
    try parameters.refuse(beyond: Self.names)
    boundingBox = try parameters.boundingBox()
    datetime = try parameters.text("datetime").map { (text) throws(ParameterError) in
      try DatetimeInterval(parsing: text)
    }
    model = try parameters.model()
    runnable = try parameters.flag("runnable") ?? true
    limit = try min(parameters.count("limit", from: 1) ?? Self.defaultLimit, Self.maximumLimit)
    offset = try min(parameters.count("offset", from: 0) ?? 0, Self.mostOffset)
    refused = try min(parameters.count("refused", from: 0) ?? Self.defaultLimit, Self.mostRefused)
    subject = try parameters.subject()
    if case .collection = subject { return }
    if case .bands = subject { return }
    guard datetime == nil else { throw ParameterError("datetime", "an item has its own datetime; leave it out") }
  }
}

/// The parameters of a request before they are understood: texts of a query string, or values of a body.
private struct MatchParameters {
  private let members: JSONObject
  private let isQuery: Bool
  private static let mostItems = 1_000
  private static let mostBands = 1_000

  init(_ members: JSONObject, isQuery: Bool) {
    self.members = members
    self.isQuery = isQuery
  }

  func refuse(beyond known: [String]) throws(ParameterError) {
    for name in members.names where !known.contains(name) || isQuery && name == "items" {
      throw ParameterError(
        String(name.prefix(64)), "the parameter is not known; known are \(known.joined(separator: ", "))")
    }
  }

  private func value(_ name: String) -> JSONValue? {
    guard let value = members[name], !value.isNull else { return nil }
    return value
  }

  func text(_ name: String) throws(ParameterError) -> String? {
    guard let value = value(name) else { return nil }
    guard let text = value.string, !text.utf8.contains(0), !text.isEmpty else {
      throw ParameterError(name, "a text was expected")
    }
    return text
  }

  func flag(_ name: String) throws(ParameterError) -> Bool? {
    switch value(name) {
    case nil: return nil
    case .bool(let flag)?: return flag
    case .string("true")? where isQuery: return true
    case .string("false")? where isQuery: return false
    default: throw ParameterError(name, "true or false was expected")
    }
  }

  func count(_ name: String, from least: Int) throws(ParameterError) -> Int? {
    guard let value = value(name) else { return nil }
    let text = isQuery ? value.string : value.integer.map { String($0) }
    guard let text, let number = Int(text), number >= least, text.utf8.allSatisfy({ 48...57 ~= $0 }) else {
      throw ParameterError(name, "a whole number from \(least) was expected")
    }
    return number
  }

  func boundingBox() throws(ParameterError) -> BoundingBox? {
    guard let value = value("bbox") else { return nil }
    if isQuery { return try BoundingBox(parsing: value.string ?? "") }
    guard let array = value.array, case let numbers = array.compactMap(\.double), numbers.count == array.count else {
      throw ParameterError("bbox", "an array of four or six numbers was expected")
    }
    return try BoundingBox(numbers: numbers)
  }

  func model() throws(ParameterError) -> ItemReference? {
    guard let text = try text("model") else { return nil }
    let parts = text.split(separator: ":", maxSplits: 1).compactMap { PercentCoding.decodeKeepingUnicode($0) }
    guard parts.count == 2 else {
      throw ParameterError(
        "model",
        "a model as in /processes was expected: collection and identifier with a colon between, percent-encoded")
    }
    return ItemReference(collection: parts[0], id: parts[1])
  }

  /// What models are to be fed with: one of the ways to say it, and nothing of another.
  func subject() throws(ParameterError) -> MatchRequest.Subject {
    let described = ["bands", "gsd", "platform", "constellation", "instruments"]
    let isDescribed = described.first { value($0) != nil }
    let collection = try text("collection")
    guard value("items") != nil || value("item") != nil || collection != nil else {
      guard isDescribed != nil else {
        throw ParameterError(
          "bands", "say what is to be read: an item with its collection, a collection, or bands, gsd or platform")
      }
      return try description()
    }
    if let isDescribed {
      throw ParameterError(isDescribed, "items say this themselves; give bands and what they were taken by alone")
    }
    if value("items") != nil {
      guard value("item") == nil, collection == nil else {
        throw ParameterError("items", "items cannot be given together with item or collection")
      }
      return .items(try items())
    }
    guard let item = value("item") else { return .collection(collection ?? "") }
    if !isQuery, item.object != nil { return try document(item, collection) }
    guard let id = try text("item") else { return .collection(collection ?? "") }
    guard let collection else { throw ParameterError("collection", "an item is named with its collection") }
    return .items([ItemReference(collection: collection, id: id)])
  }

  private func document(_ json: JSONValue, _ collection: String?) throws(ParameterError) -> MatchRequest.Subject {
    do {
      let item = try Item(json)
      return .document(item, collection: collection ?? item.collectionID)
    } catch {
      throw ParameterError("item", error.description)
    }
  }

  private func items() throws(ParameterError) -> [ItemReference] {
    let elements = value("items")?.array ?? []
    let items = elements.compactMap { element -> ItemReference? in
      guard let collection = element.object?["collection"]?.string, let id = element.object?["id"]?.string,
        element.object?.count == 2
      else { return nil }
      return ItemReference(collection: collection, id: id)
    }
    guard items.count == elements.count, 1...Self.mostItems ~= items.count, Set(items).count == items.count else {
      throw ParameterError(
        "items", "one to \(Self.mostItems) different items were expected, each {\"collection\": …, \"id\": …}")
    }
    return items
  }

  private func description() throws(ParameterError) -> MatchRequest.Subject {
    let gsd = try resolution()
    let elements = try list("bands")
    guard value("bands") == nil || 1...Self.mostBands ~= elements.count else {
      throw ParameterError("bands", "one to \(Self.mostBands) bands were expected")
    }
    let bands = try elements.map { (element) throws(ParameterError) -> JSONValue in
      if let name = element.string, !name.isEmpty { return ["name": .string(name)] }
      guard !isQuery, element.object?["name"]?.string != nil || element.object?["eo:common_name"]?.string != nil else {
        throw ParameterError("bands", "names were expected, or in a body objects as items describe bands")
      }
      return element
    }
    let asset = Asset(key: "bands", json: ["bands": .array(bands)])
    let mission = Mission(
      platforms: try names("platform"), constellations: try names("constellation"),
      instruments: try names("instruments"))
    return .bands(SourceBand.bands(of: [asset], itemAssets: nil, resolution: gsd), mission, resolution: gsd)
  }

  private func names(_ name: String) throws(ParameterError) -> [String] {
    let elements = try list(name)
    let names = elements.compactMap(\.string)
    guard names.count == elements.count, names.count <= 64 else { throw ParameterError(name, "texts were expected") }
    return names
  }

  /// The parts of a text between commas, the elements of an array, or one value.
  private func list(_ name: String) throws(ParameterError) -> [JSONValue] {
    guard let value = value(name) else { return [] }
    if isQuery {
      return (value.string ?? "").split(separator: ",").map { .string($0.trimmingPrefix { $0 == " " }.description) }
    }
    return value.array ?? [value]
  }

  private func resolution() throws(ParameterError) -> Double? {
    guard let value = value("gsd") else { return nil }
    // Decimal, as JSON writes numbers: Double reads 0x10 too.
    let number = isQuery ? value.string.flatMap { try? JSONParser.parse($0).double } : value.double
    guard let number, number.isFinite, number > 0 else {
      throw ParameterError("gsd", "metres of a pixel were expected: a number above 0")
    }
    return number
  }
}
