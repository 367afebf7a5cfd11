// Margins to classes and probabilities. Included by each set of kernels after TARGET is defined.
//
// Products and sums are not fused, so that every set of kernels gives the same bits.

#pragma clang fp contract(off)

enum { OUTPUT_PIXELS = 64 };

/// NaN for NaN; exp for -87 ... 88: 2^n * exp(r) with |r| <= ln 2 / 2, the latter by its series to the seventh power.
TARGET static inline float exponential(float value) {
  const float clamped = value > -87.0f ? (value < 88.0f ? value : 88.0f) : -87.0f;
  // Adding 1.5 * 2^23 rounds to a whole number, whose bits stand at the end of the sum's.
  const float shifted = clamped * 1.44269504f + 12582912.0f;
  const float whole = shifted - 12582912.0f;
  const float rest = (clamped - whole * 0.693359375f) - whole * -2.12194440e-4f;
  float series = 1.9841270e-4f;
  series = series * rest + 1.3888889e-3f;
  series = series * rest + 8.3333333e-3f;
  series = series * rest + 4.1666667e-2f;
  series = series * rest + 1.6666667e-1f;
  series = series * rest + 0.5f;
  series = series * rest * rest + rest;
  series = series + 1.0f;
  uint32_t bits, power;
  __builtin_memcpy(&power, &shifted, 4);
  __builtin_memcpy(&bits, &series, 4);
  bits += power << 23;
  float result;
  __builtin_memcpy(&result, &bits, 4);
  return value < -87.0f ? 0.0f : value == value ? result : value;
}

TARGET static inline float logistic(float margin) { return 1.0f / (1.0f + exponential(-margin)); }

#define WINNERS(VALUE, SCALED)                                                                                         \
  for (size_t start = 0; start < count; start += OUTPUT_PIXELS) {                                                      \
    const size_t size = count - start < OUTPUT_PIXELS ? count - start : OUTPUT_PIXELS;                                 \
    VALUE best[OUTPUT_PIXELS];                                                                                         \
    uint32_t winner[OUTPUT_PIXELS];                                                                                    \
    float sum[OUTPUT_PIXELS];                                                                                          \
    for (size_t pixel = 0; pixel < size; pixel++) {                                                                    \
      best[pixel] = SCALED(margins[start + pixel]);                                                                    \
      winner[pixel] = 0;                                                                                               \
      sum[pixel] = 0;                                                                                                  \
    }                                                                                                                  \
    if (rule == TREE_BINARY) {                                                                                         \
      for (size_t pixel = 0; pixel < size; pixel++) {                                                                  \
        const float second = logistic((float)(best[pixel] * steepness));                                               \
        winner[pixel] = second > 0.5f;                                                                                 \
        sum[pixel] = second > 0.5f ? second : 1.0f - second;                                                           \
      }                                                                                                                \
    } else if (rule == TREE_STEP) {                                                                                    \
      for (size_t pixel = 0; pixel < size; pixel++) {                                                                  \
        winner[pixel] = best[pixel] > 0;                                                                               \
        sum[pixel] = best[pixel] == best[pixel] ? -1.0f : (float)best[pixel];                                          \
      }                                                                                                                \
    } else {                                                                                                           \
      for (size_t output = 1; output < output_count; output++) {                                                       \
        const VALUE *row = margins + output * stride + start;                                                          \
        for (size_t pixel = 0; pixel < size; pixel++) {                                                                \
          const VALUE margin = SCALED(row[pixel]);                                                                     \
          winner[pixel] = margin > best[pixel] ? (uint32_t)output : winner[pixel];                                     \
          best[pixel] = margin > best[pixel] ? margin : best[pixel];                                                   \
        }                                                                                                              \
      }                                                                                                                \
    }                                                                                                                  \
    for (size_t pixel = 0; pixel < size; pixel++) winners[start + pixel] = (uint16_t)winner[pixel];                    \
    if (rule == TREE_SOFTMAX) {                                                                                        \
      for (size_t output = 0; output < output_count; output++) {                                                       \
        const VALUE *row = margins + output * stride + start;                                                          \
        for (size_t pixel = 0; pixel < size; pixel++)                                                                  \
          sum[pixel] += exponential((float)(SCALED(row[pixel]) - best[pixel]));                                        \
      }                                                                                                                \
      for (size_t pixel = 0; pixel < size; pixel++) sum[pixel] = 1.0f / sum[pixel];                                    \
    } else if (rule == TREE_LOGISTIC_EACH) {                                                                           \
      for (size_t pixel = 0; pixel < size; pixel++) sum[pixel] = logistic((float)(best[pixel] * steepness));           \
    }                                                                                                                  \
    for (size_t pixel = 0; pixel < size; pixel++) probabilities[start + pixel] = sum[pixel];                           \
  }

TARGET static void find_winners(
  TreeWinnerRule rule, float steepness, const float *margins, size_t stride, size_t output_count, size_t count,
  uint16_t *winners, float *probabilities) {
#define AS_IT_IS(margin) (margin)
  WINNERS(float, AS_IT_IS)
#undef AS_IT_IS
}

TARGET static void find_wide_winners(
  TreeWinnerRule rule, double divisor, float steepness, const double *margins, size_t stride, size_t output_count,
  size_t count, uint16_t *winners, float *probabilities) {
#define DIVIDED(margin) ((margin) / divisor)
  WINNERS(double, DIVIDED)
#undef DIVIDED
}
