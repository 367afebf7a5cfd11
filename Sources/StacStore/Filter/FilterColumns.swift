import CQL2
import Postgres

/// Where a filter finds properties in a table, which the statement calls `i`.
public struct FilterColumns: Sendable {
  /// Items: `gnomon.items i`.
  public static let items = FilterColumns(isItems: true)
  /// The same, for statements that read the index of space and time in its order, whatever is asked of properties and of
  /// several collections.
  static let itemsNearest = FilterColumns(isItems: true, hidesProperties: true, hidesCollections: true)
  /// The same, with a geometry that no index serves: for statements that walk another index.
  package static let itemsWithoutPlace = FilterColumns(
    isItems: true, geometry: "postgis_noop(i.geometry)", hidesProperties: true, hidesCollections: true)
  /// Items of one collection of the table `searched` (``SQL/inEach(of:_:)``).
  static let itemsOfEach = FilterColumns(isItems: true, isOfEachCollection: true)
  /// The same, for statements that walk.
  static let itemsOfEachWithoutPlace = FilterColumns(
    isItems: true, geometry: "postgis_noop(i.geometry)", hidesProperties: true, isOfEachCollection: true)
  /// Items of one collection of `searched`, for statements that walk in the order of identifiers: no index of time, place or
  /// properties is to be thought of, nor are conditions on them to be thought rarely met.
  static let itemsOfEachByIdentifier = FilterColumns(
    isItems: true, geometry: "postgis_noop(i.geometry)", datetime: "(i.datetime + interval '0')", isHidden: true,
    hidesProperties: true, isOfEachCollection: true)
  /// The same, of all items.
  static let itemsByIdentifier = FilterColumns(
    isItems: true, geometry: "postgis_noop(i.geometry)", datetime: "(i.datetime + interval '0')", isHidden: true,
    hidesProperties: true)
  /// Items, with nothing that an index of time, place or collection serves: for statements that walk an index over a
  /// property.
  static let itemsByProperty = FilterColumns(
    isItems: true, geometry: "postgis_noop(i.geometry)", datetime: "(i.datetime + interval '0')", isHidden: true)
  /// The same, for statements that read an index over a property and a place, which has the collection and ``instant`` as
  /// these expressions.
  static let itemsInCells = FilterColumns(
    isItems: true, geometry: "postgis_noop(i.geometry)", datetime: "(i.datetime + interval '0')",
    collection: "(i.collection_key + 0)", instant: SQL.instant)
  /// Collections: `gnomon.collections i`; their time is their temporal extent.
  public static let collections = FilterColumns(isItems: false)

  /// Whether the table is that of items.
  let isItems: Bool
  var geometry: SQL = "i.geometry"
  var datetime: SQL = "i.datetime"
  /// The key of the collection.
  var collection: SQL = "i.collection_key"
  /// When an item is that is an instant, without time zone, and null of others; nil where `datetime` is to be compared.
  var instant: SQL?
  /// Whether the planner is to take every condition on time, place and collection for one that nearly all items meet.
  var isHidden = false
  /// The same for conditions on properties, which are tested item by item (``FilterCompiler/walked(_:at:)``). Of these the
  /// planner knows nothing, in one plan for all values; it would expect hardly any match, and read all of a collection at once
  /// to sort them.
  var hidesProperties = false
  /// The same for a condition on several collections: an index would be read for them whole, and not in its order.
  var hidesCollections = false
  /// Whether items are of one collection of the table `searched`, instead of those that a search names.
  var isOfEachCollection = false

  /// The value of a property that stands in a column of its own, nil for all others.
  func column(_ name: String) -> FilterValue? {
    switch (name, isItems) {
    case ("id", _): .string("i.id")
    case ("geometry", _): .geometry(geometry)
    case ("collection", true):
      .string("(SELECT named.id FROM gnomon.collections named WHERE named.key = i.collection_key)")
    case ("datetime", true): .instant(datetime)
    case ("start_datetime", true): .instant(Self.present("start_datetime", "i.start_datetime"))
    case ("end_datetime", true): .instant(Self.present("end_datetime", "i.end_datetime"))
    case ("datetime", false), ("start_datetime", false): .instant("nullif(i.start_datetime, '-infinity')")
    case ("end_datetime", false): .instant("nullif(i.end_datetime, 'infinity')")
    default: nil
    }
  }

  /// Whether an expression names a property that stands in a column of its own.
  func hasColumn(in expression: Expression) -> Bool {
    if case .property(let name) = expression { return column(name) != nil }
    return expression.children.contains(where: hasColumn)
  }

  /// A column that is filled for every item, where the document has the property.
  private static func present(_ name: SQL, _ column: SQL) -> SQL {
    "CASE WHEN (i.properties ->> '\(name)') IS NOT NULL THEN \(column) END"
  }

  /// The property as `jsonb`; the name is bound.
  func json(_ name: String) -> SQL {
    if isItems, let derived = DerivedProperty.json(name) { return derived }
    return "(i.\(unsafeSQL: source(of: name)) -> \(name))"
  }

  /// What models are searched by: the members of `properties` that `model_properties` holds too, for every item that has
  /// one (`gnomon.model_properties`). It lies in the row, where `properties` as large as those of models do not.
  private static let modelProperties: Set<String> = ["mlm:architecture", "mlm:framework", "mlm:name", "mlm:tasks"]

  /// The column that a property is read from, which indexes over it have too.
  func source(of property: String) -> String {
    isItems && Self.modelProperties.contains(property) ? "model_properties" : "properties"
  }

  /// Whether the document has no such property, or null.
  func isNull(_ name: String) -> SQL {
    switch (name, isItems) {
    case ("id", _), ("collection", true): "false"
    case ("geometry", _): "(i.geometry IS NULL)"
    case ("datetime", true): "((i.properties ->> 'datetime') IS NULL)"
    case ("datetime", false), ("start_datetime", false): "(i.start_datetime = '-infinity')"
    case ("end_datetime", false): "(i.end_datetime = 'infinity')"
    case (_, true) where DerivedProperty.has(name): "(nullif(\(json(name)), 'null') IS NULL)"
    default: "((i.\(unsafeSQL: source(of: name)) ->> \(name)) IS NULL)"
    }
  }
}

extension SQL {
  /// A condition, one of those that must hold, which the planner takes for met nearly always.
  static func taken(asMet condition: SQL) -> SQL { "nullif(\(condition), false) IS NOT NULL" }

  /// The time of an item that is an instant, as the indexes over a property and a place have it.
  fileprivate static let instant: SQL = """
    (CASE WHEN i.start_datetime = i.datetime AND i.end_datetime = i.datetime THEN i.datetime AT TIME ZONE 'UTC' END)
    """
}
