// For processors without the vectors of the other files, arm64 among them.
#include "Kernels.h"

#define TARGET
#define LANES 16

static inline void put_outside(const uint8_t *column, const TreeRankSet *set, uint8_t *bytes) {
  for (int pixel = 0; pixel < LANES; pixel++)
    bytes[pixel] = (uint8_t)(((set->bits[column[pixel] >> 3] >> (column[pixel] & 7)) & 1) - 1);
}

#include "Vectors.h"

static inline void add_values(const float *values, uint32_t stride, const uint8_t *leaf, float *sums) {
  (void)stride;
  for (int pixel = 0; pixel < TREE_GROUPS_SIDE_BY_SIDE * TREE_GROUP_PIXELS; pixel++) sums[pixel] += values[leaf[pixel]];
}

#include "Evaluate.h"
#include "Outputs.h"
#include "Ranks.h"

const TreeKernels tree_portable_kernels = TREE_KERNELS;
