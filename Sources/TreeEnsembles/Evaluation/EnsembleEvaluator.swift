internal import CTreeKernels

/// Evaluates a model over blocks of pixels: immutable, without locks, shared by all threads.
///
/// The sums are those of the library that made the model, bit for bit: float32 in the order of the trees from the base
/// score on for XGBoost, double for LightGBM. The values of a feature become ranks among the model's own thresholds; a
/// group of 64 pixels goes through a tree together. All instruction sets give the same bits. NaN is a missing value,
/// infinities compare like other numbers.
public struct EnsembleEvaluator: Sendable {
  public let facts: ModelFacts
  public let instructionSet: InstructionSet
  /// Places of the features that splits take as categories, whose numbers have no order.
  public let categoricalFeatures: Set<Int>
  let core: Core
  let transform: OutputTransform

  enum Core: Sendable {
    /// Whether sums are double.
    var isWide: Bool {
      switch self {
      case .wideTrees, .linearTrees: true
      case .trees, .linear: false
      }
    }

    case trees(EnsembleProgram, bases: [Float])
    case wideTrees(EnsembleProgram)
    case linearTrees(LinearTreeProgram)
    case linear(LinearProgram)
  }

  /// Compiles a model.
  ///
  /// - Parameter instructionSet: the processor's best where nil.
  /// - Throws: ``ModelFileError`` with ``ModelFileError/Code/unsupported`` when the processor lacks the instructions.
  public init(_ model: EnsembleModel, instructionSet: InstructionSet? = nil) throws(ModelFileError) {
    let available = InstructionSet.available
    let chosen = instructionSet ?? available.first ?? .portable
    guard available.contains(chosen) else {
      throw .unsupported("This processor has no \(chosen.rawValue); it has \(available.map(\.rawValue)).")
    }
    self.instructionSet = chosen
    facts = model.facts
    categoricalFeatures = model.categoricalFeatures
    transform = model.transform
    switch model.terms {
    case .linear(let weights):
      core = .linear(
        LinearProgram(weights: weights, bases: model.bases.map { Float($0) }, featureCount: facts.featureCount))
    case .trees(let trees, let sets) where trees.contains { $0.linear != nil }:
      core = .linearTrees(try LinearTreeProgram(trees, sets: sets, featureCount: facts.featureCount))
    case .trees(let trees, let sets):
      let program = try EnsembleProgram(
        trees, sets: sets, featureCount: model.facts.featureCount, precision: model.precision)
      core = model.precision == .double ? .wideTrees(program) : .trees(program, bases: model.bases.map { Float($0) })
    }
  }

  /// One line for people: the engine and its instructions.
  public var engineDescription: String { "own evaluator (\(instructionSet.rawValue)) of \(facts.producer)" }

  /// Memory for one thread.
  public func makeScratch() -> EvaluationScratch {
    EvaluationScratch(
      columnCount: program?.columnCount ?? 0, outputCount: facts.outputCount, stackSize: program?.stackSize ?? 0)
  }

  private var program: EnsembleProgram? {
    switch core {
    case .trees(let program, _), .wideTrees(let program): program
    case .linearTrees(let linear): linear.program
    case .linear: nil
    }
  }

  /// Notes where each feature of a row comes from.
  ///
  /// The function of a band is called for each of the 65,536 numbers.
  /// - Parameter sources: one for each feature, in the order of a row.
  /// - Throws: ``ModelFileError`` with ``ModelFileError/Code/shape`` when they are not as many as the model's features.
  public func plan(_ sources: [FeatureSource]) throws(ModelFileError) -> FeaturePlan {
    guard sources.count == facts.featureCount else {
      throw .shape("The model has \(facts.featureCount) features and \(sources.count) are given.")
    }
    for source in sources {
      switch source {
      case .computed(let plane), .band(let plane, _):
        guard (0...65_535).contains(plane) else { throw .shape("There is no plane \(plane).") }
      }
    }
    guard let program else { return FeaturePlan(sources.map(Self.values), of: nil) }
    try Self.checkTables(program, sources)
    return FeaturePlan(
      program.features.map { feature in
        switch sources[feature.feature] {
        case .computed(let plane): .computed(plane: plane)
        case .band(let plane, let value):
          .ranks(plane: plane, tables: feature.tables(of: (UInt16.min...UInt16.max).map(value), instructionSet))
        }
      }, values: needsValues ? sources.map(Self.values) : [], of: program)
  }

  /// Whether features are multiplied at the leaves.
  private var needsValues: Bool {
    if case .linearTrees = core { true } else { false }
  }

  private static func values(_ source: FeatureSource) -> FeaturePlan.Source {
    switch source {
    case .computed(let plane): .computed(plane: plane)
    case .band(let plane, let value): .values(plane: plane, table: (UInt16.min...UInt16.max).map(value))
    }
  }

  /// Columns for bands that a plan may hold tables of, each of 64 KB; 16 bits make no more than 259 in a feature.
  private static let maximumTables = 8_192

  private static func checkTables(_ program: EnsembleProgram, _ sources: [FeatureSource]) throws(ModelFileError) {
    var tables = 0
    for feature in program.features {
      if case .band = sources[feature.feature] { tables += unsafe Int(feature.ranking.column_count) }
    }
    guard tables <= maximumTables else {
      throw .tooLarge("The model tells more values of its bands apart than 16 bits have.")
    }
  }

  /// The plan of blocks that hold every feature as a plane of float32, in the order of a row.
  func planOfPlanes() throws(ModelFileError) -> FeaturePlan {
    try plan((0..<facts.featureCount).map { .computed(plane: $0) })
  }
}

extension EnsembleEvaluator {
  /// The margins of one chunk, in the scratch with `EvaluationScratch.chunk` elements an output.
  func evaluate(
    _ plan: FeaturePlan, computed: Span<Float>, bands: Span<UInt16>, layout: PlaneLayout, start: Int, count: Int,
    scratch: inout EvaluationScratch
  ) {
    unsafe computed.withUnsafeBufferPointer { computed in
      unsafe bands.withUnsafeBufferPointer { bands in
        let planes = unsafe ChunkPlanes(
          computed: computed.baseAddress, bands: bands.baseAddress, stride: layout.stride, start: start, count: count)
        switch core {
        case .linear(let linear): unsafe linear.evaluate(plan, planes, into: scratch.margins)
        case .trees(let program, let bases):
          unsafe program.rank(plan, planes, instructionSet, into: scratch.ranks)
          for (output, base) in bases.enumerated() {
            let sums = unsafe scratch.margins + output * EvaluationScratch.chunk
            unsafe sums.update(repeating: base, count: EvaluationScratch.chunk)
          }
          unsafe withUnsafePointer(to: program.arrays) { arrays in
            unsafe tree_add_margins(
              instructionSet.code, arrays, scratch.ranks, planes.groupCount, scratch.margins, EvaluationScratch.chunk,
              scratch.stack)
          }
        case .wideTrees(let program):
          unsafe program.rank(plan, planes, instructionSet, into: scratch.ranks)
          unsafe scratch.wideMargins.update(repeating: 0, count: facts.outputCount * EvaluationScratch.chunk)
          unsafe withUnsafePointer(to: program.arrays) { arrays in
            unsafe tree_add_wide_margins(
              instructionSet.code, arrays, scratch.ranks, planes.groupCount, scratch.wideMargins,
              EvaluationScratch.chunk, scratch.stack)
          }
        case .linearTrees(let linear):
          unsafe linear.program.rank(plan, planes, instructionSet, into: scratch.ranks)
          unsafe scratch.wideMargins.update(repeating: 0, count: facts.outputCount * EvaluationScratch.chunk)
          unsafe linear.evaluate(plan, planes, instructionSet, scratch)
        }
      }
    }
  }

  /// Calls `use` with the first pixel and the number of pixels of each chunk, whose margins are in the scratch.
  func forEachChunk(
    _ plan: FeaturePlan, computed: Span<Float>, bands: Span<UInt16>, layout: PlaneLayout,
    scratch: inout EvaluationScratch, use: (Int, Int, borrowing EvaluationScratch) -> Void
  ) throws(ModelFileError) {
    guard plan.program === program, plan.sources.count == program?.features.count ?? facts.featureCount,
      plan.values.count == (needsValues ? facts.featureCount : 0)
    else {
      throw .shape("The plan of features was made for another model.")
    }
    try plan.check(layout, computed: computed.count, bands: bands.count)
    scratch.fit(
      columnCount: program?.columnCount ?? 0, outputCount: facts.outputCount, stackSize: program?.stackSize ?? 0)
    var start = 0
    while start < layout.pixelCount {
      let count = min(EvaluationScratch.chunk, layout.pixelCount - start)
      evaluate(plan, computed: computed, bands: bands, layout: layout, start: start, count: count, scratch: &scratch)
      use(start, count, scratch)
      start += count
    }
  }
}
