/// Which winners of a classification count, by their place among the model's outputs.
public struct WinnerRule: Sendable, Hashable {
  /// The least probability of each output's class, in single precision as the probabilities are.
  public let minimumProbabilities: [Float]
  /// The value of a pixel whose winner does not count; nil makes it nodata.
  public let unknownCode: Int?

  /// Whether the winner's probability is asked for at all.
  public var needsProbability: Bool { minimumProbabilities.contains { $0 > 0 } }

  /// Whether a winner does not count; `index` is its place among the outputs.
  public func isUnknown(_ probability: Float, winner index: Int) -> Bool {
    probability < minimumProbabilities[index]
  }
}

extension PostProcessing {
  /// The rule for a model whose outputs are `classes`, in their order.
  public func winnerRule(_ classes: [ModelClass]) -> WinnerRule {
    WinnerRule(
      minimumProbabilities: classes.map { Float(threshold(of: $0.value)) }, unknownCode: unknownClass?.value)
  }
}
