// AVX-512 (F, BW, VL): a split is one comparison of 64 ranks; who reaches a node is a mask of 64 bits.
#include "Kernels.h"

#if TREE_HAS_X86
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi,bmi2")))

TARGET static inline uint64_t ranks_from(const uint8_t *column, uint8_t rank) {
  return _mm512_cmpge_epu8_mask(_mm512_loadu_si512(column), _mm512_set1_epi8((char)rank));
}

TARGET static inline void small_leaves(
  const TreeSplit *splits, const Tree *tree, const uint8_t *ranks, size_t group_bytes, uint8_t *leaves) {
  __m512i leaf[TREE_GROUPS_SIDE_BY_SIDE];
  uint64_t reach[64][TREE_GROUPS_SIDE_BY_SIDE];
  for (int g = 0; g < TREE_GROUPS_SIDE_BY_SIDE; g++) {
    reach[0][g] = ~(uint64_t)0;
    leaf[g] = _mm512_setzero_si512();
  }
  const TreeSplit *split = splits;
  uint32_t number = 0;
  for (; number < tree->inner_count; number++, split++) {
    const __m512i rank = _mm512_set1_epi8((char)split->right_from);
    const __m512i left_leaves = _mm512_set1_epi8((char)split->left_leaves);
    const uint8_t *column = ranks + split->column;
    for (int g = 0; g < TREE_GROUPS_SIDE_BY_SIDE; g++) {
      const __mmask64 here = _cvtu64_mask64(reach[number][g]);
      const __mmask64 right = _mm512_mask_cmpge_epu8_mask(here, _mm512_loadu_si512(column + g * group_bytes), rank);
      reach[split->left][g] = _cvtmask64_u64(_kandn_mask64(right, here));
      reach[split->right][g] = _cvtmask64_u64(right);
      leaf[g] = _mm512_mask_add_epi8(leaf[g], right, leaf[g], left_leaves);
    }
  }
  for (; number < tree->split_count; number++, split++) {
    const __m512i rank = _mm512_set1_epi8((char)split->right_from);
    const __m512i one = _mm512_set1_epi8(1);
    const uint8_t *column = ranks + split->column;
    for (int g = 0; g < TREE_GROUPS_SIDE_BY_SIDE; g++) {
      const __mmask64 here = _cvtu64_mask64(reach[number][g]);
      const __mmask64 right = _mm512_mask_cmpge_epu8_mask(here, _mm512_loadu_si512(column + g * group_bytes), rank);
      leaf[g] = _mm512_mask_add_epi8(leaf[g], right, leaf[g], one);
    }
  }
  for (int g = 0; g < TREE_GROUPS_SIDE_BY_SIDE; g++) _mm512_store_si512(leaves + g * TREE_GROUP_PIXELS, leaf[g]);
}

TARGET static inline void add_values(const float *values, uint32_t stride, const uint8_t *leaf, float *sums) {
  const __m512 v0 = _mm512_loadu_ps(values);
  const __m512 v1 = stride > 16 ? _mm512_loadu_ps(values + 16) : v0;
  const __m512 v2 = stride > 32 ? _mm512_loadu_ps(values + 32) : v0;
  const __m512 v3 = stride > 32 ? _mm512_loadu_ps(values + 48) : v0;
  for (int pixel = 0; pixel < TREE_GROUPS_SIDE_BY_SIDE * TREE_GROUP_PIXELS; pixel += 16) {
    const __m512i number = _mm512_cvtepu8_epi32(_mm_load_si128((const __m128i *)(leaf + pixel)));
    __m512 value = _mm512_permutex2var_ps(v0, number, v1);
    if (stride > 32) {
      const __m512 high = _mm512_permutex2var_ps(v2, number, v3);
      value = _mm512_mask_mov_ps(value, _mm512_test_epi32_mask(number, _mm512_set1_epi32(32)), high);
    }
    _mm512_storeu_ps(sums + pixel, _mm512_add_ps(_mm512_loadu_ps(sums + pixel), value));
  }
}

#include "Evaluate.h"
#include "Outputs.h"
#include "Ranks.h"

const TreeKernels tree_avx512_kernels = TREE_KERNELS;
#endif
