import Foundation
import Geo
import MLMExtension
public import StacModel
import TreeEnsembles

/// What a prediction would do: bands, grid, features, engine, tiles, memory and post-processing; a document and a text.
public struct PredictionPlan: Sendable {
  private let prepared: PreparedPrediction
  private let bands: [PredictionReport.BandUse]

  init(_ prepared: PreparedPrediction) {
    self.prepared = prepared
    bands = prepared.stack.uses
  }

  /// The plan as a document.
  public var json: JSONObject {
    [
      "model": .object(model), "items": .array(prepared.stack.items.map { .string($0.item.id) }),
      "bands": .array(zip(bands, prepared.stack.readings).map { .object(Self.document($0, $1)) }),
      "grid": .object(grid), "features": .array(features.map { .object($0) }), "work": .object(work),
      "images": .array(images.map { .object($0) }),
      "remote_images": .array(prepared.stack.remoteImages.map { .object($0.json) }),
      "post_processing": .object(postProcessing), "files": .array(files.map { .string($0) }),
    ]
  }

  // MARK: Parts

  private var model: JSONObject {
    let model = prepared.model
    return [
      "id": .string(model.item.id), "name": model.item.properties["mlm:name"] ?? .string(model.item.id),
      "engine": .string(engine), "instruction_set": .string(prepared.model.evaluator.instructionSet.rawValue),
      "features": JSONValue(prepared.program.features.count),
      "classes": .array(
        prepared.legend.classes.map { ["value": JSONValue($0.value), "name": .string($0.name)] }),
      "nodata": JSONValue(prepared.legend.noData), "file:checksum": .string(model.checksum),
    ]
  }

  private var engine: String { prepared.model.evaluator.engineDescription }

  private static func document(_ band: PredictionReport.BandUse, _ reading: FeatureStack.Reading) -> JSONObject {
    let stored = reading.source.band
    var document: JSONObject = [
      "name": .string(band.name), "item": .string(band.item), "asset": .string(band.asset),
      "band": JSONValue(band.band), "data_type": .string(stored.dataType.rawValue),
      "block": [JSONValue(stored.blockSize.width), JSONValue(stored.blockSize.height)],
      "scale": JSONValue(band.scale), "offset": JSONValue(band.offset), "scaling_from": .string(band.scalingOrigin),
      "placement": .string(band.placement),
    ]
    let values = reading.source.physicalValues
    let missing = [values.fileNoData, values.declaredNoData].compactMap(\.self)
    document["nodata"] = .array(missing.map { $0.isNaN ? .string("nan") : JSONValue($0) })
    if let mask = stored.maskKind.words { document["mask"] = .string(mask) }
    if let scaling = band.valueScaling { document["value_scaling"] = .object(scaling.document) }
    band.resampling?.write(to: &document)
    return document
  }

  /// What is known of the files before their pixels are read.
  private var images: [JSONObject] {
    prepared.stack.files.map { file in
      ["asset": .string(file.asset), "verified_by": .string(file.proof(readsAll: prepared.readsAll).rawValue)]
    }
  }

  private var grid: JSONObject {
    let grid = prepared.grid
    let system = grid.referenceSystem.epsg.map { "EPSG:\($0)" } ?? grid.referenceSystem.wkt
    return [
      "reference_system": .string(system), "shape": [JSONValue(grid.height), JSONValue(grid.width)],
      "transform": .array(grid.geoTransform.projTransform.map { JSONValue($0) }),
      "pixels": JSONValue(prepared.window.pixelCount),
      "image_shape": [JSONValue(prepared.stack.grid.height), JSONValue(prepared.stack.grid.width)],
      "first_row": JSONValue(prepared.window.row), "first_column": JSONValue(prepared.window.column),
      "area_of_interest": .bool(prepared.placement != nil),
    ]
  }

  private var features: [JSONObject] {
    let layout = prepared.stack.layout
    return zip(layout.features, prepared.program.features).map { feature, source in
      let band = layout.bands[feature.band]
      var document = band.document
      if layout.steps != nil { document["item"] = .string(prepared.stack.items[feature.step].item.id) }
      if case .coded = source { document["by_table"] = true }
      return document
    }
  }

  /// The largest part that is read at a time: of a small area, no more than that.
  private var tileSize: BlockSize {
    let (tile, window) = (prepared.tiles.size, prepared.window)
    return BlockSize(width: min(tile.width, window.width), height: min(tile.height, window.height))
  }

  private var work: JSONObject {
    let tiles = prepared.tiles
    let memory = prepared.memory
    return [
      "threads": JSONValue(tiles.threads), "tile": [JSONValue(tileSize.height), JSONValue(tileSize.width)],
      "tiles": JSONValue(tiles.count), "tile_bytes": JSONValue(memory.tileBytes),
      "decoding_bytes": JSONValue(memory.decodingBytes), "block_cache_bytes": JSONValue(memory.cacheBytes),
      "map_bytes": JSONValue(prepared.mapBytes.all), "scratch_file_bytes": JSONValue(prepared.mapBytes.scratch),
      "other_bytes": JSONValue(memory.otherBytes), "program_bytes": JSONValue(memory.programBytes),
      "needed_bytes": JSONValue(memory.classifyingBytes),
      "allowed_bytes": JSONValue(memory.allowance.bytes), "allowed_by": .string(memory.allowance.limit.rawValue),
      "corners": JSONValue(memory.corners),
    ]
  }

  private var postProcessing: JSONObject { prepared.postProcessing.record }

  private var files: [String] {
    ["class.tif"] + (prepared.request.confidence ? ["confidence.tif"] : []) + ["polygons.geojson"]
      + prepared.request.vectorFormats.map(\.fileName).sorted() + ["thumbnail.png"]
  }
}

extension PredictionPlan {
  /// The plan as lines for a person.
  public var text: String {
    var lines = ["Model      \(prepared.model.item.id), \(prepared.program.features.count) features, \(engine)"]
    lines.append("Classes    " + prepared.legend.classes.map { "\($0.value) \($0.name)" }.joined(separator: ", "))
    lines.append("           nodata \(prepared.legend.noData)")
    lines.append("Bands")
    lines += zip(bands, prepared.stack.readings).map(Self.line)
    lines += prepared.stack.files.map { "  \($0.asset): \($0.proof(readsAll: prepared.readsAll).words)" }
    lines += prepared.stack.remoteImages.map { "  \($0.asset): \($0.words)" }
    lines += gridLines + featureLines + workLines
    lines.append("After      " + afterwards)
    lines.append("Files      " + files.joined(separator: ", "))
    return lines.joined(separator: "\n")
  }

  /// The steps that do something.
  private var afterwards: String {
    let steps = prepared.steps.document.members.map { ($0.name, JSONSerializer.text($0.value)) }
      .filter { $0.0 != "version" && !["null", "0", "[]"].contains($0.1) }
    return steps.isEmpty ? "nothing" : steps.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }

  private static func line(_ band: PredictionReport.BandUse, _ reading: FeatureStack.Reading) -> String {
    let stored = reading.source.band
    let scaling =
      band.scalingOrigin == "none" ? "as stored" : "x \(band.scale) + \(band.offset) (\(band.scalingOrigin))"
    let values = reading.source.physicalValues
    let missing =
      [values.fileNoData, values.declaredNoData].compactMap { $0.map { "nodata \($0.formatted), " } }
      .joined() + (stored.maskKind.words.map { "\($0), " } ?? "")
    let placement = band.resampling.map { "\(band.placement), \($0.text(of: band.name))" } ?? band.placement
    return "  \(band.name): \(band.item) / \(band.asset) band \(band.band), \(stored.dataType.rawValue) in blocks of "
      + "\(stored.blockSize.width) x \(stored.blockSize.height), \(scaling), \(missing)\(placement)"
  }

  private var gridLines: [String] {
    let grid = prepared.grid
    let system = grid.referenceSystem.epsg.map { "EPSG:\($0)" } ?? "a reference system without a code"
    let whole = prepared.stack.grid
    let unit = grid.referenceSystem.isGeographic ? "degrees" : grid.referenceSystem.unitSize == 1 ? "m" : "units"
    let transform = grid.geoTransform
    let (width, height) = (
      Point(x: transform.columnX, y: transform.columnY).length, Point(x: transform.rowX, y: transform.rowY).length
    )
    var lines = [
      "Grid       \(grid.width) x \(grid.height) pixels of \(width.formatted) x \(height.formatted) \(unit), \(system)"
    ]
    if prepared.placement != nil {
      lines.append(
        "           from row \(prepared.window.row), column \(prepared.window.column) of \(whole.width) x \(whole.height)"
      )
    }
    return lines
  }

  private var featureLines: [String] {
    ["Features"]
      + zip(features, prepared.stack.layout.features).map { feature, place in
        let scaling = prepared.stack.layout.bands[place.band].scaling
        let parts = [
          feature["item"]?.string, feature["expression"]?.string.map { "= \($0)" },
          scaling.map { "scaled by \($0.text)" },
          feature["by_table"] == true ? "stored numbers, by table" : nil,
        ].compactMap(\.self)
        return "  " + ([feature["name"]?.string ?? ""] + parts).joined(separator: ", ")
      }
  }

  private var workLines: [String] {
    let tiles = prepared.tiles
    func megabytes(_ name: String) -> String { "\(((work[name]?.integer ?? 0) + 524_288) >> 20) MB" }
    return [
      "Work       \(tiles.count) tiles of up to \(tileSize.width) x \(tileSize.height) pixels on "
        + "\(tiles.threads) thread\(tiles.threads == 1 ? "" : "s")",
      "Memory     \(megabytes("needed_bytes")) at most while classifying: \(megabytes("tile_bytes")) of tiles, "
        + "\(megabytes("decoding_bytes")) to decode, \(megabytes("block_cache_bytes")) of block cache, "
        + "\(megabytes("map_bytes")) of maps less \(megabytes("scratch_file_bytes")) in scratch files, "
        + "\(megabytes("other_bytes")) of other things; the program itself has \(megabytes("program_bytes"))",
      "           \(megabytes("allowed_bytes")) may be had (\(prepared.memory.allowance.limit.words)); lines between areas "
        + "with up to \(prepared.memory.corners) corners fit beside the maps",
    ]
  }
}

extension PredictionReport.RemoteImage {
  /// As a document.
  public var json: JSONObject {
    var document: JSONObject = [
      "asset": .string(asset), "size": JSONValue(Int(size)), "fetched_bytes": JSONValue(Int(fetchedBytes)),
      "fetched": .string(wholeBecause == nil ? "ranges" : "whole"),
    ]
    if let requests { document["requests"] = JSONValue(requests) }
    if let wholeBecause { document["whole_because"] = .string(wholeBecause.rawValue) }
    return document
  }

  /// For people.
  fileprivate var words: String {
    let place = "\(size >> 10) KB elsewhere, "
    if let wholeBecause { return place + "fetched whole: \(wholeBecause.words)" }
    return place + "read by ranges, \(fetchedBytes >> 10) KB of it so far"
  }
}

extension SourceFile.Proof {
  /// For people.
  fileprivate var words: String {
    switch self {
    case .checksum: "compared with its file:checksum before it is read"
    case .partial: "read in parts, so not compared with its file:checksum"
    case .none: "no file:checksum to compare it with"
    }
  }
}

extension Point {
  /// How far it lies from the origin.
  fileprivate var length: Double { (x * x + y * y).squareRoot() }
}

extension Double {
  /// Up to six digits, a whole number without a point.
  fileprivate var formatted: String { String(format: "%.6g", self) }
}

extension MaskKind {
  /// What takes pixels out beside nodata values; nil where nothing does.
  fileprivate var words: String? {
    switch self {
    case .allValid, .noDataValue: nil
    case .datasetMask, .bandMask: "mask of the file"
    case .alpha: "alpha band"
    }
  }
}
