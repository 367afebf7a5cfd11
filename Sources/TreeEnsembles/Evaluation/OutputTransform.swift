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
      for index in margins.indices { margins[index] = log1p(exp(margins[index])) }
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

  /// How the winner is found and its probability computed.
  func winnerRule(outputCount: Int) -> TreeWinnerRule {
    switch function {
    case .logistic: outputCount == 1 ? TREE_BINARY : TREE_LOGISTIC_EACH
    default: TREE_SOFTMAX
    }
  }

  var steepness: Float {
    if case .logistic(let steepness) = function { steepness } else { 1 }
  }
}
