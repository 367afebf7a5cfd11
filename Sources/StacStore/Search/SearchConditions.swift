import Postgres
import StacModel
import StacSearch

/// The conditions of a search on the table `items`, which a statement calls `i`, without paging.
struct SearchConditions {
  private var conditions: [SQL] = []
  private let interval: DatetimeInterval?
  private let isSplit: Bool
  private let columns: FilterColumns

  /// - Parameters:
  ///   - queryables: the properties that filters may name.
  ///   - columns: where the geometry is found.
  ///   - isSplit: whether instants and items that last are apart also where nothing is asked of their time.
  /// - Throws: ``ParameterError`` where a filter does not fit the properties.
  init(
    _ request: SearchRequest, queryables: Queryables, columns: FilterColumns = .items, isSplit: Bool = false
  ) throws(ParameterError) {
    interval = request.datetime
    self.isSplit = isSplit
    self.columns = columns
    if columns.isOfEachCollection {
      conditions.append("\(columns.collection) = searched.key")
    } else if let collections = request.collections {
      inCollections(collections)
    }
    if request.collections?.count != 1, columns.instant == nil, !columns.isHidden, !columns.isOfEachCollection {
      conditions.append(Self.everywhere)
    }
    if let ids = request.ids { conditions.append("i.id = ANY(\(texts: ids))") }
    if let box = request.boundingBox { meets(box) }
    if let geometry = request.intersects {
      guard !geometry.isTangled(countingOnlyAreas: false) else {
        throw ParameterError("intersects", "the geometry crosses itself about a thousand times or more")
      }
      conditions.append(shown(intersects(geometry)))
    }
    if let query = request.freeText {
      let words = FreeTextCondition(query).sql
      conditions.append(columns.hidesProperties ? .taken(asMet: "(\(words))") : words)
    }
    conditions += try PropertyConditions(
      filter: request.filter, query: request.query, parameters: request.propertyParameters
    ).sql(on: columns, queryables: queryables)
  }

  /// The conditions as alternatives that exclude each other: an item matches where one of them holds.
  ///
  /// Instants are bounded by what the search is ordered by, so that an index leads to them; items that last are apart.
  var alternatives: [SQL] {
    guard isSplit || interval != nil else { return [Self.all(conditions)] }
    var instants = conditions
    var stretches = conditions
    if let instant = columns.instant {
      if interval == nil { instants.append("\(instant) IS NOT NULL") }
      stretches.append("\(instant) IS NULL")
    } else {
      instants.append(.taken(asMet: "i.start_datetime = i.datetime AND i.end_datetime = i.datetime"))
      stretches.append("nullif(\(Self.isStretch), true) IS NULL")
    }
    let time = columns.instant ?? "i.datetime"
    let inItsForm: SQL = columns.instant == nil ? "" : "::timestamptz AT TIME ZONE 'UTC'"
    if let end = interval?.end { instants.append(shown("\(time) <= \(timestamp: end)\(inItsForm)")) }
    if let start = interval?.start { instants.append(shown("\(time) >= \(timestamp: start)\(inItsForm)")) }
    return [Self.all(instants), Self.all(stretches + meetsInterval)]
  }

  /// All of it for items that are come by in an order that says nothing of their time: an instant starts and ends at once.
  var conditionOnIntervals: SQL { Self.all(conditions + meetsInterval) }

  /// That the time between start and end of an item meets the interval of the search.
  private var meetsInterval: [SQL] {
    let end = interval?.end.map { shown("i.start_datetime <= \(timestamp: $0)") }
    let start = interval?.start.map { shown("i.end_datetime >= \(timestamp: $0)") }
    return [end, start].compactMap(\.self)
  }

  /// The predicate of the index over the time of all collections, which every item meets. A search in one collection does
  /// not say it: the planner would take that index for its table's order, and step over the items of all others.
  static let everywhere: SQL = "i.links_position >= 0"

  /// What items that are no instants meet. The planner takes two columns to be different nearly always, and equal hardly
  /// ever; asked for what is null, as the indexes over such items are, it takes them to be few.
  private static let isStretch: SQL = "i.start_datetime <> i.datetime OR i.end_datetime <> i.datetime"

  /// All of it as one condition.
  var condition: SQL { "(\(alternatives.map { "(\($0))" as SQL }.joined(separator: " OR ")))" }

  /// A condition as the planner is to see it.
  private func shown(_ condition: SQL) -> SQL {
    columns.isHidden ? .taken(asMet: condition) : condition
  }

  private static func all(_ conditions: [SQL]) -> SQL {
    conditions.isEmpty ? "true" : conditions.joined(separator: " AND ")
  }

  /// One collection is compared by equality: then the index of its own order serves. The names are looked up by the
  /// statement itself, which sees the collections of its own snapshot.
  private mutating func inCollections(_ ids: [String]) {
    if let id = ids.first, ids.count == 1 {
      conditions.append(shown("\(columns.collection) = (SELECT c.key FROM gnomon.collections c WHERE c.id = \(id))"))
    } else {
      let keys: SQL = "ARRAY(SELECT c.key FROM gnomon.collections c WHERE c.id = ANY(\(texts: ids)))"
      let condition: SQL = "\(columns.collection) = ANY(\(keys))"
      conditions.append(columns.hidesCollections ? .taken(asMet: condition) : shown(condition))
    }
  }

  /// The item's geometry meets a part of the box; heights count where both have them.
  private mutating func meets(_ box: BoundingBox) {
    let parts = box.parts.map { SQL.intersects(columns.geometry, box: $0) }
    conditions.append(shown("(\(parts.joined(separator: " OR ")))"))
    guard let heights = box.heights else { return }
    conditions.append(
      """
      (ST_Zmflag(i.geometry) < 2 OR ST_ZMax(i.geometry) >= \(heights.lowerBound) \
      AND ST_ZMin(i.geometry) <= \(heights.upperBound))
      """)
  }

  /// Two-dimensional intersection; a geometry that crosses itself is made valid first.
  private func intersects(_ geometry: Geometry) -> SQL { .intersects(columns.geometry, "\(validated: geometry)") }
}

extension SQL {
  /// What stands behind FROM where a query is run in each of some collections by itself: its rows, of all, as `i`.
  ///
  /// Of several collections at once PostgreSQL knows only a guess at how many items they have, and no index that has them in
  /// order.
  ///
  /// - Parameter query: with conditions on ``FilterColumns/itemsOfEach``.
  static func inEach(of collections: [String], _ query: SQL) -> SQL {
    """
    (SELECT c.key FROM gnomon.collections c WHERE c.id = ANY(\(texts: collections))) searched \
    CROSS JOIN LATERAL (\(query)) i
    """
  }
}

extension SQL.StringInterpolation {
  /// A bound array of texts.
  mutating func appendInterpolation(texts: [String]) { appendInterpolation(SQL.Bind.textArray(texts)) }

  /// A bound instant.
  mutating func appendInterpolation(timestamp: Timestamp) {
    appendInterpolation(SQL.Bind.timestamp(microseconds: timestamp.microseconds))
  }

  /// A bound geometry, made valid where it may not be.
  mutating func appendInterpolation(validated geometry: Geometry) {
    if geometry.isSurelyValid { return appendInterpolation(ewkb: geometry.extendedWKB) }
    appendInterpolation("gnomon.valid(\(ewkb: geometry.extendedWKB))" as SQL)
  }
}
