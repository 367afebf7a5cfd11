// The kernels in the compiler's portable vectors: who reaches a node is a vector of bytes, 0xFF or 0.
//
// Included after TARGET, LANES, the bytes of a vector, and put_outside are defined: (column, set, bytes) -> 0xFF for each of
// LANES pixels whose rank is not in the set.

typedef uint8_t Bytes __attribute__((vector_size(LANES)));

/// Vectors that go through a tree side by side, so that one's arithmetic hides the other's latency.
enum { VECTORS_SIDE_BY_SIDE = 4 };

TARGET static inline Bytes bytes_at(const uint8_t *address) {
  Bytes bytes;
  __builtin_memcpy(&bytes, address, LANES);
  return bytes;
}

TARGET static inline void put_bytes(uint8_t *address, Bytes bytes) { __builtin_memcpy(address, &bytes, LANES); }

/// One bit for each of 64 bytes that are 0xFF or 0.
TARGET static inline uint64_t bits_of(const uint8_t *bytes) {
  uint64_t bits = 0;
  for (int byte = 0; byte < 8; byte++) {
    uint64_t eight;
    __builtin_memcpy(&eight, bytes + 8 * byte, 8);
    // Gathers the lowest bit of each byte in the highest byte (little-endian, as all our processors are).
    bits |= (((eight & 0x0101010101010101u) * 0x0102040810204080u) >> 56) << (8 * byte);
  }
  return bits;
}

TARGET static inline uint64_t ranks_from(const uint8_t *column, uint8_t rank) {
  uint8_t is_from[TREE_GROUP_PIXELS];
  for (int start = 0; start < TREE_GROUP_PIXELS; start += LANES)
    put_bytes(is_from + start, (Bytes)(bytes_at(column + start) >= (Bytes){0} + rank));
  return bits_of(is_from);
}

TARGET static inline uint64_t ranks_outside(const uint8_t *column, const TreeRankSet *set) {
  uint8_t is_outside[TREE_GROUP_PIXELS];
  for (int start = 0; start < TREE_GROUP_PIXELS; start += LANES) put_outside(column + start, set, is_outside + start);
  return bits_of(is_outside);
}

/// 0xFF for each pixel that goes right.
TARGET static inline Bytes right_of(const uint8_t *column, const TreeRankSet *set, Bytes rank) {
  if (set == NULL) return (Bytes)(bytes_at(column) >= rank);
  uint8_t is_outside[LANES];
  put_outside(column, set, is_outside);
  return bytes_at(is_outside);
}

/// The leaves of VECTORS_SIDE_BY_SIDE vectors whose columns begin at `starts`; `split_sets` is null for a tree without sets.
TARGET static inline __attribute__((always_inline)) void leaves_of_vectors(
  const TreeSplit *splits, const int32_t *split_sets, const TreeRankSet *sets, const Tree *tree,
  const uint8_t *const starts[VECTORS_SIDE_BY_SIDE], uint8_t *leaf) {
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
    const TreeRankSet *set = split_sets != NULL && split_sets[number] >= 0 ? sets + split_sets[number] : NULL;
    for (int v = 0; v < VECTORS_SIDE_BY_SIDE; v++) {
      const Bytes here = reach[number][v];
      const Bytes is_right = right_of(starts[v] + split->column, set, rank);
      reach[split->left][v] = here & ~is_right;
      reach[split->right][v] = here & is_right;
      leaves[v] += here & is_right & left_leaves;
    }
  }
  for (; number < tree->split_count; number++, split++) {
    const Bytes rank = (Bytes){0} + split->right_from;
    const TreeRankSet *set = split_sets != NULL && split_sets[number] >= 0 ? sets + split_sets[number] : NULL;
    for (int v = 0; v < VECTORS_SIDE_BY_SIDE; v++) {
      const Bytes is_right = right_of(starts[v] + split->column, set, rank);
      // 0xFF is -1: one leaf further.
      leaves[v] -= reach[number][v] & is_right;
    }
  }
  for (int v = 0; v < VECTORS_SIDE_BY_SIDE; v++) put_bytes(leaf + v * LANES, leaves[v]);
}

TARGET static inline void small_leaves(
  const TreeEnsembleArrays *ensemble, const Tree *tree, const uint8_t *ranks, size_t group_bytes, uint8_t *leaf) {
  const TreeSplit *splits = ensemble->splits + tree->first;
  enum { PIXELS = TREE_GROUPS_SIDE_BY_SIDE * TREE_GROUP_PIXELS };
  for (int pixel = 0; pixel < PIXELS; pixel += VECTORS_SIDE_BY_SIDE * LANES) {
    const uint8_t *starts[VECTORS_SIDE_BY_SIDE];
    for (int v = 0; v < VECTORS_SIDE_BY_SIDE; v++) {
      const int first = pixel + v * LANES;
      starts[v] = ranks + (size_t)(first / TREE_GROUP_PIXELS) * group_bytes + first % TREE_GROUP_PIXELS;
    }
    if (tree->has_sets)
      leaves_of_vectors(splits, ensemble->split_sets + tree->first, ensemble->sets, tree, starts, leaf + pixel);
    else
      leaves_of_vectors(splits, NULL, NULL, tree, starts, leaf + pixel);
  }
}
