import CTreeKernels
import Foundation

/// How margins become outputs.
struct OutputTransform: Sendable, Hashable {
  enum Function: Sendable, Hashable {
    case identity
    /// 1 / (1 + exp(-steepness * margin)) of each output.
    case logistic(steepness: Float)
    case exponential
    case softmax
    /// sign(margin) * margin², LightGBM's `reg_sqrt`.
    case signedSquare
    /// log(1 + exp(margin)), LightGBM's `cross_entropy_lambda`.
    case softplus
    /// 1 where the margin is above 0, else 0: XGBoost's `binary:hinge`.
    case step
    /// The first margin, then each time the output before and `by` and log(1 + exp(margin)): XGBoost's
    /// `reg:expectileerror`.
    case increasing(by: Double)
  }

  var function: Function
  /// Divides the sums first: LightGBM's forests give the mean of their trees.
  var divisor = 1.0

  /// Applies it to the outputs of one pixel.
  func apply(_ margins: inout [Double]) {
    for index in margins.indices { margins[index] /= divisor }
    switch function {
    case .identity: break
    case .logistic(let steepness):
      for index in margins.indices { margins[index] = 1 / (1 + exp(-Double(steepness) * margins[index])) }
    case .exponential:
      for index in margins.indices { margins[index] = exp(margins[index]) }
    case .signedSquare:
      for index in margins.indices { margins[index] *= abs(margins[index]) }
    case .softplus:
      for index in margins.indices { margins[index] = Self.softplus(margins[index]) }
    case .step:
      for index in margins.indices { margins[index] = margins[index] > 0 ? 1 : 0 }
    case .increasing(let least):
      for index in margins.indices.dropFirst() {
        margins[index] = margins[index - 1] + least + Self.softplus(margins[index])
      }
    case .softmax:
      let largest = margins.max() ?? 0
      var sum = 0.0
      for index in margins.indices {
        margins[index] = exp(margins[index] - largest)
        sum += margins[index]
      }
      for index in margins.indices { margins[index] /= sum }
    }
  }

  private static func softplus(_ margin: Double) -> Double { max(margin, 0) + log1p(exp(-abs(margin))) }

  /// How the winner is found and its probability computed.
  func winnerRule(outputCount: Int) -> TreeWinnerRule {
    switch function {
    case .logistic: outputCount == 1 ? TREE_BINARY : TREE_LOGISTIC_EACH
    case .step: TREE_STEP
    default: TREE_SOFTMAX
    }
  }

  var steepness: Float {
    if case .logistic(let steepness) = function { steepness } else { 1 }
  }
}
