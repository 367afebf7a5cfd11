/// The features of a block of pixels, plane by plane: one worker's, used again for every block.
// @safe: all of its memory is its own, of the size that is reserved at the start.
@safe final class FeaturePlanes {
  /// Most pixels of a block, and how far apart the planes are.
  let capacity: Int
  let computedCount: Int
  let codedCount: Int
  private let computedPlanes = PlaneBuffer()
  private let codedPlanes = PlaneBuffer()
  private let flags = PlaneBuffer()

  init(_ program: FeatureProgram, capacity: Int) throws(InferenceError) {
    self.capacity = capacity
    computedCount = program.computations.count
    codedCount = program.codedReadings.count
    try computedPlanes.reserve(Float.self, computedCount * capacity)
    try codedPlanes.reserve(UInt16.self, codedCount * capacity)
    try flags.reserve(UInt8.self, capacity)
  }

  /// Pixels of a block for a number of features: a few thousand, fewer where so many features would take the caches up.
  static func capacity(features: Int) -> Int {
    let pixels = (1 << 20) / max(features, 1)
    return min(max(pixels - pixels % 64, 64), 8_192)
  }

  /// All planes of computed features, `capacity` apart.
  var computed: UnsafeMutableBufferPointer<Float> { unsafe computedPlanes.values(Float.self, computedCount * capacity) }

  /// All planes of stored numbers of 16 bits, `capacity` apart.
  var coded: UnsafeMutableBufferPointer<UInt16> { unsafe codedPlanes.values(UInt16.self, codedCount * capacity) }

  /// The first pixels of a computed feature.
  func computed(_ plane: Int, _ count: Int) -> UnsafeMutableBufferPointer<Float> {
    unsafe UnsafeMutableBufferPointer(rebasing: computed[(plane * capacity)..<(plane * capacity + count)])
  }

  /// The first pixels of a plane of stored numbers.
  func coded(_ plane: Int, _ count: Int) -> UnsafeMutableBufferPointer<UInt16> {
    unsafe UnsafeMutableBufferPointer(rebasing: coded[(plane * capacity)..<(plane * capacity + count)])
  }

  /// Whether each of the first pixels may be classified: 1, or 0 for nodata.
  func validity(_ count: Int) -> UnsafeMutableBufferPointer<UInt8> {
    unsafe UnsafeMutableBufferPointer(rebasing: flags.values(UInt8.self, capacity)[..<count])
  }
}
