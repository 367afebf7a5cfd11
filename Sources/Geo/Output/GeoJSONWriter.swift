import Foundation

/// Writes polygons as a GeoJSON FeatureCollection, one by one (RFC 7946).
///
/// Properties of a feature: `class` (value), `name`, `area_m2`, `pixels` and, when known, `mean_confidence`. Coordinates
/// have at most 7 decimals. The file appears under its name only after ``finish()``; without features it is valid.
public final class GeoJSONWriter {
  private let file: TemporaryFile
  private let handle: FileHandle
  private let names: [Int: String]
  private var buffer: [UInt8] = []
  /// Features written so far.
  public private(set) var featureCount = 0

  /// Begins a file; `classes` gives the names of the class values. Throws `unwritable`.
  public init(path: String, classes: [MapClass]) throws(GeoError) {
    file = try TemporaryFile(for: path)
    guard FileManager.default.createFile(atPath: file.path, contents: nil),
      let handle = FileHandle(forWritingAtPath: file.path)
    else { throw GeoError(.unwritable, "GeoJSONWriter", "The output file cannot be created.") }
    self.handle = handle
    names = Dictionary(classes.map { ($0.value, $0.name) }) { first, _ in first }
    text("{\"type\":\"FeatureCollection\",\"features\":[")
  }

  deinit { try? handle.close() }

  /// Appends one feature.
  public func write(_ polygon: ClassPolygon) throws(GeoError) {
    text(featureCount == 0 ? "\n" : ",\n")
    featureCount += 1
    text("{\"type\":\"Feature\",\"bbox\":[")
    list(polygon.box.numbers) { number($0, 7) }
    text("],\"properties\":{\"class\":\(polygon.value),\"name\":")
    DecimalText.appendQuoted(names[polygon.value] ?? String(polygon.value), to: &buffer)
    text(",\"area_m2\":")
    number(polygon.areaSquareMetres, 4)
    text(",\"pixels\":\(polygon.pixelCount)")
    if let confidence = polygon.meanConfidence {
      text(",\"mean_confidence\":")
      number(confidence, 6)
    }
    text("},\"geometry\":")
    geometry(polygon.geometry)
    text("}")
    if buffer.count > 1 << 16 { try flush() }
  }

  /// Ends the collection and gives the file its name.
  public func finish() throws(GeoError) {
    text("\n]}\n")
    try flush()
    try file.publish()
  }

  private func geometry(_ parts: [GeographicPolygon]) {
    if let only = parts.first, parts.count == 1 {
      text("{\"type\":\"Polygon\",\"coordinates\":")
      rings(only)
    } else {
      text("{\"type\":\"MultiPolygon\",\"coordinates\":[")
      list(parts) { rings($0) }
      text("]")
    }
    text("}")
  }

  private func rings(_ polygon: GeographicPolygon) {
    text("[")
    list(polygon.rings) { ring in
      text("[")
      list(ring) { point in
        text("[")
        number(point.longitude, 7)
        text(",")
        number(point.latitude, 7)
        text("]")
      }
      text("]")
    }
    text("]")
  }

  private func list<Item>(_ items: [Item], _ write: (Item) -> Void) {
    for (index, item) in items.enumerated() {
      if index > 0 { buffer.append(44) }
      write(item)
    }
  }

  private func text(_ string: String) { buffer += Array(string.utf8) }

  private func number(_ value: Double, _ digits: Int) { DecimalText.append(value, digits: digits, to: &buffer) }

  private func flush() throws(GeoError) {
    do {
      try handle.write(contentsOf: Data(buffer))
    } catch {
      throw GeoError(.unwritable, "GeoJSONWriter", "The output file cannot be written.")
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
