import Postgres
import StacModel
import StacSearch

/// The conditions of a search on the table `items`, which a statement calls `i`, without paging.
struct SearchConditions {
  private var conditions: [SQL] = []
  private let interval: DatetimeInterval?

  /// - Parameters:
  ///   - collectionKeys: the keys of the request's collections, nil where it asks in all.
  ///   - queryables: the properties that filters may name.
  /// - Throws: ``ParameterError`` where a filter does not fit the properties.
  init(_ request: SearchRequest, collectionKeys: [Int64]?, queryables: Queryables) throws(ParameterError) {
    interval = request.datetime
    if let collectionKeys { inCollections(collectionKeys) }
    if let ids = request.ids { conditions.append("i.id = ANY(\(texts: ids))") }
    if let box = request.boundingBox { meets(box) }
    if let geometry = request.intersects {
      guard !geometry.isTangled(countingOnlyAreas: false) else {
        throw ParameterError("intersects", "the geometry crosses itself about a thousand times or more")
      }
      conditions.append(Self.intersects(geometry))
    }
    if let query = request.freeText { conditions.append(FreeTextCondition(query).sql) }
    conditions += try PropertyConditions(
      filter: request.filter, query: request.query, parameters: request.propertyParameters
    ).sql(on: .items, queryables: queryables)
  }

  /// The conditions as alternatives that exclude each other: an item matches where one of them holds.
  ///
  /// Instants are bounded by what the search is ordered by, so that an index leads to them; items that last are apart.
  var alternatives: [SQL] {
    guard let interval else { return [Self.all(conditions)] }
    var instants = conditions
    var stretches = conditions + ["(i.start_datetime <> i.datetime OR i.end_datetime <> i.datetime)"]
    instants += ["i.start_datetime = i.datetime", "i.end_datetime = i.datetime"]
    if let end = interval.end {
      instants.append("i.datetime <= \(timestamp: end)")
      stretches.append("i.start_datetime <= \(timestamp: end)")
    }
    if let start = interval.start {
      instants.append("i.datetime >= \(timestamp: start)")
      stretches.append("i.end_datetime >= \(timestamp: start)")
    }
    return [Self.all(instants), Self.all(stretches)]
  }

  /// All of it as one condition.
  var condition: SQL { "(\(alternatives.map { "(\($0))" as SQL }.joined(separator: " OR ")))" }

  private static func all(_ conditions: [SQL]) -> SQL {
    conditions.isEmpty ? "true" : conditions.joined(separator: " AND ")
  }

  /// One collection is compared by equality: then the index of its own order serves.
  private mutating func inCollections(_ keys: [Int64]) {
    if let key = keys.first, keys.count == 1 {
      conditions.append("i.collection_key = \(key)::int4")
    } else {
      conditions.append("i.collection_key = ANY(\(SQL.Bind.integerArray(keys))::int4[])")
    }
  }

  /// The item's geometry meets a part of the box; heights count where both have them.
  private mutating func meets(_ box: BoundingBox) {
    let parts = box.parts.map { Self.intersects($0.area) }
    conditions.append("(\(parts.joined(separator: " OR ")))")
    guard let heights = box.heights else { return }
    conditions.append(
      """
      (ST_Zmflag(i.geometry) < 2 OR ST_ZMax(i.geometry) >= \(heights.lowerBound) \
      AND ST_ZMin(i.geometry) <= \(heights.upperBound))
      """)
  }

  /// Two-dimensional intersection; a geometry that crosses itself is made valid first.
  private static func intersects(_ geometry: Geometry) -> SQL {
    .intersects("i.geometry", "\(validated: geometry)")
  }
}

extension SQL.StringInterpolation {
  /// A bound array of texts.
  mutating func appendInterpolation(texts: [String]) { appendInterpolation(SQL.Bind.textArray(texts)) }

  /// A bound instant.
  mutating func appendInterpolation(timestamp: Timestamp) {
    appendInterpolation(SQL.Bind.timestamp(microseconds: timestamp.microseconds))
  }

  /// A bound geometry, made valid where it is not.
  mutating func appendInterpolation(validated geometry: Geometry) {
    appendInterpolation("gnomon.valid(\(ewkb: geometry.extendedWKB))" as SQL)
  }
}
