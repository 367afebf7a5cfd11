import CQL2
import Postgres
import StacModel
import StacSearch

/// What an aggregation computes over the items of a search, as SQL.
struct AggregationPlan {
  /// The most buckets of a frequency; the items of further ones are counted as overflow.
  static let mostBuckets = 1_000

  let aggregation: Aggregation
  /// The condition that the items meet.
  let condition: SQL
  /// The collections that the items are all those of; nil where more than that is asked of them.
  let whole: WholeCollections?
  let queryables: Queryables

  /// Some collections, or all where none are named.
  struct WholeCollections {
    let ids: [String]?
  }

  /// The kinds of values of the property, in the order in which they are tried.
  func kinds(of property: String) throws(ParameterError) -> [SearchOrder.Kind] {
    let key = SortKey(property: property, direction: .ascending)
    do throws(ParameterError) {
      return try SearchTable.items.terms(key, queryables: queryables).map(\.kind)
    } catch {
      throw ParameterError(
        "aggregations",
        "'\(aggregation.name.prefix(64))' is over no property that the items have; /aggregations lists what can be asked"
      )
    }
  }

  /// The property's value as one kind, over the table `i`.
  func value(of property: String, as kind: SearchOrder.Kind) throws(ParameterError) -> SQL {
    let key = SortKey(property: property, direction: .ascending)
    let terms = try SearchTable.items.terms(key, queryables: queryables)
    return (terms.first { $0.kind == kind } ?? terms[0]).expression
  }

  /// The property's value as text, whatever its kind.
  func text(of property: String) throws(ParameterError) -> SQL {
    var values: [SQL] = []
    for kind in try kinds(of: property) { values.append("\(try value(of: property, as: kind))::text") }
    return "coalesce(\(values.joined(separator: ", ")))"
  }

  /// One row: how many items; of whole collections that is kept.
  var total: SQL {
    whole.map { CollectionStatistics.itemCount(ofCollections: $0.ids) }
      ?? "SELECT count(*) FROM gnomon.items i WHERE \(condition)"
  }

  /// One row: the least and the greatest value as text, and how many items have one.
  func range(of value: SQL, as kind: SearchOrder.Kind) -> SQL {
    let extremes: (least: SQL, greatest: SQL) =
      switch kind {
      case .timestamp: ("(extract(epoch FROM min(v)) * 1000000)::int8", "(extract(epoch FROM max(v)) * 1000000)::int8")
      case .boolean: ("bool_and(v)", "bool_or(v)")
      case .number, .text, .key: ("min(v)", "max(v)")
      }
    return """
      SELECT \(extremes.least)::text, \(extremes.greatest)::text, count(v) FROM (SELECT \(value) AS v FROM gnomon.items i \
      WHERE \(condition)) items
      """
  }

  /// Rows of a value's text, how many items have it, and how many items have any: the most frequent first, as many as
  /// there may be buckets. What the buckets lack of the last number is the overflow.
  func terms(_ value: SQL) -> SQL {
    """
    SELECT v::text, count(*), (sum(count(*)) OVER ())::int8 FROM (SELECT \(value) AS v FROM gnomon.items i \
    WHERE \(condition)) items WHERE v IS NOT NULL GROUP BY v ORDER BY count(*) DESC, v LIMIT \(Self.mostBuckets)
    """
  }

  /// The same for the elements of arrays, each counted once an item; a value that is no array counts as its own element.
  func elements(_ property: String) -> SQL {
    let value = FilterColumns.items.json(property)
    return """
      SELECT v, count(*), (sum(count(*)) OVER ())::int8 FROM (SELECT DISTINCT i.collection_key, i.id, e #>> '{}' AS v \
      FROM gnomon.items i, jsonb_array_elements(CASE jsonb_typeof\(value) WHEN 'array' THEN \(value) \
      WHEN 'object' THEN '[]' ELSE jsonb_build_array(\(value)) END) e WHERE \(condition)) items \
      WHERE v IS NOT NULL GROUP BY v ORDER BY count(*) DESC, v COLLATE "C" LIMIT \(Self.mostBuckets)
      """
  }

  /// Rows of the start of a calendar unit in microseconds and how many items lie in it, in order of time.
  func calendar(_ value: SQL, unit: CalendarUnit) -> SQL {
    """
    SELECT (extract(epoch FROM v) * 1000000)::int8::text, count(*), (sum(count(*)) OVER ())::int8 FROM (\
    SELECT date_trunc(\(unit.rawValue), \(value), 'UTC') AS v FROM gnomon.items i WHERE \(condition)) items \
    WHERE v IS NOT NULL GROUP BY v ORDER BY v LIMIT \(Self.mostBuckets)
    """
  }

  /// Rows of a bucket's number and how many items lie in it: bucket n begins at start + n * width.
  func histogram(_ value: SQL, start: Double, width: Double, count: Int) -> SQL {
    """
    SELECT v::text, count(*), (sum(count(*)) OVER ())::int8 FROM (\
    SELECT least(greatest(floor((n - \(start)::numeric) / \(width)::numeric), 0), \(count - 1))::int8 AS v \
    FROM (SELECT \(value) AS n FROM gnomon.items i WHERE \(condition)) items WHERE n IS NOT NULL) numbers \
    GROUP BY v ORDER BY v
    """
  }

  /// Rows of a cell and how many items have their centroid in it.
  func cells(_ grid: GeographicGrid, precision: Int) -> SQL {
    let point: SQL = "ST_Centroid(i.geometry)"
    switch grid {
    case .geohash: return terms("ST_GeoHash(\(point), \(precision)::int4)")
    case .geotile: return terms("gnomon.tile(\(point), \(precision)::int4)")
    }
  }
}
