internal import CGeo
package import Vectors

/// GEOS's opinion on polygons, in the longitudes and latitudes that are written.
///
/// It looks at polygons one by one and says nothing of neighbours, so it comes after the proof in whole numbers, not
/// instead of it.
package struct GEOSValidity: CoverageValidity {
  private let frame: PositionFrame

  /// An opinion on positions of a frame.
  package init(_ frame: PositionFrame) { self.frame = frame }

  /// Throws `GeoError` when GEOS has no memory for a polygon.
  package func faulty(_ components: Range<Int>, of coverage: PolygonCoverage) throws -> [Int] {
    let context = GEOSContext()
    var rings = PolygonRings()
    var numbers: [Double] = []
    var found: [Int] = []
    for component in components {
      coverage.read(component, into: &rings)
      if try !context.isValid(rings, frame, &numbers) { found.append(component) }
    }
    return found
  }
}

extension GEOSContext {
  /// Whether rings, the outer one first, make a valid polygon in degrees; `numbers` is room for coordinates.
  fileprivate func isValid(
    _ rings: PolygonRings, _ frame: PositionFrame, _ numbers: inout [Double]
  ) throws(GeoError) -> Bool {
    // GEOS makes no ring of fewer positions, and tells of it as an error.
    guard rings.ends.indices.allSatisfy({ rings.ring($0).count > 3 }) else { return false }
    var made: [OpaquePointer?] = unsafe []
    do throws(GeoError) {
      for index in rings.ends.indices {
        numbers.removeAll(keepingCapacity: true)
        for position in rings.ring(index) {
          numbers.append(frame.longitude(position))
          numbers.append(frame.latitude(position))
        }
        try unsafe made.append(makeRing(of: numbers))
      }
    } catch {
      for index in unsafe made.indices { unsafe GEOSGeom_destroy_r(handle, made[index]) }
      throw error
    }
    let shell = unsafe made.removeFirst()
    guard let polygon = unsafe GEOSGeom_createPolygon_r(handle, shell, &made, UInt32(made.count)) else {
      throw error("GEOSGeom_createPolygon_r")
    }
    let shape = unsafe GEOSShape(owning: polygon, handle)
    return unsafe GEOSisValid_r(handle, shape.pointer) == 1
  }

  /// A ring of longitudes and latitudes in turns; the caller owns it.
  private func makeRing(of numbers: [Double]) throws(GeoError) -> OpaquePointer {
    guard let sequence = unsafe GEOSCoordSeq_copyFromBuffer_r(handle, numbers, UInt32(numbers.count / 2), 0, 0) else {
      throw error("GEOSCoordSeq_copyFromBuffer_r")
    }
    // The ring owns the sequence, also when making it fails.
    guard let ring = unsafe GEOSGeom_createLinearRing_r(handle, sequence) else {
      throw error("GEOSGeom_createLinearRing_r")
    }
    return unsafe ring
  }
}
