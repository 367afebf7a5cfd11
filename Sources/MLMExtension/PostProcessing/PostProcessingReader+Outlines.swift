import StacModel

// Members that speak of the polygons' outlines.

extension PostProcessingReader {
  mutating func orthogonalisation(_ result: PostProcessing) -> Orthogonalisation? {
    guard let placed = placed(.orthogonalise),
      let members = object(placed, of: ["classes", "tolerance", "maximum_angle"])
    else { return nil }
    guard let classes = members["classes"], let tolerance = members["tolerance"] else {
      fault(placed.pointer, "classes or tolerance is missing", mend: "write both; tolerance is in metres")
      return nil
    }
    let known = self.classes.map { KnownClasses(result.vectorClasses($0)) }
    let values = references(classes, among: known).map(\.value)
    let metres = positive(tolerance, to: PostProcessingBounds.metres.upperBound)
    let degrees =
      members["maximum_angle"].map { positive($0, to: PostProcessingBounds.degrees.upperBound) }
      ?? PostProcessingBounds.defaultDegrees
    guard let metres, let degrees, !values.isEmpty else { return nil }
    return Orthogonalisation(values: Set(values), tolerance: metres, maximumAngle: degrees)
  }

  mutating func smoothing() -> Smoothing? {
    guard let placed = placed(.smooth), let members = object(placed, of: ["iterations", "distance"]) else { return nil }
    guard let iterations = members["iterations"] else {
      fault(placed.pointer, "iterations is missing", mend: "write how often corners are cut, 1 to 4")
      return nil
    }
    let range = PostProcessingBounds.iterations
    let count = number(iterations, Double(range.lowerBound)...Double(range.upperBound), isWhole: true)
    let distance = members["distance"].map { positive($0, to: PostProcessingBounds.metres.upperBound) }
    guard let count else { return nil }
    return Smoothing(iterations: Int(count), maximumDistance: distance ?? nil)
  }
}
