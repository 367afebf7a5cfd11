import StacModel

/// The parameters of a request before they are understood: text from a query string, JSON values from a body.
///
/// Every kind of request reads its own parameters from here, so that both ways in mean the same.
struct RequestParameters {
  enum Value {
    case text(String)
    case json(JSONValue)
  }

  let isBody: Bool
  private(set) var members: [(name: String, value: Value)] = []

  /// Takes the parameters of a query string, percent-decoded; a name given twice is a fault.
  init(query: [(name: String, value: String)]) throws(ParameterError) {
    isBody = false
    var seen: Set<String> = []
    for (name, value) in query {
      guard seen.insert(name).inserted else { throw ParameterError(name, "the parameter is given twice") }
      guard !value.utf8.contains(0) else { throw ParameterError(name, "U+0000 is not allowed") }
      members.append((name, .text(value)))
    }
  }

  /// Takes the members of a JSON body.
  init(body: JSONValue) throws(ParameterError) {
    guard let object = body.object else { throw ParameterError("body", "a JSON object was expected") }
    isBody = true
    members = object.members.map { ($0.name, .json($0.value)) }
  }

  /// Refuses the first parameter that is none of the known ones, also where a body gives it null.
  func refuse(beyond known: [String], _ isKnownBeside: (String) -> Bool = { _ in false }) throws(ParameterError) {
    for (name, _) in members where !known.contains(name) && !isKnownBeside(name) {
      throw ParameterError(
        String(name.prefix(64)), "the parameter is not known; known are \(known.joined(separator: ", "))")
    }
  }

  /// The value as it came, null included.
  func raw(_ name: String) -> Value? { members.first { $0.name == name }?.value }

  /// The value, nil where it is absent or null.
  func value(_ name: String) -> Value? {
    let value = raw(name)
    if case .json(.null) = value { return nil }
    return value
  }

  /// A string.
  func text(_ name: String) throws(ParameterError) -> String? {
    switch value(name) {
    case nil: return nil
    case .text(let text), .json(.string(let text)): return text
    case .json(let json): throw ParameterError(name, "a string was expected, not \(json.kind)")
    }
  }

  /// A JSON value, which a query string holds as text.
  func json(_ name: String) throws(ParameterError) -> JSONValue? {
    switch value(name) {
    case nil: return nil
    case .json(let json): return json
    case .text(let text):
      do { return try JSONParser.parse(text) } catch { throw ParameterError(name, error.description) }
    }
  }

  /// Identifiers: separated by commas in a query string, an array of strings in a body.
  func identifiers(_ name: String) throws(ParameterError) -> [String]? {
    let texts: [String]
    switch value(name) {
    case nil: return nil
    case .text(let text): texts = text.split(separator: ",").map(String.init)
    case .json(let json):
      guard let strings = json.strings else { throw ParameterError(name, "an array of strings was expected") }
      texts = strings
    }
    guard texts.count <= 10_000 else { throw ParameterError(name, "more than 10,000 identifiers are given") }
    return texts
  }

  func boundingBox() throws(ParameterError) -> BoundingBox? {
    switch value("bbox") {
    case nil: return nil
    case .text(let text): return try BoundingBox(parsing: text)
    case .json(let json):
      guard let values = json.array, case let numbers = values.compactMap(\.double), numbers.count == values.count
      else { throw ParameterError("bbox", "an array of four or six numbers was expected") }
      return try BoundingBox(numbers: numbers)
    }
  }

  func datetime() throws(ParameterError) -> DatetimeInterval? {
    guard let text = try text("datetime") else { return nil }
    return try DatetimeInterval(parsing: text)
  }

  func geometry(_ name: String) throws(ParameterError) -> Geometry? {
    guard let json = try json(name) else { return nil }
    do { return try Geometry(json: json) } catch { throw ParameterError(name, error.description) }
  }

  func limit() throws(ParameterError) -> Int? {
    switch value("limit") {
    case nil: return nil
    case .text(let text): return try SearchRequest.limit(text)
    case .json(.number(let number)): return try SearchRequest.limit(number.text)
    case .json: throw ParameterError("limit", "an integer was expected")
    }
  }
}

extension JSONValue {
  /// The strings of an array that holds nothing else, or nil.
  var strings: [String]? {
    guard let values = array, case let texts = values.compactMap(\.string), texts.count == values.count else {
      return nil
    }
    return texts
  }
}
