// Values to ranks. Included by each set of kernels after TARGET is defined.

TARGET static inline void ranks_of_group(const TreeFeature *feature, const float *values, uint32_t *ranks) {
  const float top = (float)(feature->bucket_count - 1);
  for (int pixel = 0; pixel < TREE_GROUP_PIXELS; pixel++) {
    float place = (values[pixel] - feature->lowest) * feature->scale;
    // Both comparisons are false for NaN, which so lands in bucket 0.
    place = place > 0 ? place : 0;
    place = place < top ? place : top;
    ranks[pixel] = feature->starts[(uint32_t)place];
  }
  for (uint32_t step = feature->step; step > 0; step >>= 1)
    for (int pixel = 0; pixel < TREE_GROUP_PIXELS; pixel++)
      ranks[pixel] += feature->cuts[ranks[pixel] + step - 1] <= values[pixel] ? step : 0;
}

TARGET static inline void put_column(
  const TreeColumn *column, const float *values, const uint32_t *ranks, uint8_t *bytes) {
  for (int pixel = 0; pixel < TREE_GROUP_PIXELS; pixel++) {
    const uint32_t above = ranks[pixel] > column->base ? ranks[pixel] - column->base : 0;
    bytes[pixel] = (uint8_t)(above < 255 ? above : 255);
  }
  const float zero = column->zero_is_missing ? 1e-35f : -1.0f;
  for (int pixel = 0; pixel < TREE_GROUP_PIXELS; pixel++) {
    const float size = __builtin_fabsf(values[pixel]);
    bytes[pixel] = size > zero ? bytes[pixel] : column->missing;
  }
}

TARGET static inline void put_classes(const TreeColumn *column, const float *values, uint8_t *bytes) {
  const float lowest = column->truncates_to_zero ? -1.0f : -0.0f;
  const float limit = (float)column->class_count;
  for (int pixel = 0; pixel < TREE_GROUP_PIXELS; pixel++) {
    const float value = values[pixel];
    const int is_known = value < limit && (column->truncates_to_zero ? value > lowest : value >= lowest);
    bytes[pixel] = value != value ? column->missing : is_known ? column->classes[(int32_t)value] : 0;
  }
}

TARGET static void rank_values(
  const TreeFeature *feature, const float *values, size_t count, uint8_t *ranks, size_t group_bytes) {
  for (size_t start = 0; start < count; start += TREE_GROUP_PIXELS) {
    uint32_t found[TREE_GROUP_PIXELS];
    float padded[TREE_GROUP_PIXELS];
    const float *group = values + start;
    if (count - start < TREE_GROUP_PIXELS) {
      for (size_t pixel = 0; pixel < TREE_GROUP_PIXELS; pixel++)
        padded[pixel] = start + pixel < count ? values[start + pixel] : __builtin_nanf("");
      group = padded;
    }
    ranks_of_group(feature, group, found);
    for (uint32_t number = 0; number < feature->column_count; number++) {
      const TreeColumn *column = feature->columns + number;
      uint8_t *bytes = ranks + start / TREE_GROUP_PIXELS * group_bytes + column->offset;
      if (column->classes != NULL)
        put_classes(column, group, bytes);
      else
        put_column(column, group, found, bytes);
    }
  }
}
