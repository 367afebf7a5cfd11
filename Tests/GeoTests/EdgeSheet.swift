import Foundation
import Geo
import Vectors

/// The edges of polygons in whole units, as a sheet that has to lie once on what it covers.
struct EdgeSheet {
  struct Edge: Hashable {
    var start: SIMD2<Int>
    var end: SIMD2<Int>
    var reversed: Edge { Edge(start: end, end: start) }
    var low: Int { min(start.x, end.x) }
    var high: Int { max(start.x, end.x) }

    private func side(_ point: SIMD2<Int>) -> Int {
      ((end.x - start.x) * (point.y - start.y) - (end.y - start.y) * (point.x - start.x)).signum()
    }

    private func isWithin(_ point: SIMD2<Int>) -> Bool {
      point != start && point != end && side(point) == 0 && point.x >= low && point.x <= high
        && point.y >= min(start.y, end.y) && point.y <= max(start.y, end.y)
    }

    /// Whether the inner parts of two edges cross, or an end of one lies within the other.
    func crosses(_ other: Edge) -> Bool {
      if max(start.y, end.y) < min(other.start.y, other.end.y) { return false }
      if min(start.y, end.y) > max(other.start.y, other.end.y) { return false }
      let sides = [side(other.start), side(other.end), other.side(start), other.side(end)]
      if sides[0] * sides[1] < 0 && sides[2] * sides[3] < 0 { return true }
      return [other.start, other.end].contains { isWithin($0) } || [start, end].contains { other.isWithin($0) }
    }
  }

  /// All edges but those along the antimeridian and along a pole, where nothing is but the border of the plane.
  private(set) var edges: Set<Edge> = []
  /// Edges that two polygons have in the same direction: they overlap.
  private(set) var repeated = 0

  init(_ polygons: [ClassPolygon]) {
    for polygon in polygons {
      let scale = polygon.unit.perDegree
      for ring in polygon.geometry.flatMap(\.rings) {
        let places = ring.map {
          SIMD2(Int(($0.longitude * scale).rounded()), Int(($0.latitude * scale).rounded()))
        }
        for (start, end) in zip(places, places.dropFirst()) {
          let isSeam = start.x == end.x && abs(start.x) == Int(180 * scale)
          let isPole = start.y == end.y && abs(start.y) == Int(90 * scale)
          if isSeam || isPole { continue }
          if !edges.insert(Edge(start: start, end: end)).inserted { repeated += 1 }
        }
      }
    }
  }

  /// Edges with a polygon on one side alone.
  private var unpaired: Set<Edge> { edges.filter { !edges.contains($0.reversed) } }

  /// How many rings the edges with a polygon on one side alone make, 180 degrees being the same as -180; nil where they
  /// make none.
  func borders(_ halfTurn: Int) -> Int? {
    func place(_ point: SIMD2<Int>) -> SIMD2<Int> { point.x == -halfTurn ? SIMD2(halfTurn, point.y) : point }
    var next: [SIMD2<Int>: SIMD2<Int>] = [:]
    for edge in unpaired {
      if next.updateValue(place(edge.end), forKey: place(edge.start)) != nil { return nil }
    }
    var count = 0
    while let first = next.keys.first {
      var current = first
      while let following = next.removeValue(forKey: current) { current = following }
      if current != first { return nil }
      count += 1
    }
    return count
  }

  /// Pairs of edges that meet elsewhere than in their ends.
  var crossings: Int {
    let all = edges.filter { ($0.start.y, $0.start.x) < ($0.end.y, $0.end.x) || !edges.contains($0.reversed) }
      .sorted { $0.low < $1.low }
    var count = 0
    for first in all.indices {
      for second in all.indices.dropFirst(first + 1) {
        if all[second].low > all[first].high { break }
        if all[first].crosses(all[second]) { count += 1 }
      }
    }
    return count
  }
}
