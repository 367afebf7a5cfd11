public import StacModel

/// What an aggregation asks for: the items of a search, and what to compute over them.
///
/// Source: STAC API aggregation extension 0.3.0. The names of the interval and precision parameters are those that
/// catalogs in the field share; the extension names none.
public struct AggregationRequest: Sendable, Hashable {
  /// The items; its limit, token, order and fields are unset.
  public var search: SearchRequest
  /// What to compute, each once; empty where nothing was asked for.
  public var aggregations: [Aggregation]

  /// The names of the parameters, for messages.
  public static let parameterNames =
    ["aggregations"] + SearchRequest.parameterNames.filter { !["fields", "limit", "sortby", "token"].contains($0) }

  private static let mostAggregations = 32

  public init(search: SearchRequest = SearchRequest(), aggregations: [Aggregation]) {
    self.search = search
    self.aggregations = aggregations
  }

  /// Reads the parameters of a query string, percent-decoded.
  ///
  /// - Throws: ``ParameterError`` naming the first parameter at fault; unknown and repeated parameters are faults.
  public init(query: [(name: String, value: String)]) throws(ParameterError) {
    try self.init(RequestParameters(query: query))
  }

  /// Reads the members of a JSON body.
  ///
  /// - Throws: ``ParameterError`` naming the first member at fault; unknown members are faults, null members absent.
  public init(body: JSONValue) throws(ParameterError) {
    try self.init(RequestParameters(body: body))
  }

  private init(_ parameters: RequestParameters) throws(ParameterError) {
    aggregations = []
    let names = try parameters.identifiers("aggregations") ?? []
    guard names.count <= Self.mostAggregations else {
      throw ParameterError("aggregations", "more than \(Self.mostAggregations) aggregations are asked for")
    }
    for name in names {
      guard let aggregation = Aggregation(name: name) else {
        throw ParameterError("aggregations", "'\(name.prefix(64))' is not an aggregation")
      }
      guard !aggregations.contains(where: { $0.name == name }) else {
        throw ParameterError("aggregations", "'\(name.prefix(64))' is given twice")
      }
      aggregations.append(try Self.detailed(aggregation, parameters))
    }
    let details = aggregations.flatMap { [$0.intervalParameter, $0.precisionParameter] }.compactMap(\.self)
    try parameters.refuse(beyond: Self.parameterNames + details)
    search = try SearchRequest(parameters)
  }

  /// The aggregation with the interval and the precision that its own parameters give.
  private static func detailed(
    _ aggregation: Aggregation, _ parameters: RequestParameters
  ) throws(ParameterError) -> Aggregation {
    var aggregation = aggregation
    if let name = aggregation.intervalParameter, let text = try parameters.text(name) {
      guard let unit = CalendarUnit(rawValue: text) else {
        let units = CalendarUnit.allCases.map(\.rawValue).joined(separator: ", ")
        throw ParameterError(name, "one of \(units) was expected")
      }
      aggregation.interval = unit
    }
    if let name = aggregation.precisionParameter, case .centroids(let grid) = aggregation.kind {
      aggregation.precision = try parameters.integer(name, within: grid.precisions)
    }
    return aggregation
  }
}

extension Aggregation {
  /// The parameter that sets ``interval``, nil where the kind has none.
  public var intervalParameter: String? { if case .frequency = kind { name + "_interval" } else { nil } }
  /// The parameter that sets ``precision``, nil where the kind has none.
  public var precisionParameter: String? { if case .centroids = kind { name + "_precision" } else { nil } }
}

extension RequestParameters {
  /// A whole number.
  func integer(_ name: String, within range: ClosedRange<Int>) throws(ParameterError) -> Int? {
    let number: Int?
    switch value(name) {
    case nil: return nil
    case .text(let text): number = Int(text)
    case .json(let json): number = json.integer.flatMap(Int.init(exactly:))
    }
    guard let number, range ~= number else {
      throw ParameterError(name, "a whole number from \(range.lowerBound) to \(range.upperBound) was expected")
    }
    return number
  }
}
