import Foundation
import Vectors

/// Writes polygons as a GeoJSON FeatureCollection, one by one (RFC 7946).
///
/// Properties of a feature: `class` (value), `name`, `area_m2`, `pixels` and, when known, `mean_confidence`. Coordinates
/// have at most 7 decimals, and more where pixels need them (``DegreeUnit``). The file appears under its name only after
/// ``finish()``; without features it is valid.
public final class GeoJSONWriter: PolygonWriter {
  private let file: TemporaryFile
  private let handle: FileHandle
  private var buffer: [UInt8] = []
  /// Makes the text of features.
  public let encoder: any PolygonEncoder
  /// Features written so far.
  public private(set) var featureCount = 0

  /// Begins a file; `classes` gives the names of the class values. Throws `unwritable`.
  public init(path: String, classes: [MapClass]) throws(GeoError) {
    file = try TemporaryFile(for: path)
    guard FileManager.default.createFile(atPath: file.path, contents: nil),
      let handle = FileHandle(forWritingAtPath: file.path)
    else { throw GeoError(.unwritable, "GeoJSONWriter", "The output file cannot be created.") }
    self.handle = handle
    encoder = FeatureText(classes)
    buffer += Array("{\"type\":\"FeatureCollection\",\"features\":[".utf8)
  }

  deinit { try? handle.close() }

  /// Appends features, of which each begins with the comma and the line break before it.
  public func append(_ bytes: [UInt8], count: Int, isCancelled: () -> Bool) throws {
    if count == 0 { return }
    // The first feature has no comma before it.
    buffer += featureCount == 0 ? bytes.dropFirst() : bytes[...]
    featureCount += count
    if buffer.count > Self.step { try flush(isCancelled) }
  }

  /// Ends the collection and gives the file its name.
  public func finish(isCancelled: @escaping @Sendable () -> Bool) throws {
    if isCancelled() { throw CancellationError() }
    buffer += Array("\n]}\n".utf8)
    try flush(isCancelled)
    try file.publish()
  }

  /// Bytes that are written at once.
  private static let step = 1 << 20

  private func flush(_ isCancelled: () -> Bool) throws {
    for first in stride(from: 0, to: buffer.count, by: Self.step) {
      if isCancelled() { throw CancellationError() }
      do {
        try handle.write(contentsOf: buffer[first..<min(first + Self.step, buffer.count)])
      } catch {
        throw GeoError(.unwritable, "GeoJSONWriter", "The output file cannot be written.")
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }
}

/// The text of features.
private struct FeatureText: PolygonEncoder {
  /// What stands between the box and the area of a feature, by class value.
  private let names: [Int: [UInt8]]

  init(_ classes: [MapClass]) {
    names = Dictionary(classes.map { ($0.value, Self.naming($0.value, $0.name)) }) { first, _ in first }
  }

  private static func naming(_ value: Int, _ name: String) -> [UInt8] {
    var bytes = Array("],\"properties\":{\"class\":\(value),\"name\":".utf8)
    DecimalText.appendQuoted(name, to: &bytes)
    return bytes + Array(",\"area_m2\":".utf8)
  }

  func encode(
    _ polygon: ClassPolygon, into bytes: inout [UInt8], isCancelled: () -> Bool
  ) throws(CancellationError) {
    bytes += ",\n{\"type\":\"Feature\",\"bbox\":[".utf8
    box(polygon.box, polygon.unit, &bytes)
    bytes += names[polygon.value] ?? Self.naming(polygon.value, String(polygon.value))
    DecimalText.append(polygon.areaSquareMetres, digits: polygon.areaDigits, to: &bytes)
    bytes += ",\"pixels\":".utf8
    DecimalText.append(Double(polygon.pixelCount), digits: 0, to: &bytes)
    if let confidence = polygon.writtenConfidence {
      bytes += ",\"mean_confidence\":".utf8
      DecimalText.append(confidence, digits: ClassPolygon.confidenceDigits, to: &bytes)
    }
    bytes += "},\"geometry\":".utf8
    try geometry(polygon.geometry, polygon.unit, &bytes, isCancelled)
    bytes += "}".utf8
  }

  private func box(_ box: GeographicBox, _ unit: DegreeUnit, _ bytes: inout [UInt8]) {
    DecimalText.append(box.west, digits: unit.decimals, to: &bytes)
    for number in [box.south, box.east, box.north] {
      bytes.append(UInt8(ascii: ","))
      DecimalText.append(number, digits: unit.decimals, to: &bytes)
    }
  }

  private func geometry(
    _ parts: [GeographicPolygon], _ unit: DegreeUnit, _ bytes: inout [UInt8], _ isCancelled: () -> Bool
  ) throws(CancellationError) {
    if let only = parts.first, parts.count == 1 {
      bytes += "{\"type\":\"Polygon\",\"coordinates\":".utf8
      rings(only, unit, &bytes)
    } else {
      bytes += "{\"type\":\"MultiPolygon\",\"coordinates\":[".utf8
      for (index, part) in parts.enumerated() {
        if index & 63 == 63, isCancelled() { throw CancellationError() }
        if index > 0 { bytes.append(44) }
        rings(part, unit, &bytes)
      }
      bytes.append(93)
    }
    bytes.append(125)
  }

  private func rings(_ polygon: GeographicPolygon, _ unit: DegreeUnit, _ bytes: inout [UInt8]) {
    bytes += "[[".utf8
    positions(polygon.exterior, unit, &bytes)
    for hole in polygon.holes {
      bytes += "],[".utf8
      positions(hole, unit, &bytes)
    }
    bytes += "]]".utf8
  }

  /// The coarsest unit, which nearly all results have, has a way of its own: twice as fast.
  private func positions(_ ring: [GeographicPoint], _ unit: DegreeUnit, _ bytes: inout [UInt8]) {
    if unit == .coarsest {
      DecimalText.append(ring.map { $0.coarse }, to: &bytes)
    } else {
      DecimalText.append(ring.map { $0.units(unit) }, decimals: unit.decimals, to: &bytes)
    }
  }
}

extension GeographicPoint {
  /// The position in units of the coarsest kind, 1e-7 degrees; what is written lies within 180 degrees of Greenwich.
  fileprivate var coarse: FixedPosition {
    FixedPosition(
      x: Self.nearest(min(max(longitude, -180), 180) * DegreeUnit.coarsestPerDegree),
      y: Self.nearest(min(max(latitude, -90), 90) * DegreeUnit.coarsestPerDegree))
  }

  /// The position in units.
  fileprivate func units(_ unit: DegreeUnit) -> SIMD2<Int> {
    let (half, quarter) = (180 * unit.perDegree, 90 * unit.perDegree)
    return SIMD2(
      Int(min(max(unit.units(longitude), -half), half)), Int(min(max(unit.units(latitude), -quarter), quarter)))
  }

  /// The whole number next to one that has 32 bits, without the call that `rounded()` is.
  private static func nearest(_ value: Double) -> Int32 { Int32(value < 0 ? value - 0.5 : value + 0.5) }
}
