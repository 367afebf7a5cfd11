// AVX2: 32 pixels a vector.
#include "Kernels.h"

#if TREE_HAS_X86
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2")))
#define LANES 32

/// Four bits of a rank choose a byte in each half of the set, its highest bit the half, its lowest three the bit.
TARGET static inline void put_outside(const uint8_t *column, const TreeRankSet *set, uint8_t *bytes) {
  const __m256i ranks = _mm256_loadu_si256((const __m256i *)column);
  const __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)set->bits));
  const __m256i high = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(set->bits + 16)));
  const __m256i powers = _mm256_set1_epi64x((long long)0x8040201008040201u);
  const __m256i place = _mm256_and_si256(_mm256_srli_epi16(ranks, 3), _mm256_set1_epi8(15));
  const __m256i byte = _mm256_blendv_epi8(_mm256_shuffle_epi8(low, place), _mm256_shuffle_epi8(high, place), ranks);
  const __m256i bit = _mm256_shuffle_epi8(powers, _mm256_and_si256(ranks, _mm256_set1_epi8(7)));
  const __m256i outside = _mm256_cmpeq_epi8(_mm256_and_si256(byte, bit), _mm256_setzero_si256());
  _mm256_storeu_si256((__m256i *)bytes, outside);
}

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
