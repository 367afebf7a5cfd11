import StacModel

/// The conformance classes that this server meets, by their exact URIs.
enum ConformanceClasses {
  private static let catalog = [
    "https://api.stacspec.org/v1.0.0/core",
    "https://api.stacspec.org/v1.0.0/collections",
    "https://api.stacspec.org/v1.0.0/ogcapi-features",
    "https://api.stacspec.org/v1.0.0/item-search",
    "https://api.stacspec.org/v1.0.0/ogcapi-features/extensions/transaction",
    "https://api.stacspec.org/v1.0.0/collections/extensions/transaction",
    "https://api.stacspec.org/v1.0.0-rc.3/browseable",
    "https://api.stacspec.org/v1.0.0-rc.2/children",
    "https://api.stacspec.org/v1.0.0-rc.2/children#type-filter",
    "https://api.stacspec.org/v1.0.0-rc.2/language",
  ]

  /// Clients know the sort extension by its version 1.0.0 as well as by 1.1.0.
  private static let search =
    [
      "item-search#filter", "item-search#sort", "ogcapi-features#sort", "item-search#fields", "ogcapi-features#fields",
      "item-search#query", "ogcapi-features#query",
    ].map { "https://api.stacspec.org/v1.0.0/\($0)" }
    + [
      "item-search#sort", "ogcapi-features#sort", "collection-search#sort", "item-search#sortables",
      "collection-search#sortables",
    ].map { "https://api.stacspec.org/v1.1.0/\($0)" }
    + [
      "item-search#free-text", "item-search#advanced-free-text", "ogcapi-features#free-text",
      "ogcapi-features#advanced-free-text", "collection-search", "collection-search#free-text",
      "collection-search#advanced-free-text", "collection-search#filter", "collection-search#query",
      "collection-search#sort", "collection-search#fields",
    ].map { "https://api.stacspec.org/v1.0.0-rc.1/\($0)" }
    + ["aggregation", "aggregation#query", "aggregation#filter"].map { "https://api.stacspec.org/v0.3.0/\($0)" }

  private static let features = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/advanced-property-roles",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/sortables",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/simple-query",
  ]

  private static let filters = [
    "cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison",
    "accent-insensitive-comparison", "basic-spatial-functions", "basic-spatial-functions-plus", "spatial-functions",
    "temporal-functions", "array-functions", "property-property", "functions", "arithmetic",
  ].map { "http://www.opengis.net/spec/cql2/1.0/conf/\($0)" }

  private static let processes = ["core", "ogc-process-description", "json", "oas30"].map {
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/\($0)"
  }

  /// The list as a JSON array.
  static func json(hasProcesses: Bool) -> JSONValue {
    .array((catalog + search + features + filters + (hasProcesses ? processes : [])).map(JSONValue.string))
  }
}
