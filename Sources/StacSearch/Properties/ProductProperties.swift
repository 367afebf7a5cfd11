import CQL2

/// The item properties of extensions that say what a product is and where it comes from: processing 1.2, product 1.0,
/// scientific 1.0, file 2.1, storage, label 1.0, pointcloud 2.0, order 1.1 and authentication 1.1.
enum ProductProperties {
  static let all: [PropertyDefinition] = provenance + access + contents

  private static let provenance: [PropertyDefinition] = [
    .text("processing:level", "Processing level", "How far the data are processed: L1C, L2A"),
    .text("processing:facility", "Processing facility", "Who processed the data"),
    .text("processing:version", "Processing version", "The version of the processor or of the processing chain"),
    .instant("processing:datetime", "Processing time", "When the data were processed"),
    .text("processing:lineage", "Lineage", "How the data were made"),
    .object("processing:expression", "Expression", "The formula that the values come from"),
    .object("processing:software", "Software", "The programs that made the data, with their versions"),
    .text("product:type", "Product type", "The kind of product"),
    .text(
      "product:timeliness", "Timeliness", "How soon after acquisition the product is made, as an ISO 8601 duration"),
    .text("product:timeliness_category", "Timeliness category", "The provider's word for the timeliness: NRT, NTC"),
    .text(
      "product:acquisition_type", "Acquisition type", "What the acquisition was for",
      among: ["nominal", "calibration", "other"]),
    .text("sci:doi", "DOI", "The digital object identifier of the data"),
    .text("sci:citation", "Citation", "How the data want to be cited"),
    .objects("sci:publications", "Publications", "Publications about the data"),
  ]

  private static let access: [PropertyDefinition] = [
    .integer("file:size", "File size", "In bytes", from: 0),
    .integer("file:header_size", "Header size", "In bytes", from: 0),
    .text("file:checksum", "Checksum", "A multihash in hexadecimal digits"),
    .text("file:byte_order", "Byte order", "The order of bytes", among: ["big-endian", "little-endian"]),
    .text("file:local_path", "Local path", "Where the file belongs in a folder of the product"),
    .object("storage:schemes", "Storage schemes", "How the places that hold the data are reached"),
    .texts("storage:refs", "Storage scheme", "The names of the storage schemes used"),
    .text("storage:platform", "Storage platform", "The cloud that holds the data"),
    .text("storage:region", "Storage region", "The region that holds the data"),
    .flag("storage:requester_pays", "Requester pays", "Whether who reads pays for the transfer"),
    .text("storage:tier", "Storage tier", "The tier that holds the data"),
    .object("auth:schemes", "Authentication schemes", "How to show who one is"),
    .texts("auth:refs", "Authentication scheme", "The names of the authentication schemes used"),
    .text(
      "order:status", "Order status", "How far the delivery is",
      among: ["orderable", "ordered", "pending", "shipping", "succeeded", "failed", "canceled"]),
    .text("order:id", "Order", "The identifier of the order"),
    .instant("order:date", "Order date", "When the data were ordered"),
    .instant("order:expiration_date", "Order expires", "Until when the data can be fetched"),
  ]

  private static let contents: [PropertyDefinition] = [
    .text("label:type", "Label type", "Whether labels are pixels or shapes", among: ["raster", "vector"]),
    .text("label:description", "Label description", "What the labels say"),
    .texts("label:tasks", "Label tasks", "What the labels are for"),
    .texts("label:methods", "Label methods", "How the labels were made"),
    .texts("label:properties", "Label properties", "The properties of the shapes that hold the labels"),
    .objects("label:classes", "Label classes", "The classes by property"),
    .objects("label:overviews", "Label overviews", "How often each class occurs"),
    .integer("pc:count", "Points", "How many points there are", from: 0),
    .text("pc:type", "Point cloud type", "How the points were measured: lidar, eopc, radar"),
    .text("pc:encoding", "Point cloud encoding", "The format of the points"),
    .number("pc:density", "Point density", "Points per square unit", from: 0),
    .objects("pc:schemas", "Point dimensions", "The dimensions of the points"),
    .objects("pc:statistics", "Point statistics", "Statistics by dimension"),
  ]
}
