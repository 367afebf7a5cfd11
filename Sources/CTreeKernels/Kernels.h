// One set of kernels.
#ifndef GNOMON_TREE_KERNELS_SHARED_H
#define GNOMON_TREE_KERNELS_SHARED_H

#include "CTreeKernels.h"

#if defined(__x86_64__)
#define TREE_HAS_X86 1
#else
#define TREE_HAS_X86 0
#endif

typedef struct {
  void (*rank_values)(
    const TreeFeature *feature, const float *values, size_t count, uint8_t *ranks, size_t group_bytes);
  void (*evaluate)(
    const TreeEnsembleArrays *ensemble, const uint8_t *ranks, size_t group_count, float *margins, size_t stride,
    uint64_t *stack);
  void (*evaluate_wide)(
    const TreeEnsembleArrays *ensemble, const uint8_t *ranks, size_t group_count, double *margins, size_t stride,
    uint64_t *stack);
  void (*find_winners)(
    TreeWinnerRule rule, float steepness, const float *margins, size_t stride, size_t output_count, size_t count,
    uint16_t *winners, float *probabilities);
  void (*find_wide_winners)(
    TreeWinnerRule rule, double divisor, float steepness, const double *margins, size_t stride, size_t output_count,
    size_t count, uint16_t *winners, float *probabilities);
} TreeKernels;

/// The kernels of the file that includes Ranks.h, Evaluate.h and Outputs.h.
#define TREE_KERNELS                                                                                                   \
  { rank_values, evaluate, evaluate_wide, find_winners, find_wide_winners }

extern const TreeKernels tree_portable_kernels;
#if TREE_HAS_X86
extern const TreeKernels tree_avx2_kernels;
extern const TreeKernels tree_avx512_kernels;
#endif

#endif
