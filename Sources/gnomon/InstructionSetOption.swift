import ArgumentParser
import TreeEnsembles

/// `--instruction-set`: the instructions that evaluate a model.
enum InstructionSetOption: String, ExpressibleByArgument, CaseIterable {
  case avx512
  case avx2
  case portable

  /// What the evaluator calls it.
  var instructionSet: InstructionSet {
    switch self {
    case .avx512: .avx512
    case .avx2: .avx2
    case .portable: .portable
    }
  }
}
