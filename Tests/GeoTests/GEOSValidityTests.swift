import Foundation
import Geo
import Testing
import Vectors

@Suite struct GEOSValidityTests {
  /// Places the corners of pixels in 1e-7 degrees, those of one arc in another order or fewer.
  private struct Placement: ArcPlacement {
    var change: @Sendable ([GridPoint]) -> [GridPoint]
    var isMirrored: Bool { false }
    func metric(at point: GridPoint) -> GridMetric { GridMetric(eastX: 1, eastY: 0, northX: 0, northY: -1) }
    func place(_ arcs: ArcPoints<GridPoint>, into placed: inout ArcPoints<FixedPosition>) throws {
      for arc in 0..<arcs.count {
        for point in change(Array(arcs.points[arcs.range(arc)])) {
          placed.points.append(FixedPosition(x: point.x, y: -point.y))
        }
        try placed.endArc()
      }
    }
  }

  /// Which of some polygons GEOS refuses, one for each row of digits that touch no other.
  private func refused(
    _ rows: [String], _ change: @escaping @Sendable ([GridPoint]) -> [GridPoint]
  ) throws -> [Int] {
    let pixels = rows.joined().map { UInt8(String($0)) ?? 0 }
    let coverage = try pixels.withUnsafeBufferPointer {
      try PolygonCoverage(
        ClassRaster($0, width: rows[0].count, height: rows.count, noData: 0), placement: Placement(change: change))
    }
    return try GEOSValidity(PositionFrame(unit: .coarsest, longitude: 10)).faulty(
      1..<(coverage.components.count + 1), of: coverage)
  }

  @Test func `polygons of pixels are valid, with holes too`() throws {
    #expect(try refused(["111.2", "1.1..", "111.3"]) { $0 }.isEmpty)
  }

  @Test func `a ring that crosses itself is refused, and only its polygon`() throws {
    let crossed = try refused(["1.2.3"]) { corners in
      var corners = corners
      if corners.contains(where: { $0.x == 512 }) { corners.swapAt(1, 2) }
      return corners
    }
    #expect(crossed == [2])
  }

  @Test func `a hole that left its ring is refused`() throws {
    let moved = try refused(["111", "1.1", "111"]) { corners in
      if corners.contains(where: { $0.x == 0 }) { return corners }
      return corners.map { GridPoint(x: $0.x + 2560, y: $0.y) }
    }
    #expect(moved == [1])
  }

  @Test func `a ring of which too few positions remain is refused`() throws {
    #expect(try refused(["1.2"]) { [$0[0], $0[1], $0[0]] } == [1, 2])
  }
}
