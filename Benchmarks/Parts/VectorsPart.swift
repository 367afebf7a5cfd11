import Foundation
import Vectors

/// Labelling, tracing and the rings of every polygon, of a class map where 0 is nothing, on one thread.
enum VectorsPart {
  static func run(_ options: Options) throws -> [String: any Sendable] {
    let width = try options.number("width")
    let height = try options.number("height")
    let data = try options.bytes("classes")
    var polygons = 0
    var vertices = 0
    let seconds = try unsafe data.withUnsafeBytes { bytes in
      let raster = try unsafe ClassRaster(
        bytes.bindMemory(to: UInt8.self), width: width, height: height, noData: 0)
      return try ProcessorTime.of {
        let coverage = try PolygonCoverage(raster, placement: GridPlacement(), options: .init(threads: 1))
        var rings = PolygonRings()
        for component in stride(from: 1, through: coverage.components.count, by: 1) {
          coverage.read(component, into: &rings)
          vertices += rings.positions.count
        }
        polygons = coverage.components.count
      }
    }
    return ["seconds": seconds, "polygons": polygons, "vertices": vertices]
  }
}

/// Leaves arcs where they are on the grid.
private struct GridPlacement: ArcPlacement {
  let isMirrored = true

  func metric(at point: GridPoint) -> GridMetric { GridMetric(eastX: 1, eastY: 0, northX: 0, northY: -1) }

  func place(_ arcs: ArcPoints<GridPoint>, into placed: inout ArcPoints<FixedPosition>) throws {
    for arc in 0..<arcs.count {
      for point in arcs.points[arcs.range(arc)] { placed.points.append(FixedPosition(x: point.x, y: -point.y)) }
      try placed.endArc()
    }
  }
}
