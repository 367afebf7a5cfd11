internal import CGeo
import Foundation
import Vectors

/// Writes polygons as a FlatGeobuf or GeoPackage file through GDAL.
///
/// One layer, `polygons`, in longitude and latitude (EPSG:4326), with the fields of ``GeoJSONWriter``: `class`, `name`,
/// `area_m2`, `pixels` and `mean_confidence` (null where there is none), the same numbers. The file appears under its name only after
/// ``PolygonWriter/finish(isCancelled:)``; what is abandoned is given up at once, however much was written: GDAL makes no
/// index as it closes a file, ``GeoPackageIndex`` and ``FlatGeobufFile`` do, step by step.
public final class VectorFileWriter: PolygonWriter {
  private let file: TemporaryFile
  private let format: VectorFormat
  private let layer: PolygonLayer
  private let index: GeoPackageIndex?
  private let names: [Int: String]
  /// The boxes of features that are sorted and indexed at the end.
  private var boxes: [FeatureBox] = []
  /// Makes the geometries of features.
  public let encoder: any PolygonEncoder
  /// Features written so far.
  public private(set) var featureCount = 0
  /// Features in a transaction: few enough to keep memory small, many enough to be fast.
  private static let transaction = 50_000

  /// The most parts of a feature: GDAL writes it in one call, half a second for so many, which nobody can stop.
  public static let mostParts = 1_000_000

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - classes: the names of the class values.
  ///   - mostParts: the most parts of a feature; what has more is refused with `limitExceeded`.
  /// - Throws: `unwritable`, and `invalidArgument` for GeoJSON.
  public init(
    path: String, format: VectorFormat, classes: [MapClass], mostParts: Int = VectorFileWriter.mostParts
  ) throws(GeoError) {
    GeoLibrary.initialize()
    guard format != .geoJSON else {
      throw GeoError(.invalidArgument, "VectorFileWriter", "GeoJSON has a writer of its own.")
    }
    self.format = format
    let file = try Self.place(path, format)
    self.file = file
    names = Dictionary(classes.map { ($0.value, $0.name) }) { first, _ in first }
    encoder = FeatureRecord()
    (layer, index) = try capturingMessages { (log) throws(GeoError) -> (PolygonLayer, GeoPackageIndex?) in
      let layer = try PolygonLayer(path: file.path, format: format, isIndexed: false, mostParts: mostParts)
      let index = format == .geoPackage ? try layer.index(log) : nil
      try layer.startTransaction(log)
      return (layer, index)
    }
  }

  private static func place(_ path: String, _ format: VectorFormat) throws(GeoError) -> TemporaryFile {
    try TemporaryFile(for: path, ending: format == .flatGeobuf ? ".fgb" : ".gpkg")
  }

  /// Appends features as the encoder made them.
  public func append(_ bytes: [UInt8], count: Int, isCancelled: () -> Bool) throws {
    try capturingMessages { log in
      var place = 0
      for _ in 0..<count {
        guard let record = FeatureRecord.Header(bytes, at: place) else {
          throw GeoError(.invalidArgument, "VectorFileWriter", "A feature's record is incomplete.")
        }
        let name = names[record.value] ?? String(record.value)
        try layer.add(record, of: bytes, name: name, log, isCancelled: isCancelled)
        place = record.parts.upperBound
        featureCount += 1
        // FlatGeobuf leaves out what has no place.
        if format == .flatGeobuf, !record.box.isEmpty { boxes.append(record.box) }
        if featureCount % Self.transaction == 0 {
          try layer.commitTransaction(log)
          try layer.startTransaction(log)
        }
      }
    }
  }

  /// Ends the file and gives it its name.
  public func finish(isCancelled: @escaping @Sendable () -> Bool) throws {
    if isCancelled() { throw CancellationError() }
    try capturingMessages { log in
      // What fails here leaves the rest to deinit.
      try index?.fill(featureCount, log, isCancelled: isCancelled)
      try layer.commitTransaction(log)
      try layer.close(log)
    }
    if isCancelled() { throw CancellationError() }
    if format == .flatGeobuf {
      try finishFlatGeobuf(isCancelled)
    } else {
      try file.publish()
    }
  }

  private func finishFlatGeobuf(_ isCancelled: () -> Bool) throws {
    let whole = try Self.place(file.finalPath, format)
    let sample = try Self.indexedSample(hasFeature: !boxes.isEmpty)
    if boxes.isEmpty {
      try FlatGeobufFile.create(whole.path, sample)
    } else {
      let features = try FlatGeobufFile(path: file.path, count: boxes.count, isCancelled: isCancelled)
      let header = try FlatGeobufHeader(of: sample)
      try features.write(to: whole.path, header: header, boxes: boxes, isCancelled: isCancelled)
    }
    try whole.publish()
  }

  /// A FlatGeobuf file of the same layer with an index, of one feature or none.
  private static func indexedSample(hasFeature: Bool) throws -> [UInt8] {
    let path = "/vsimem/\(UUID().uuidString).fgb"
    defer { unsafe VSIUnlink(path) }
    return try capturingMessages { log in
      let layer = try PolygonLayer(path: path, format: .flatGeobuf, isIndexed: true, mostParts: 1)
      if hasFeature {
        var bytes: [UInt8] = []
        try FeatureRecord().encode(.sample, into: &bytes) { false }
        guard let record = FeatureRecord.Header(bytes, at: 0) else { throw log.error("FeatureRecord") }
        try layer.add(record, of: bytes, name: "", log) { false }
      }
      try layer.close(log)
      var count: vsi_l_offset = 0
      guard let data = unsafe VSIGetMemFileBuffer(path, &count, 0) else { throw log.error("VSIGetMemFileBuffer") }
      return unsafe Array(UnsafeBufferPointer(start: data, count: Int(count)))
    }
  }
}

extension ClassPolygon {
  /// Some polygon.
  fileprivate static var sample: ClassPolygon {
    ClassPolygon(
      value: 0, pixelCount: 0, areaSquareMetres: 0, meanConfidence: nil, confidencePixelCount: 0,
      geometry: [GeographicPolygon(west: 0, south: 0, east: 1, north: 1)], unit: .coarsest,
      box: GeographicBox(west: 0, south: 0, east: 1, north: 1))
  }
}
