/// How to write the members that STAC's core knows.
///
/// Source: STAC 1.1.0, item specification, collection specification and common metadata; RFC 7946.
enum CoreAdvice {
  /// The advice for the member at a place, or for the one that the place lies in.
  static func of(_ pointer: JSONPointer) -> String {
    for name in pointer.parts.reversed() {
      if let advice = byName[name] { return advice }
    }
    return "write it as the STAC specification \(STACVersion.accepted.last ?? "") has it"
  }

  private static let text = "write a text, or leave it out"
  private static let instant = "write a time such as \"2020-01-01T00:00:00Z\""
  private static let texts = "write an array of texts, such as [\"a\", \"b\"], or leave it out"
  private static let texted = "write a text that is not empty"

  private static let byName: [String: String] = [
    "type":
      "write \"Feature\" in an item and \"Collection\" in a collection; of a link or an asset a media type, or nothing",
    "stac_version": "write \"1.1.0\", the version that the document follows",
    "id": "write a text that no other item of the collection has, such as \"land-cover-2\"",
    "collection": "write the identifier of the collection that the item goes to, or leave it out",
    "geometry":
      "write a GeoJSON geometry in longitude and latitude, rings closed, or null where the item has no place",
    "coordinates": "write longitude before latitude, in degrees of WGS 84; a ring ends with its first position",
    "bbox": "write [west, south, east, north] of the geometry, in degrees; leave it out where the geometry is null",
    "properties": "write an object that has datetime at least",
    "datetime": instant + ", or null beside start_datetime and end_datetime",
    "start_datetime": instant + ", not later than end_datetime, and both of them",
    "end_datetime": instant + ", not before start_datetime, and both of them",
    "created": instant + ", or leave it out", "updated": instant + ", or leave it out",
    "links": "write an array of objects with rel and href, [] where there are none",
    "rel": "say what the link leads to, such as \"derived_from\"",
    "href": "write an address, or a path from the document on",
    "assets": "write an object of assets by their keys, {} where there are none; each has an href",
    "roles": texts, "keywords": texts, "instruments": texts, "title": text, "description": "write a text",
    "platform": text,
    "constellation": text, "mission": text, "name": texted,
    "license": "write an SPDX identifier such as \"CC-BY-4.0\", or \"other\"",
    "stac_extensions": "write an array of the URLs of JSON schemas, each once",
    "gsd": "write metres as a number, such as 10, or leave it out",
    "providers": "write an array of objects with a name, or leave it out",
    "extent": "write spatial.bbox, an array of boxes, and temporal.interval, an array of [start, end]",
    "interval": "write [[start, end]], each a time such as \"2020-01-01T00:00:00Z\", null where it is open",
    "summaries": "write an object, or leave it out", "item_assets": "write an object of objects, or leave it out",
  ]
}
