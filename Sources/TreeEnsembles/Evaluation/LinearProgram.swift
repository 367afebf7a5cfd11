internal import CTreeKernels

/// A linear model: for each output a bias, and a weight for each feature. Missing values add nothing.
struct LinearProgram: Sendable {
  /// `[featureCount + 1, outputs]` row-major; the last row is the bias.
  let weights: [Float]
  let bases: [Float]
  let featureCount: Int

  /// Adds in XGBoost's order: bias, base score, then feature by feature.
  func evaluate(_ plan: FeaturePlan, _ planes: ChunkPlanes, into margins: UnsafeMutablePointer<Float>) {
    for output in bases.indices {
      let sums = unsafe margins + output * EvaluationScratch.chunk
      let start = weights[featureCount * bases.count + output] + bases[output]
      unsafe sums.update(repeating: start, count: EvaluationScratch.chunk)
      for (feature, source) in plan.sources.enumerated() {
        let weight = weights[feature * bases.count + output]
        switch source {
        case .computed(let plane):
          guard let values = unsafe planes.values(plane) else { continue }
          for pixel in 0..<(unsafe planes.count) where !(unsafe values[pixel].isNaN) {
            unsafe sums[pixel] += weight * values[pixel]
          }
        case .values(let plane, let table):
          guard let codes = unsafe planes.codes(plane) else { continue }
          for pixel in 0..<(unsafe planes.count) where !(unsafe table[Int(codes[pixel])].isNaN) {
            unsafe sums[pixel] += weight * table[Int(codes[pixel])]
          }
        case .ranks: continue
        }
      }
    }
  }
}
