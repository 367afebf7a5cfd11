internal import CTreeKernels

extension EnsembleEvaluator {
  /// The class of each pixel: that of the largest margin, the first of equal ones; of two classes the second where its
  /// probability is above one half, or its margin above 0 where there are no probabilities.
  ///
  /// - Parameters:
  ///   - computed: planes of float32 features; NaN is a missing value.
  ///   - bands: planes of 16-bit features.
  ///   - winners: receives the number of the class of each pixel.
  ///   - probabilities: receives the probability of that class: the softmax or logistic of its margin; -1 where the
  ///     objective gives none (``ClassifierKind/binaryDecision``), NaN where the margins are no numbers.
  /// - Throws: ``ModelFileError`` with ``ModelFileError/Code/shape`` when an array is too short, or when the model tells no
  ///   classes apart.
  public func classify(
    _ plan: FeaturePlan, computed: Span<Float>, bands: Span<UInt16>, layout: PlaneLayout,
    winners: inout MutableSpan<UInt16>, probabilities: inout MutableSpan<Float>, scratch: inout EvaluationScratch
  ) throws(ModelFileError) {
    guard classCount != nil else { throw .noClasses(kind) }
    guard min(winners.count, probabilities.count) >= layout.pixelCount else {
      throw .shape("The arrays have no room for \(layout.pixelCount) pixels.")
    }
    let rule = transform.winnerRule(outputCount: facts.outputCount)
    try unsafe winners.withUnsafeMutableBufferPointer { winners throws(ModelFileError) in
      try unsafe probabilities.withUnsafeMutableBufferPointer { probabilities throws(ModelFileError) in
        guard let winners = winners.baseAddress, let probabilities = probabilities.baseAddress else { return }
        try forEachChunk(plan, computed: computed, bands: bands, layout: layout, scratch: &scratch) {
          start, count, scratch in
          unsafe find(rule, count, scratch, winners: winners + start, probabilities: probabilities + start)
        }
      }
    }
  }

  /// The winners of a chunk whose margins are in the scratch.
  private func find(
    _ rule: TreeWinnerRule, _ count: Int, _ scratch: borrowing EvaluationScratch,
    winners: UnsafeMutablePointer<UInt16>, probabilities: UnsafeMutablePointer<Float>
  ) {
    if core.isWide {
      unsafe tree_wide_winners(
        instructionSet.code, rule, transform.divisor, transform.steepness, scratch.wideMargins,
        EvaluationScratch.chunk, facts.outputCount, count, winners, probabilities)
    } else {
      unsafe tree_winners(
        instructionSet.code, rule, transform.steepness, scratch.margins, EvaluationScratch.chunk, facts.outputCount,
        count, winners, probabilities)
    }
  }
}
