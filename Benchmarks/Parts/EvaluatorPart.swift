import Foundation
import TreeEnsembles

/// The evaluator alone on one thread, over pixels as the pipeline gives them: planes of 16-bit bands whose ranks are looked
/// up, planes of computed features in float32.
enum EvaluatorPart {
  static func run(_ options: Options) throws -> [String: any Sendable] {
    let model = try EnsembleModel(bytes: Array(options.bytes("model")))
    let evaluator = try EnsembleEvaluator(model, instructionSet: instructionSet(options))
    let planes = try Planes(options, features: evaluator.featureCount)
    let plan = try evaluator.plan(planes.sources)
    var classes = [UInt16](repeating: 0, count: planes.block)
    var probabilities = [Float](repeating: 0, count: planes.block)
    var scratch = evaluator.makeScratch()
    var sum = 0
    let seconds = try ProcessorTime.of {
      for start in stride(from: 0, to: planes.count, by: planes.block) {
        var found = classes.mutableSpan
        var certain = probabilities.mutableSpan
        try evaluator.classify(
          plan, computed: planes.computed.span.extracting(start...), bands: planes.bands.span.extracting(start...),
          layout: PlaneLayout(pixelCount: min(planes.block, planes.count - start), stride: planes.count),
          winners: &found, probabilities: &certain, scratch: &scratch)
        sum += Int(classes[0])
      }
    }
    return ["seconds": seconds, "instruction_set": evaluator.instructionSet.rawValue, "sum_of_first_classes": sum]
  }

  private static func instructionSet(_ options: Options) throws -> InstructionSet? {
    guard let name = options.optionalText("instruction-set") else { return nil }
    guard let found = InstructionSet(rawValue: name) else { throw PartsError("no instruction set is named \(name)") }
    return found
  }
}

/// Row-major float32 rows, as planes: the first features are bands, whole numbers of 16 bits.
private struct Planes {
  let count: Int
  /// Pixels that are evaluated at a time.
  let block = 8192
  private(set) var bands: [UInt16] = []
  private(set) var computed: [Float] = []
  let sources: [FeatureSource]

  init(_ options: Options, features: Int) throws {
    let count = try options.number("count")
    let bandCount = try options.number("bands")
    let data = try options.bytes("rows")
    guard data.count >= count * features * 4, bandCount <= features else {
      throw PartsError("the rows are fewer than \(count), or the features fewer than the bands")
    }
    self.count = count
    sources = (0..<features).map { feature in
      feature < bandCount ? .band(plane: feature) { Float($0) } : .computed(plane: feature - bandCount)
    }
    let rows = unsafe data.withUnsafeBytes { unsafe Array($0.bindMemory(to: Float.self)) }
    for feature in 0..<features {
      let values = (0..<count).lazy.map { rows[$0 * features + feature] }
      if feature < bandCount { bands += values.map { UInt16($0) } } else { computed += values }
    }
  }
}
