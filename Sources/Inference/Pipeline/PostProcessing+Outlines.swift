import MLMExtension
import Vectors

extension PostProcessing {
  /// What gives the polygons' outlines their form; nil keeps the edges of the pixels.
  var outlineShaper: OutlineShaper? {
    OutlineShaper(
      simplification: simplification > 0 ? ArcSimplification(metres: simplification) : nil,
      squaring: orthogonalisation.map {
        RingSquaring(values: $0.values, tolerance: $0.tolerance, maximumAngle: $0.maximumAngle)
      },
      smoothing: smoothing.map { ArcSmoothing(iterations: $0.iterations, maximumDistance: $0.maximumDistance) })
  }
}
