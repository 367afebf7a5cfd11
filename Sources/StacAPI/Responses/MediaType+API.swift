import StacModel

extension MediaType {
  /// JSON Schema, as queryables and sortables are written.
  static let schema: MediaType = "application/schema+json"
  /// JSON merge patch (RFC 7396).
  static let mergePatch: MediaType = "application/merge-patch+json"
  /// What Prometheus reads.
  static let metrics: MediaType = "text/plain; version=0.0.4; charset=utf-8"
  static let openAPI31: MediaType = "application/vnd.oai.openapi+json;version=3.1"
}

extension LinkRelation {
  static let queryables: LinkRelation = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
  static let sortables: LinkRelation = "http://www.opengis.net/def/rel/ogc/1.0/sortables"
  static let functions: LinkRelation = "http://www.opengis.net/def/rel/ogc/1.0/functions"
  static let aggregate: LinkRelation = "aggregate"
  static let aggregations: LinkRelation = "aggregations"
  static let children: LinkRelation = "children"
  static let alternate: LinkRelation = "alternate"
}
