#include "Kernels.h"

int tree_instruction_set_is_available(TreeInstructionSet set) {
  switch (set) {
  case TREE_PORTABLE: return 1;
#if TREE_HAS_X86
  // The compiler's run-time library asks the system too whether it keeps the wide registers.
  case TREE_AVX2:
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  case TREE_AVX512:
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("bmi") &&
      __builtin_cpu_supports("bmi2");
#endif
  default: return 0;
  }
}

static const TreeKernels *kernels(TreeInstructionSet set) {
#if TREE_HAS_X86
  if (set == TREE_AVX512) return &tree_avx512_kernels;
  if (set == TREE_AVX2) return &tree_avx2_kernels;
#endif
  (void)set;
  return &tree_portable_kernels;
}

void tree_rank_values(
  TreeInstructionSet set, const TreeFeature *feature, const float *values, size_t count, uint8_t *ranks,
  size_t group_bytes) {
  kernels(set)->rank_values(feature, values, count, ranks, group_bytes);
}

void tree_rank_codes(
  const TreeFeature *feature, const uint8_t *tables, const uint16_t *codes, size_t count, uint8_t *ranks,
  size_t group_bytes) {
  for (uint32_t number = 0; number < feature->column_count; number++) {
    const uint8_t *table = tables + (size_t)number * 65536;
    uint8_t *column = ranks + feature->columns[number].offset;
    for (size_t start = 0; start < count; start += TREE_GROUP_PIXELS, column += group_bytes) {
      const size_t size = count - start < TREE_GROUP_PIXELS ? count - start : TREE_GROUP_PIXELS;
      for (size_t pixel = 0; pixel < size; pixel++) column[pixel] = table[codes[start + pixel]];
    }
  }
}

void tree_add_margins(
  TreeInstructionSet set, const TreeEnsembleArrays *ensemble, const uint8_t *ranks, size_t group_count, float *margins,
  size_t stride, uint64_t *stack) {
  kernels(set)->evaluate(ensemble, ranks, group_count, margins, stride, stack);
}

void tree_add_wide_margins(
  TreeInstructionSet set, const TreeEnsembleArrays *ensemble, const uint8_t *ranks, size_t group_count, double *margins,
  size_t stride, uint64_t *stack) {
  kernels(set)->evaluate_wide(ensemble, ranks, group_count, margins, stride, stack);
}

void tree_winners(
  TreeInstructionSet set, TreeWinnerRule rule, float steepness, const float *margins, size_t stride,
  size_t output_count, size_t count, uint16_t *winners, float *probabilities) {
  kernels(set)->find_winners(rule, steepness, margins, stride, output_count, count, winners, probabilities);
}

void tree_wide_winners(
  TreeInstructionSet set, TreeWinnerRule rule, double divisor, float steepness, const double *margins, size_t stride,
  size_t output_count, size_t count, uint16_t *winners, float *probabilities) {
  kernels(set)->find_wide_winners(
    rule, divisor, steepness, margins, stride, output_count, count, winners, probabilities);
}
