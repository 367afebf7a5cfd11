public import Vectors

extension RasterGrid {
  /// The areas of the grid's pixels on the WGS 84 ellipsoid; by the grid's own units where it does not lie on the Earth as
  /// on a plane (over a pole, or where its projection is torn).
  public func pixelAreas() throws(GeoError) -> any PixelAreas {
    let transform = try TransformPool(from: referenceSystem, to: .longitudeLatitude())
    let lattice = try GridLattice(self, transform)
    if let lattice, let areas = try GridPixelAreas(self, transform, lattice) { return areas }
    let metric = roughMetric
    return EqualPixelAreas(area: abs(metric.eastX * metric.northY - metric.eastY * metric.northX))
  }
}

/// Pixels that are all alike.
private struct EqualPixelAreas: PixelAreas {
  let area: Double

  func fill(_ sums: inout [Double], row: Int) {
    for column in sums.indices { sums[column] = Double(column) * area }
  }
}
