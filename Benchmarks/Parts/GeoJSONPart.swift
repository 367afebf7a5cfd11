import Foundation
import Geo
import Vectors

/// Writing the simplified polygons of a class map, which lie in memory, to a file, some at a time as the pipeline does.
enum GeoJSONPart {
  static func run(_ options: Options) throws -> [String: any Sendable] {
    let polygons = try polygons(options)
    let path = try options.text("out")
    let classes = (1...255).map { MapClass(value: $0, name: "Class \($0)") }
    let seconds = try ProcessorTime.of {
      let writer = try GeoJSONWriter(path: path, classes: classes)
      var bytes: [UInt8] = []
      var count = 0
      for polygon in polygons {
        try writer.encoder.encode(polygon, into: &bytes) { false }
        count += 1
        guard bytes.count > 1 << 18 else { continue }
        try writer.append(bytes, count: count) { false }
        bytes.removeAll(keepingCapacity: true)
        count = 0
      }
      try writer.append(bytes, count: count) { false }
      try writer.finish()
    }
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    return ["seconds": seconds, "bytes": size, "polygons": polygons.count]
  }

  private static func polygons(_ options: Options) throws -> [ClassPolygon] {
    let grid = try RasterDataset(path: options.text("scene")).information.grid()
    let polygonizer = Polygonizer(grid: grid, options: Polygonizer.Options(shaper: ArcSimplification(metres: 10)))
    var polygons: [ClassPolygon] = []
    try unsafe options.bytes("classes").withUnsafeBytes { bytes in
      let raster = try unsafe ClassRaster(
        bytes.bindMemory(to: UInt8.self), width: grid.width, height: grid.height, noData: 0)
      _ = try polygonizer.run(raster) { polygons.append($0) }
    }
    return polygons
  }
}
