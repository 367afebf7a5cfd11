import Inference
import MLMExtension
public import StacModel

extension PredictionRequest {
  /// Reads the body of an execution (OGC API - Processes 1.0, `execute.yaml`).
  ///
  /// - Throws: ``APIError`` with each fault of the inputs at its pointer.
  public init(body: JSONValue, model: ItemReference, base: BaseURL) throws(APIError) {
    guard let inputs = body.object?["inputs"]?.object else {
      throw APIError(.invalidInput, "The body must be an object with the member inputs, an object")
    }
    var reader = InputReader(inputs)
    reader.checkNames()
    self.init(
      model: model, items: reader.items(), boundingBox: reader.boundingBox(), area: reader.area(),
      postProcessing: reader.postProcessing(), resampling: reader.resampling(), confidence: reader.flag("confidence"),
      formats: reader.formats(), inputs: inputs, base: base)
    if boundingBox != nil, area != nil { reader.fault("aoi", "bbox and aoi cannot be given together") }
    guard reader.faults.isEmpty else {
      throw APIError(.invalidInput, faults: reader.faults)
    }
  }
}

/// Reads the inputs of an execution and collects what is wrong with them.
private struct InputReader {
  let inputs: JSONObject
  private(set) var faults: [Fault] = []
  private static let names = [
    "items", "bbox", "aoi", "sieve", "min_area", "simplify", "post_processing", "resampling", "confidence", "formats",
  ]
  private static let mostItems = 1_000

  init(_ inputs: JSONObject) { self.inputs = inputs }

  /// How many unknown members of items are told.
  private static let mostFaults = 100

  mutating func fault(_ name: String, _ message: String) {
    faults.append(Fault(JSONPointer("/inputs").appending(name), message))
  }

  mutating func checkNames() {
    for name in inputs.names.filter({ !Self.names.contains($0) }).prefix(Self.mostFaults) {
      fault(name, "the input is not known; known are \(Self.names.joined(separator: ", "))")
    }
  }

  private func value(_ name: String) -> JSONValue? {
    guard let value = inputs[name], !value.isNull else { return nil }
    return value
  }

  mutating func items() -> [ItemReference] {
    guard let value = value("items"), case let elements = value.array ?? [value], !elements.isEmpty,
      elements.count <= Self.mostItems
    else {
      fault("items", "one to \(Self.mostItems) items are needed, each {\"collection\": …, \"id\": …}")
      return []
    }
    checkMembers(of: elements)
    let items = elements.compactMap { element -> ItemReference? in
      guard let collection = element.object?["collection"]?.string, let id = element.object?["id"]?.string else {
        return nil
      }
      return ItemReference(collection: collection, id: id)
    }
    if items.count != elements.count {
      fault("items", "each item is an object with the strings collection and id")
    } else if Set(items).count != items.count {
      fault("items", "an item is given twice")
    }
    return items
  }

  private mutating func checkMembers(of items: [JSONValue]) {
    for (index, element) in items.enumerated() {
      for name in element.object?.names ?? [] where name != "collection" && name != "id" {
        guard faults.count < Self.mostFaults else { return }
        let place = JSONPointer("/inputs/items").appending(index).appending(name)
        faults.append(Fault(place, "the member is not known; known are collection and id"))
      }
    }
  }

  mutating func boundingBox() -> BoundingBox? {
    guard let value = value("bbox") else { return nil }
    // OGC API - Processes wraps a box with its reference system.
    let numbers = value.object?["bbox"]?.array ?? value.array ?? []
    let doubles = numbers.compactMap(\.double)
    guard doubles.count == numbers.count, !doubles.isEmpty else {
      fault("bbox", "an array of four or six numbers was expected")
      return nil
    }
    if let system = value.object?["crs"]?.string, !system.hasSuffix("/OGC/1.3/CRS84") {
      fault("bbox", "the box must be in CRS84")
    }
    do {
      return try BoundingBox(numbers: doubles)
    } catch {
      fault("bbox", error.message)
      return nil
    }
  }

  mutating func area() -> Geometry? {
    guard var value = value("aoi") else { return nil }
    if let inner = value.object?["value"], value.object?["type"] == nil { value = inner }
    if value.object?["type"] == "FeatureCollection" {
      let features = value.object?["features"]?.array ?? []
      guard features.count == 1 else {
        fault("aoi", "\(Self.expectedArea) was expected, and the FeatureCollection has \(features.count) features")
        return nil
      }
      value = features[0]
    }
    if value.object?["type"] == "Feature" { value = value.object?["geometry"] ?? .null }
    guard value.object?["type"] == "Polygon" || value.object?["type"] == "MultiPolygon" else {
      fault("aoi", "\(Self.expectedArea) was expected")
      return nil
    }
    do {
      return try Geometry(json: value, at: "/inputs/aoi")
    } catch {
      faults += error.faults
      return nil
    }
  }

  private static let expectedArea =
    "a Polygon or a MultiPolygon, a Feature with one, or a FeatureCollection of exactly one such Feature"

  mutating func postProcessing() -> PostProcessingOverride {
    do {
      return try PostProcessingOverride(inputs: inputs, at: "/inputs")
    } catch {
      faults += error.faults
      return PostProcessingOverride()
    }
  }

  mutating func resampling() -> [String: String] {
    guard let value = value("resampling") else { return [:] }
    guard let object = value.object else {
      fault("resampling", "an object was expected, of \(Self.methods) by names of bands")
      return [:]
    }
    var methods: [String: String] = [:]
    for member in object.members where !member.value.isNull && faults.count < Self.mostFaults {
      if let method = member.value.string, InferenceRequest.resamplingMethods.contains(method) {
        methods[member.name] = method
      } else {
        faults.append(
          Fault(JSONPointer("/inputs/resampling").appending(member.name), "\(Self.methods) was expected"))
      }
    }
    return methods
  }

  private static let methods = InferenceRequest.resamplingMethods.joined(separator: " or ")

  mutating func formats() -> [String] {
    guard let value = value("formats") else { return [] }
    let known = InferenceRequest.otherVectorFormats
    let names = (value.array ?? []).compactMap(\.string)
    guard let elements = value.array, names.count == elements.count, Set(names).count == names.count,
      names.allSatisfy(known.contains)
    else {
      fault(
        "formats", "an array of \(known.joined(separator: ", ")) was expected, each once; GeoJSON is always written")
      return []
    }
    return names
  }

  mutating func flag(_ name: String) -> Bool {
    guard let value = value(name) else { return false }
    if value.bool == nil { fault(name, "true or false was expected") }
    return value.bool ?? false
  }
}
