import Inference
import MLMExtension
import StacModel
import StacStore

/// A model as a process: what it takes and what it gives.
struct ProcessDescription {
  let model: ModelProperties
  let stored: StoredDocument
  let base: BaseURL

  /// `{collection}:{item}`, each percent-encoded, so that only one colon is bare.
  private var identifier: String {
    PercentCoding.encode(stored.collectionID) + ":" + PercentCoding.encode(stored.id)
  }

  private var url: String { base.url("processes") + "/" + identifier }

  /// The process as a list has it.
  var summary: JSONObject {
    var links = LinkList()
    links.add(.selfLink, url)
    links.add(.execute, url + "/execution")
    links.add("describedby", base.url("collections", stored.collectionID, "items", stored.id), .geoJSON, title: "Model")
    return [
      "id": .string(identifier), "version": .string(version), "title": .string(model.name),
      "description": .string("\(model.architecture) for \(model.tasks.map(\.rawValue).joined(separator: ", "))"),
      "keywords": .array(model.tasks.map { .string($0.rawValue) }), "jobControlOptions": ["sync-execute"],
      "outputTransmission": ["value"], "links": links.json,
    ]
  }

  /// The model's own version (version extension), as the document has it.
  private var version: String {
    let properties = (try? JSONParser.parse(stored.document.bytes))?.object?["properties"]?.object
    guard let version = properties?["version"]?.versionText, !version.isEmpty else { return "1.0.0" }
    return version
  }

  /// The whole description, with the schemas of inputs and outputs.
  var document: JSONObject {
    var document = summary
    document["inputs"] = .object(inputs)
    document["outputs"] = [
      "item": [
        "title": "Prediction",
        "description": .string(outputText),
        "schema": [
          "type": "object", "contentMediaType": "application/geo+json",
          "$ref": "https://schemas.stacspec.org/v1.1.0/item-spec/json-schema/item.json",
        ],
      ]
    ]
    return document
  }

  private var outputText: String {
    let classes = model.outputs.flatMap(\.classes).map { "\($0.value) \($0.label)" }.joined(separator: ", ")
    return "A STAC item with the class map, its polygons and, where asked for, the confidence. Classes: \(classes)"
  }

  private var inputs: JSONObject {
    [
      "items": input("Items to read", itemsText, schema: itemsSchema, isRequired: true),
      "bbox": input(
        "Box to predict", "West, south, east, north in degrees; default is all that the items cover.",
        schema: ["type": "array", "items": ["type": "number"], "minItems": 4, "maxItems": 6]),
      "aoi": input(
        "Area to predict", "A GeoJSON Polygon or MultiPolygon, alone or as the only feature; not together with bbox.",
        schema: ["type": "object", "contentMediaType": "application/geo+json"]),
      "sieve": input("Sieve", "Patches of fewer pixels join their largest neighbour.", schema: steps("sieve")),
      "min_area": input(
        "Minimum area", "Smaller polygons are left out, in square metres.", schema: steps("minimum_area")),
      "simplify": input("Simplification", "Tolerance of the polygons' outlines in metres.", schema: steps("simplify")),
      "post_processing": input(
        "Post-processing",
        "What counts instead of what the model declares, member by member; null switches a step off. sieve, min_area and "
          + "simplify are short for three of its members.",
        schema: postProcessingSchema),
      "resampling": input(
        "Resampling",
        "How bands of another grid are read, by their names. By default nearest where documents or files say that the "
          + "numbers are classes or flags, else bilinear.",
        schema: resamplingSchema),
      "confidence": input(
        "Confidence", "Whether a raster of confidence is written too.", schema: ["type": "boolean", "default": false]),
      "formats": input(
        "Formats", "In which the polygons are written beside GeoJSON.",
        schema: [
          "type": "array", "uniqueItems": true, "default": [],
          "items": ["type": "string", "enum": .array(InferenceRequest.otherVectorFormats.map { .string($0) })],
        ]),
    ]
  }

  private var postProcessingSchema: JSONValue {
    let output = model.outputs.first { !$0.classes.isEmpty }
    return ((try? PostProcessingPlan(output: output).effective) ?? PostProcessing()).requestSchema()
  }

  /// The schema of one of its members.
  private func steps(_ member: String) -> JSONValue {
    postProcessingSchema.object?["properties"]?.object?[member] ?? [:]
  }

  private var resamplingSchema: JSONValue {
    let method: JSONValue = [
      "type": ["string", "null"], "enum": .array(InferenceRequest.resamplingMethods.map { .string($0) } + [.null]),
    ]
    var bands: JSONObject = [:]
    for name in model.sourceBandNames { bands[name] = method }
    return ["type": "object", "properties": .object(bands), "additionalProperties": false, "default": [:]]
  }

  private func input(_ title: String, _ description: String, schema: JSONValue, isRequired: Bool = false) -> JSONValue {
    [
      "title": .string(title), "description": .string(description), "schema": schema,
      "minOccurs": isRequired ? 1 : 0, "maxOccurs": 1,
    ]
  }

  private var itemsText: String {
    let bands = model.inputs.flatMap { $0.bands + $0.variables }.map(\.name).joined(separator: ", ")
    let shape = model.inputs.first.map { input in
      "\(input.structure.dimensions) = \(input.structure.shape) of \(input.structure.dataType)"
    }
    return
      "Items whose assets have the bands \(bands), found by name. The model's input is \(shape ?? "not described")."
  }

  private var itemsSchema: JSONValue {
    [
      "type": "array", "minItems": 1,
      "items": [
        "type": "object", "required": ["collection", "id"], "additionalProperties": false,
        "properties": ["collection": ["type": "string"], "id": ["type": "string"]],
      ],
    ]
  }
}
