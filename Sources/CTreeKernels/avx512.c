// AVX-512 (F, BW, VL): a split is one comparison of 64 ranks; who reaches a node is a mask of 64 bits.
#include "Kernels.h"

#if TREE_HAS_X86
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi,bmi2")))

TARGET static inline uint64_t ranks_from(const uint8_t *column, uint8_t rank) {
  return _mm512_cmpge_epu8_mask(_mm512_loadu_si512(column), _mm512_set1_epi8((char)rank));
}

/// Four bits of a rank choose a byte in each half of the set, its highest bit the half, its lowest three the bit.
TARGET static inline uint64_t ranks_outside(const uint8_t *column, const TreeRankSet *set) {
  const __m512i ranks = _mm512_loadu_si512(column);
  const __m512i low = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)set->bits));
  const __m512i high = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(set->bits + 16)));
  const __m512i powers = _mm512_set1_epi64((long long)0x8040201008040201u);
  const __m512i place = _mm512_and_si512(_mm512_srli_epi16(ranks, 3), _mm512_set1_epi8(15));
  const __m512i byte = _mm512_mask_blend_epi8(
    _mm512_movepi8_mask(ranks), _mm512_shuffle_epi8(low, place), _mm512_shuffle_epi8(high, place));
  const __m512i bit = _mm512_shuffle_epi8(powers, _mm512_and_si512(ranks, _mm512_set1_epi8(7)));
  return _cvtmask64_u64(_mm512_testn_epi8_mask(byte, bit));
}

/// `split_sets` is null for a tree without sets.
TARGET static inline __attribute__((always_inline)) void leaves_of_groups(
  const TreeSplit *splits, const int32_t *split_sets, const TreeRankSet *sets, const Tree *tree, const uint8_t *ranks,
  size_t group_bytes, uint8_t *leaves) {
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
    const TreeRankSet *set = split_sets != NULL && split_sets[number] >= 0 ? sets + split_sets[number] : NULL;
    for (int g = 0; g < TREE_GROUPS_SIDE_BY_SIDE; g++) {
      const __mmask64 here = _cvtu64_mask64(reach[number][g]);
      const __mmask64 right = set == NULL
        ? _mm512_mask_cmpge_epu8_mask(here, _mm512_loadu_si512(column + g * group_bytes), rank)
        : _kand_mask64(here, _cvtu64_mask64(ranks_outside(column + g * group_bytes, set)));
      reach[split->left][g] = _cvtmask64_u64(_kandn_mask64(right, here));
      reach[split->right][g] = _cvtmask64_u64(right);
      leaf[g] = _mm512_mask_add_epi8(leaf[g], right, leaf[g], left_leaves);
    }
  }
  for (; number < tree->split_count; number++, split++) {
    const __m512i rank = _mm512_set1_epi8((char)split->right_from);
    const __m512i one = _mm512_set1_epi8(1);
    const uint8_t *column = ranks + split->column;
    const TreeRankSet *set = split_sets != NULL && split_sets[number] >= 0 ? sets + split_sets[number] : NULL;
    for (int g = 0; g < TREE_GROUPS_SIDE_BY_SIDE; g++) {
      const __mmask64 here = _cvtu64_mask64(reach[number][g]);
      const __mmask64 right = set == NULL
        ? _mm512_mask_cmpge_epu8_mask(here, _mm512_loadu_si512(column + g * group_bytes), rank)
        : _kand_mask64(here, _cvtu64_mask64(ranks_outside(column + g * group_bytes, set)));
      leaf[g] = _mm512_mask_add_epi8(leaf[g], right, leaf[g], one);
    }
  }
  for (int g = 0; g < TREE_GROUPS_SIDE_BY_SIDE; g++) _mm512_store_si512(leaves + g * TREE_GROUP_PIXELS, leaf[g]);
}

TARGET static inline void small_leaves(
  const TreeEnsembleArrays *ensemble, const Tree *tree, const uint8_t *ranks, size_t group_bytes, uint8_t *leaves) {
  const TreeSplit *splits = ensemble->splits + tree->first;
  if (tree->has_sets)
    leaves_of_groups(splits, ensemble->split_sets + tree->first, ensemble->sets, tree, ranks, group_bytes, leaves);
  else
    leaves_of_groups(splits, NULL, NULL, tree, ranks, group_bytes, leaves);
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
