internal import CTreeKernels

/// Where a feature of the rows comes from.
public enum FeatureSource {
  /// A plane of float32 values.
  case computed(plane: Int)
  /// A plane of 16-bit numbers, and the value of each: ranks are looked up, no value is computed for a pixel.
  case band(plane: Int, value: (UInt16) -> Float)
}

/// Planes of one block of pixels: what stands where in the caller's memory.
public struct PlaneLayout: Sendable, Hashable {
  /// Pixels of the block.
  public var pixelCount: Int
  /// Plane p starts at element `p * stride`.
  public var stride: Int

  public init(pixelCount: Int, stride: Int) {
    self.pixelCount = pixelCount
    self.stride = stride
  }
}

/// Where a model's features come from, with tables for those that are bands; made once a run by
/// ``EnsembleEvaluator/plan(_:)`` and good for the evaluator that made it.
public struct FeaturePlan: Sendable {
  /// A feature of the program, or of a linear model.
  enum Source: Sendable {
    case computed(plane: Int)
    /// `[columns][65536]` ranks of the numbers; of a linear model the values.
    case ranks(plane: Int, tables: [UInt8])
    case values(plane: Int, table: [Float])
  }

  /// The program whose columns the tables are of; nil for a linear model.
  let program: EnsembleProgram?
  /// One for each ranked feature of the program, or for each feature of a linear model.
  let sources: [Source]
  /// One for each feature of a model whose trees have linear functions at their leaves.
  let values: [Source]
  /// How many planes of each kind a block must have.
  let computedPlanes: Int
  let bandPlanes: Int

  init(_ sources: [Source], values: [Source] = [], of program: EnsembleProgram?) {
    self.program = program
    self.sources = sources
    self.values = values
    var (computed, bands) = (0, 0)
    for source in sources + values {
      switch source {
      case .computed(let plane): computed = max(computed, plane + 1)
      case .ranks(let plane, _), .values(let plane, _): bands = max(bands, plane + 1)
      }
    }
    computedPlanes = computed
    bandPlanes = bands
  }

  /// Refuses planes that are too short.
  func check(_ layout: PlaneLayout, computed: Int, bands: Int) throws(ModelFileError) {
    func isShort(_ planes: Int, _ count: Int) -> Bool {
      guard planes > 0 else { return false }
      let (start, overflow) = (planes - 1).multipliedReportingOverflow(by: layout.stride)
      return overflow || count < layout.pixelCount || start > count - layout.pixelCount
    }
    guard layout.pixelCount >= 0, layout.stride >= 0, !isShort(computedPlanes, computed), !isShort(bandPlanes, bands)
    else { throw .shape("The planes of features are too short for \(layout.pixelCount) pixels.") }
  }
}
