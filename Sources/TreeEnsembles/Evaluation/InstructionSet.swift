internal import CTreeKernels

/// The instructions that trees are evaluated with; all give the same bits.
public enum InstructionSet: String, Sendable, Hashable, CaseIterable {
  /// AVX-512 (F, BW, DQ, VL): 64 pixels at once.
  case avx512
  /// AVX2: 32 pixels at once.
  case avx2
  /// What every processor has, arm64 among them: 16 pixels at once.
  case portable

  /// Those that this processor has, the fastest first.
  public static var available: [InstructionSet] { allCases.filter { tree_instruction_set_is_available($0.code) != 0 } }

  var code: TreeInstructionSet {
    switch self {
    case .avx512: TREE_AVX512
    case .avx2: TREE_AVX2
    case .portable: TREE_PORTABLE
    }
  }
}
