// The kernels in the compiler's portable vectors: who reaches a node is a vector of bytes, 0xFF or 0.
//
// Included after TARGET and LANES, the bytes of a vector, are defined.

typedef uint8_t Bytes __attribute__((vector_size(LANES)));

/// Vectors that go through a tree side by side, so that one's arithmetic hides the other's latency.
enum { VECTORS_SIDE_BY_SIDE = 4 };

TARGET static inline Bytes bytes_at(const uint8_t *address) {
  Bytes bytes;
  __builtin_memcpy(&bytes, address, LANES);
  return bytes;
}

TARGET static inline void put_bytes(uint8_t *address, Bytes bytes) { __builtin_memcpy(address, &bytes, LANES); }

TARGET static inline uint64_t ranks_from(const uint8_t *column, uint8_t rank) {
  uint64_t from = 0;
  uint8_t is_from[TREE_GROUP_PIXELS];
  for (int start = 0; start < TREE_GROUP_PIXELS; start += LANES)
    put_bytes(is_from + start, (Bytes)(bytes_at(column + start) >= (Bytes){0} + rank));
  for (int byte = 0; byte < 8; byte++) {
    uint64_t eight;
    __builtin_memcpy(&eight, is_from + 8 * byte, 8);
    // Gathers the lowest bit of each byte in the highest byte (little-endian, as all our processors are).
    from |= (((eight & 0x0101010101010101u) * 0x0102040810204080u) >> 56) << (8 * byte);
  }
  return from;
}

/// The leaves of VECTORS_SIDE_BY_SIDE vectors whose columns begin at `starts`.
TARGET static inline void leaves_of_vectors(
  const TreeSplit *splits, const Tree *tree, const uint8_t *const starts[VECTORS_SIDE_BY_SIDE], uint8_t *leaf) {
  Bytes reach[64][VECTORS_SIDE_BY_SIDE];
  Bytes leaves[VECTORS_SIDE_BY_SIDE];
  for (int v = 0; v < VECTORS_SIDE_BY_SIDE; v++) {
    reach[0][v] = (Bytes){0} + 0xFF;
    leaves[v] = (Bytes){0};
  }
  const TreeSplit *split = splits;
  uint32_t number = 0;
  for (; number < tree->inner_count; number++, split++) {
    const Bytes rank = (Bytes){0} + split->right_from;
    const Bytes left_leaves = (Bytes){0} + split->left_leaves;
    for (int v = 0; v < VECTORS_SIDE_BY_SIDE; v++) {
      const Bytes here = reach[number][v];
      const Bytes is_right = (Bytes)(bytes_at(starts[v] + split->column) >= rank);
      reach[split->left][v] = here & ~is_right;
      reach[split->right][v] = here & is_right;
      leaves[v] += here & is_right & left_leaves;
    }
  }
  for (; number < tree->split_count; number++, split++) {
    const Bytes rank = (Bytes){0} + split->right_from;
    for (int v = 0; v < VECTORS_SIDE_BY_SIDE; v++) {
      const Bytes is_right = (Bytes)(bytes_at(starts[v] + split->column) >= rank);
      // 0xFF is -1: one leaf further.
      leaves[v] -= reach[number][v] & is_right;
    }
  }
  for (int v = 0; v < VECTORS_SIDE_BY_SIDE; v++) put_bytes(leaf + v * LANES, leaves[v]);
}

TARGET static inline void small_leaves(
  const TreeSplit *splits, const Tree *tree, const uint8_t *ranks, size_t group_bytes, uint8_t *leaf) {
  enum { PIXELS = TREE_GROUPS_SIDE_BY_SIDE * TREE_GROUP_PIXELS };
  for (int pixel = 0; pixel < PIXELS; pixel += VECTORS_SIDE_BY_SIDE * LANES) {
    const uint8_t *starts[VECTORS_SIDE_BY_SIDE];
    for (int v = 0; v < VECTORS_SIDE_BY_SIDE; v++) {
      const int first = pixel + v * LANES;
      starts[v] = ranks + (size_t)(first / TREE_GROUP_PIXELS) * group_bytes + first % TREE_GROUP_PIXELS;
    }
    leaves_of_vectors(splits, tree, starts, leaf + pixel);
  }
}
