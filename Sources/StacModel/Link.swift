/// A STAC link: where it leads, what the target is to this document, and every other member it carries.
public struct Link: Sendable, Hashable {
  /// The whole link object, unknown members included.
  public var json: JSONObject

  public init(json: JSONObject) { self.json = json }

  /// A link with the members that are given, in the customary order.
  public init(rel: LinkRelation, href: String, type: MediaType? = nil, title: String? = nil) {
    var members = [
      JSONObject.Member(name: "rel", value: .string(rel.rawValue)),
      JSONObject.Member(name: "href", value: .string(href)),
    ]
    if let type { members.append(JSONObject.Member(name: "type", value: .string(type.rawValue))) }
    if let title { members.append(JSONObject.Member(name: "title", value: .string(title))) }
    json = JSONObject(members)
  }

  public var rel: String { json["rel"]?.string ?? "" }
  public var href: String { json["href"]?.string ?? "" }
  public var type: String? { json["type"]?.string }
  public var title: String? { json["title"]?.string }
}

/// The relation types the catalog writes; every other one passes through as text.
public struct LinkRelation: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }

  public static let selfLink: LinkRelation = "self"
  public static let root: LinkRelation = "root"
  public static let parent: LinkRelation = "parent"
  public static let collection: LinkRelation = "collection"
  public static let child: LinkRelation = "child"
  public static let items: LinkRelation = "items"
  public static let item: LinkRelation = "item"
  public static let data: LinkRelation = "data"
  public static let search: LinkRelation = "search"
  public static let conformance: LinkRelation = "conformance"
  public static let serviceDescription: LinkRelation = "service-desc"
  public static let serviceDocumentation: LinkRelation = "service-doc"
  public static let next: LinkRelation = "next"
  public static let previous: LinkRelation = "prev"
  public static let derivedFrom: LinkRelation = "derived_from"
  public static let predecessorVersion: LinkRelation = "predecessor-version"
  public static let successorVersion: LinkRelation = "successor-version"
  public static let latestVersion: LinkRelation = "latest-version"
  public static let mlflowRun: LinkRelation = "mlflow:run"
  public static let processes: LinkRelation = "http://www.opengis.net/def/rel/ogc/1.0/processes"
  public static let execute: LinkRelation = "http://www.opengis.net/def/rel/ogc/1.0/execute"

  /// What the server writes itself on every item and collection, and therefore takes off documents that come in.
  public static let ownedByServer: Set<String> = [
    "self", "root", "parent", "collection", "items", "child", "children", "item", "aggregate", "aggregations",
    "http://www.opengis.net/def/rel/ogc/1.0/queryables", "http://www.opengis.net/def/rel/ogc/1.0/sortables",
  ]
}

extension Link {
  /// The member of links between versions that the server has found out itself, which it takes off documents that come
  /// back in; those without it are the author's, and stay.
  public static let computedMark = "gnomon:computed"
  /// The relations of links between versions (version extension).
  public static let versionRelations: Set<String> = ["predecessor-version", "successor-version", "latest-version"]
}

/// Media types that the catalog writes.
public struct MediaType: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }

  public static let json: MediaType = "application/json"
  public static let geoJSON: MediaType = "application/geo+json"
  public static let openAPI: MediaType = "application/vnd.oai.openapi+json;version=3.0"
  public static let html: MediaType = "text/html"
  public static let cloudOptimizedGeoTIFF: MediaType = "image/tiff; application=geotiff; profile=cloud-optimized"
  public static let png: MediaType = "image/png"
  public static let flatGeobuf: MediaType = "application/vnd.flatgeobuf"
  public static let geoPackage: MediaType = "application/geopackage+sqlite3"
}
