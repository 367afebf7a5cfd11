// AVX2: 32 pixels a vector.
#include "Kernels.h"

#if TREE_HAS_X86
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2")))
#define LANES 32
#include "Vectors.h"

TARGET static inline void add_values(const float *values, uint32_t stride, const uint8_t *leaf, float *sums) {
  (void)stride;
  for (int pixel = 0; pixel < TREE_GROUPS_SIDE_BY_SIDE * TREE_GROUP_PIXELS; pixel++) sums[pixel] += values[leaf[pixel]];
}

#include "Evaluate.h"
#include "Outputs.h"
#include "Ranks.h"

const TreeKernels tree_avx2_kernels = TREE_KERNELS;
#endif
