import CQL2
import StacModel

/// The properties that every item, or every collection, may have: STAC 1.1.0, item, collection and common metadata.
enum CoreProperties {
  /// What every item can be asked for, be it in the data or not, in the order in which it is shown.
  static let items: [PropertyDefinition] = [
    .identifier("The item's identifier, unique in its collection"),
    .text("collection", "Collection", "The identifier of the collection that holds the item"),
    .geometry("geometry", "Geometry", "The footprint of what the item describes", role: "primary-geometry"),
    .instant("datetime", "Time", "When the data were acquired, in UTC", role: "primary-instant"),
    .instant("start_datetime", "Start", "When the acquisition began, in UTC"),
    .instant("end_datetime", "End", "When the acquisition ended, in UTC"),
    .instant("created", "Created", "When the metadata were first written"),
    .instant("updated", "Updated", "When the metadata were last changed"),
  ]

  /// What every collection can be asked for.
  static let collections: [PropertyDefinition] = [
    .identifier("The collection's identifier"),
    .text("title", "Title", "A short name for people"),
    .text("description", "Description", "What the collection holds"),
    .texts("keywords", "Keywords", "Words that describe the collection"),
    .text("license", "License", "The licence of the data: an SPDX identifier or expression, or 'other'"),
    .geometry("geometry", "Extent", "Where the collection's items lie", role: "primary-geometry"),
    .instant("start_datetime", "Start", "When the collection's data begin", role: "primary-interval-start"),
    .instant("end_datetime", "End", "When the collection's data end", role: "primary-interval-end"),
    .objects("providers", "Providers", "Who captured, processed or hosts the data"),
    .instant("created", "Created", "When the metadata were first written"),
    .instant("updated", "Updated", "When the metadata were last changed"),
    .text("stac_version", "STAC version", "The version of STAC that the document follows"),
    .texts("stac_extensions", "STAC extensions", "The schemas of the extensions that the document follows"),
    .object("summaries", "Summaries", "What values the items have"),
  ]

  /// Common metadata beyond what every item can be asked for.
  static let common: [PropertyDefinition] = [
    .text("title", "Title", "A short name for people"),
    .text("description", "Description", "What is to be seen, at length"),
    .texts("keywords", "Keywords", "Words that describe the item"),
    .texts("roles", "Roles", "What the thing is for"),
    .text("license", "License", "The licence of the data: an SPDX identifier or expression, or 'other'"),
    .objects("providers", "Providers", "Who captured, processed or hosts the data"),
    .text("platform", "Platform", "The satellite, aircraft or station that carried the instrument"),
    .texts("instruments", "Instruments", "The sensors that took the data"),
    .text("constellation", "Constellation", "The group that the platform belongs to"),
    .text("mission", "Mission", "The mission that the data were taken for"),
    .number("gsd", "Ground sample distance", "The best resolution of the sensor, in metres", from: 0),
    .objects("bands", "Bands", "The bands of the data"),
    .text(
      "data_type", "Data type", "The type of the values",
      among: [
        "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64",
        "cint16", "cint32", "cfloat32", "cfloat64", "other",
      ]),
    .object("statistics", "Statistics", "Minimum, maximum, mean and the like of the values"),
    .text("unit", "Unit", "The unit of the values"),
    .instant("published", "Published", "When the data were first published"),
    .instant("unpublished", "Unpublished", "When the data were or will be withdrawn"),
    .instant("expires", "Expires", "When the data stop being valid"),
    .text("version", "Version", "The version of the data"),
    .flag("deprecated", "Deprecated", "Whether something newer takes the item's place"),
    .flag("experimental", "Experimental", "Whether the item may still change in any way"),
    .object("language", "Language", "The language of the document"),
    .objects("languages", "Languages", "The other languages that the document comes in"),
  ]
}

extension PropertyDefinition {
  fileprivate static func identifier(_ description: String) -> Self {
    Self(
      name: "id", type: .string,
      schema: ["title": "Identifier", "description": .string(description), "type": "string", "x-ogc-role": "id"],
      isSortable: true)
  }
}
