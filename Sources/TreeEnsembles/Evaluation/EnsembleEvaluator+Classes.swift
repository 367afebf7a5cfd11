internal import CTreeKernels

extension EnsembleEvaluator {
  /// The class of each pixel: that of the largest margin, the first of equal ones; of two classes the second where its
  /// probability is above one half.
  ///
  /// - Parameters:
  ///   - computed: planes of float32 features; NaN is a missing value.
  ///   - bands: planes of 16-bit features.
  ///   - codes: what to write for each class.
  ///   - classes: receives the codes, one a pixel.
  /// - Throws: ``ModelFileError`` with ``ModelFileError/Code/shape`` when an array is too short.
  public func classify<Code: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ plan: FeaturePlan, computed: Span<Float>, bands: Span<UInt16>, layout: PlaneLayout, codes: [Code],
    classes: inout MutableSpan<Code>, scratch: inout EvaluationScratch
  ) throws(ModelFileError) {
    try checkClasses(codes.count, classes.count, layout)
    let rule = winnerRule
    let codes = CodeTable(codes)
    try unsafe classes.withUnsafeMutableBufferPointer { classes throws(ModelFileError) in
      guard let classes = classes.baseAddress else { return }
      try forEachChunk(plan, computed: computed, bands: bands, layout: layout, scratch: &scratch) {
        start, count, scratch in
        unsafe find(rule, count, scratch, probabilities: nil)
        unsafe codes.write(scratch.winners, count, to: classes + start)
      }
    }
  }

  /// The same with the probability of each pixel's class: the softmax or logistic of its margin.
  public func classify<Code: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ plan: FeaturePlan, computed: Span<Float>, bands: Span<UInt16>, layout: PlaneLayout, codes: [Code],
    classes: inout MutableSpan<Code>, probabilities: inout MutableSpan<Float>, scratch: inout EvaluationScratch
  ) throws(ModelFileError) {
    try checkClasses(codes.count, min(classes.count, probabilities.count), layout)
    let rule = winnerRule
    let codes = CodeTable(codes)
    try unsafe classes.withUnsafeMutableBufferPointer { classes throws(ModelFileError) in
      try unsafe probabilities.withUnsafeMutableBufferPointer { probabilities throws(ModelFileError) in
        guard let classes = classes.baseAddress, let probabilities = probabilities.baseAddress else { return }
        try forEachChunk(plan, computed: computed, bands: bands, layout: layout, scratch: &scratch) {
          start, count, scratch in
          unsafe find(rule, count, scratch, probabilities: probabilities + start)
          unsafe codes.write(scratch.winners, count, to: classes + start)
        }
      }
    }
  }

  /// The same with the probability in percent, rounded half up.
  public func classify<Code: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ plan: FeaturePlan, computed: Span<Float>, bands: Span<UInt16>, layout: PlaneLayout, codes: [Code],
    classes: inout MutableSpan<Code>, percent: inout MutableSpan<UInt8>, scratch: inout EvaluationScratch
  ) throws(ModelFileError) {
    try checkClasses(codes.count, min(classes.count, percent.count), layout)
    let rule = winnerRule
    let codes = CodeTable(codes)
    try unsafe classes.withUnsafeMutableBufferPointer { classes throws(ModelFileError) in
      try unsafe percent.withUnsafeMutableBufferPointer { percent throws(ModelFileError) in
        guard let classes = classes.baseAddress, let percent = percent.baseAddress else { return }
        try forEachChunk(plan, computed: computed, bands: bands, layout: layout, scratch: &scratch) {
          start, count, scratch in
          unsafe find(rule, count, scratch, probabilities: scratch.probabilities)
          unsafe tree_percent(instructionSet.code, scratch.probabilities, count, percent + start)
          unsafe codes.write(scratch.winners, count, to: classes + start)
        }
      }
    }
  }

  /// How many classes the model tells apart; nil where it does not classify.
  public var classCount: Int? {
    switch facts.kind {
    case .multiclassProbability: facts.outputCount
    case .binaryProbability: 2
    case .regression, .ranking: nil
    }
  }

  private func checkClasses(_ codes: Int, _ pixels: Int, _ layout: PlaneLayout) throws(ModelFileError) {
    guard let classCount else {
      throw .shape("The model's objective is \(facts.objective): it tells no classes apart.")
    }
    guard codes == classCount, pixels >= layout.pixelCount else {
      throw .shape("The arrays do not fit \(layout.pixelCount) pixels of \(classCount) classes.")
    }
  }

  private var winnerRule: TreeWinnerRule { transform.winnerRule(outputCount: facts.outputCount) }

  /// The winners of a chunk, in the scratch.
  private func find(
    _ rule: TreeWinnerRule, _ count: Int, _ scratch: borrowing EvaluationScratch,
    probabilities: UnsafeMutablePointer<Float>?
  ) {
    if case .wideTrees = core {
      unsafe tree_wide_winners(
        instructionSet.code, rule, transform.divisor, transform.steepness, scratch.wideMargins,
        EvaluationScratch.chunk, facts.outputCount, count, scratch.winners, probabilities)
    } else {
      unsafe tree_winners(
        instructionSet.code, rule, transform.steepness, scratch.margins, EvaluationScratch.chunk, facts.outputCount,
        count, scratch.winners, probabilities)
    }
  }
}

/// What is written for each class.
private struct CodeTable<Code: FixedWidthInteger & UnsignedInteger & BitwiseCopyable> {
  let codes: [Code]

  init(_ codes: [Code]) { self.codes = codes }

  func write(_ winners: UnsafePointer<UInt16>, _ count: Int, to classes: UnsafeMutablePointer<Code>) {
    for pixel in 0..<count { unsafe classes[pixel] = codes[Int(winners[pixel])] }
  }
}
