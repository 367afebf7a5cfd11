import Geo
import MLMExtension
public import StacModel

/// Builds the STAC 1.1.0 item of a prediction: a pure function of the report, the request and the links.
public struct PredictionDocument: Sendable {
  /// What only the caller knows: where things can be reached.
  public struct Context: Sendable {
    /// The collection the item belongs to.
    public var collection: String
    /// The item's identifier, customarily ``PredictionDocument/identifier(model:checksum:items:boundingBox:area:options:)``.
    public var id: String
    /// Where the model's item is.
    public var modelHref: String
    /// Where each source item is, in the order of ``PredictionReport/items``.
    public var itemHrefs: [String]
    /// Where a file of the result will be, by its asset key and name.
    public var assetHref: @Sendable (_ key: String, _ file: String) -> String
    /// When the prediction was made.
    public var created: Timestamp
    /// The version of this program.
    public var programVersion: String
    /// The request as it came, for the record; nil leaves it out.
    public var request: JSONObject?

    public init(
      id: String, collection: String = "predictions", modelHref: String, itemHrefs: [String], created: Timestamp,
      programVersion: String, request: JSONObject? = nil,
      assetHref: @escaping @Sendable (_ key: String, _ file: String) -> String
    ) {
      self.id = id
      self.collection = collection
      self.modelHref = modelHref
      self.itemHrefs = itemHrefs
      self.created = created
      self.programVersion = programVersion
      self.request = request
      self.assetHref = assetHref
    }
  }

  private let report: PredictionReport
  private let model: Item
  private let context: Context

  /// The item's document.
  public static func item(_ report: PredictionReport, model: Item, context: Context) -> JSONObject {
    PredictionDocument(report: report, model: model, context: context).document
  }

  private static let extensions = [
    "https://stac-extensions.github.io/processing/v1.2.0/schema.json",
    "https://stac-extensions.github.io/projection/v2.0.0/schema.json",
    "https://stac-extensions.github.io/classification/v1.1.0/schema.json",
    "https://stac-extensions.github.io/file/v2.1.0/schema.json",
  ]

  private static let rasterExtension = "https://stac-extensions.github.io/raster/v2.0.0/schema.json"

  private var document: JSONObject {
    let hasConfidence = report.files.contains { $0.name == "confidence.tif" }
    let extensions = Self.extensions + (hasConfidence ? [Self.rasterExtension] : [])
    var document: JSONObject = [
      "type": "Feature", "stac_version": "1.1.0",
      "stac_extensions": .array(extensions.map { .string($0) }),
      "id": .string(context.id), "collection": .string(context.collection),
      "geometry": report.footprint.geometry.json,
    ]
    document["bbox"] = .array(report.footprint.box.numbers.map { JSONValue($0) })
    document["properties"] = .object(properties)
    document["links"] = .array(links)
    document["assets"] = .object(assets)
    return document
  }

  // MARK: Properties

  private var properties: JSONObject {
    var properties = time
    let name = model.properties["mlm:name"]?.string ?? model.id
    properties["title"] = .string("\(name): \(report.items.map(\.id).prefix(3).joined(separator: ", "))")
    properties["description"] = .string("Class map made by the model \(name) from \(report.items.count) item(s).")
    properties["created"] = .string(context.created.description)
    properties["updated"] = .string(context.created.description)
    properties["processing:level"] = "L4"
    properties["processing:datetime"] = .string(context.created.description)
    properties["processing:expression"] = ["format": "stac-mlm", "expression": .string(context.modelHref)]
    properties["processing:software"] = .object(software)
    for member in projection.members { properties[member.name] = member.value }
    properties["gnomon:model"] = .object(modelReference)
    if let request = context.request { properties["gnomon:request"] = .object(request) }
    properties["gnomon:post_processing"] = .object(report.postProcessing.record)
    properties["gnomon:bands"] = .array(report.bands.map { .object(Self.document($0)) })
    if !report.computedBands.isEmpty {
      properties["gnomon:computed_bands"] = .array(report.computedBands.map { .object($0.document) })
    }
    properties["gnomon:classes"] = .array(report.classes.map { .object(Self.document($0)) })
    properties["gnomon:nodata_pixels"] = JSONValue(report.noDataPixels)
    properties["gnomon:holes_filled"] = JSONValue(report.holesFilled)
    properties["gnomon:hole_pixels"] = JSONValue(report.holePixels)
    properties["gnomon:polygons"] = JSONValue(report.polygons)
    properties["gnomon:polygons_below_minimum_area"] = JSONValue(report.polygonsBelowMinimumArea)
    properties["gnomon:polygons_reshaped"] = JSONValue(report.polygonsReshaped)
    if !report.warnings.isEmpty { properties["gnomon:warnings"] = .array(report.warnings.map { .string($0) }) }
    for member in report.polygonFaults.members.members { properties[member.name] = member.value }
    properties["gnomon:duration_seconds"] = JSONValue(report.seconds)
    return properties
  }

  /// The time of the imagery: an instant where all items have the same, else from the first start to the last end.
  private var time: JSONObject {
    let times = report.items.map(\.time)
    if let datetime = times.first?.datetime, times.allSatisfy({ $0.datetime == datetime && $0.start == $0.end }) {
      return ["datetime": .string(datetime.description)]
    }
    let start = times.map(\.start).min() ?? context.created
    let end = times.map(\.end).max() ?? context.created
    return [
      "datetime": .null, "start_datetime": .string(start.description), "end_datetime": .string(end.description),
    ]
  }

  private var software: JSONObject {
    var software: JSONObject = ["gnomon": .string(context.programVersion)]
    for name in report.software.keys.sorted() { software[name] = report.software[name].map { .string($0) } }
    return software
  }

  private var projection: JSONObject {
    let grid = report.grid
    var members: JSONObject = [
      "proj:code": grid.referenceSystem.epsg.map { .string("EPSG:\($0)") } ?? .null
    ]
    if grid.referenceSystem.epsg == nil { members["proj:wkt2"] = .string(grid.referenceSystem.wkt) }
    members["proj:shape"] = [JSONValue(grid.height), JSONValue(grid.width)]
    members["proj:transform"] = .array(grid.geoTransform.projTransform.map { JSONValue($0) })
    return members
  }

  private var modelReference: JSONObject {
    var reference: JSONObject = [
      "id": .string(model.id), "mlm:name": model.properties["mlm:name"] ?? .string(model.id),
      "file:checksum": .string(report.modelChecksum), "framework": .string(report.modelLibrary),
      "framework_version": .string(report.modelVersion),
    ]
    if let collection = model.collectionID { reference["collection"] = .string(collection) }
    if let container = model.containerAssets.first { reference["container"] = .string(container.href) }
    if let run = model.mlflowRunLinks.first { reference["mlflow_run"] = .string(run.href) }
    return reference
  }

  private static func document(_ band: PredictionReport.BandUse) -> JSONObject {
    var document: JSONObject = [
      "name": .string(band.name), "item": .string(band.item), "asset": .string(band.asset),
      "band": JSONValue(band.band), "scale": JSONValue(band.scale), "offset": JSONValue(band.offset),
      "scaling_from": .string(band.scalingOrigin), "placement": .string(band.placement),
    ]
    band.resampling?.write(to: &document)
    if let scaling = band.valueScaling { document["value_scaling"] = .object(scaling.document) }
    return document
  }

  private static func document(_ count: PredictionReport.ClassCount) -> JSONObject {
    [
      "value": JSONValue(count.value), "name": .string(count.name), "pixels": JSONValue(count.pixels),
      "area_m2": JSONValue(Self.rounded(count.areaSquareMetres)),
    ]
  }

  /// Square metres to a decimal; of less than a hectare, which is what a drone sees, to six.
  private static func rounded(_ area: Double) -> Double {
    let unit = area < 10_000 ? 1e6 : 10
    return (area * unit).rounded() / unit
  }

  // MARK: Links and assets

  private var links: [JSONValue] {
    var model = Link(
      rel: .derivedFrom, href: context.modelHref, type: .geoJSON, title: "Model \(self.model.id)")
    if let name = self.model.properties["mlm:name"] { model.json["mlm:name"] = name }
    var links = [model]
    for (item, href) in zip(report.items, context.itemHrefs) {
      links.append(Link(rel: .derivedFrom, href: href, type: .geoJSON, title: item.id))
    }
    for run in self.model.mlflowRunLinks {
      links.append(Link(json: run.json))
    }
    return links.map { .object($0.json) }
  }

  private struct AssetKind {
    let file: String
    let key: String
    let type: MediaType
    let title: String
    let roles: [String]
  }

  private static let kinds = [
    AssetKind(
      file: "class.tif", key: "class", type: .cloudOptimizedGeoTIFF, title: "Class map",
      roles: ["data", "classification"]),
    AssetKind(
      file: "confidence.tif", key: "confidence", type: .cloudOptimizedGeoTIFF,
      title: "Probability of the class that was chosen", roles: ["data", "confidence"]),
    AssetKind(
      file: "polygons.geojson", key: "polygons", type: .geoJSON, title: "Polygons of the classes", roles: ["data"]),
    AssetKind(
      file: VectorFormat.flatGeobuf.fileName, key: "flatgeobuf", type: .flatGeobuf,
      title: "Polygons of the classes as FlatGeobuf", roles: ["data"]),
    AssetKind(
      file: VectorFormat.geoPackage.fileName, key: "geopackage", type: .geoPackage,
      title: "Polygons of the classes as GeoPackage", roles: ["data"]),
    AssetKind(file: "thumbnail.png", key: "thumbnail", type: .png, title: "Preview", roles: ["thumbnail"]),
  ]

  private var assets: JSONObject {
    var assets: JSONObject = [:]
    for kind in Self.kinds {
      guard let file = report.files.first(where: { $0.name == kind.file }) else { continue }
      var asset: JSONObject = [
        "href": .string(context.assetHref(kind.key, kind.file)), "type": .string(kind.type.rawValue),
        "title": .string(kind.title), "roles": .array(kind.roles.map { .string($0) }),
        "file:size": JSONValue(file.size), "file:checksum": .string(file.checksum),
      ]
      if kind.key == "class" {
        asset["data_type"] = .string(report.dataType)
        asset["nodata"] = JSONValue(report.noData)
        asset["classification:classes"] = .array(classes)
      } else if kind.key == "confidence" {
        asset["data_type"] = "uint8"
        asset["nodata"] = JSONValue(Int(COGWriter.confidenceNoData))
        asset["raster:scale"] = JSONValue(COGWriter.confidenceScale)
      }
      assets[kind.key] = .object(asset)
    }
    return assets
  }

  /// The model's classes as classification 1.1.0 wants them: described, with a name of letters, digits, `-` and `_`.
  private var classes: [JSONValue] {
    zip(report.classDocuments, report.classes).map { document, count in
      var members = document.object ?? [:]
      let name = members["name"]?.string ?? count.name
      let isWord = { (letter: Character) in
        letter.isASCII && (letter.isLetter || letter.isNumber || "-_".contains(letter))
      }
      if name.isEmpty || !name.allSatisfy(isWord) {
        if members["title"] == nil { members["title"] = .string(name) }
        members["name"] = .string(String(name.map { isWord($0) ? $0 : "_" }))
      }
      if members["description"] == nil { members["description"] = .string(count.name) }
      if let color = members["color_hint"]?.string { members["color_hint"] = .string(color.uppercased()) }
      return .object(members)
    }
  }
}
