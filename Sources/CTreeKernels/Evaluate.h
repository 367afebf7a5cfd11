// What the sets of kernels have in common: the loop over trees and groups, and the walk down a tree of any size.
//
// Each set includes this file after it has defined
//   TARGET         the attribute of its functions,
//   ranks_from     (column, rank) -> which of 64 pixels have that rank or a larger one, one bit each,
//   ranks_outside  (column, set) -> which of 64 pixels have a rank that is not in the set,
//   small_leaves   (ensemble, tree, ranks, group_bytes, leaf) -> the leaf of each pixel of the groups side by side,
//   add_values     (values, stride, leaf, sums) -> adds the values of these leaves.

// Walks with all 64 pixels of a group at once and leaves out subtrees that none of them reaches.
#define WALK(VALUE, ALL_LEAVES)                                                                                        \
  const TreeNode *nodes = ensemble->nodes + tree->first;                                                               \
  const VALUE *leaves = (ALL_LEAVES) + tree->first_leaf;                                                               \
  size_t waiting = 0;                                                                                                  \
  int64_t node = tree->split_count > 0 ? 0 : -1;                                                                       \
  uint64_t reach = ~(uint64_t)0;                                                                                       \
  for (;;) {                                                                                                           \
    while (node >= 0) {                                                                                                \
      const TreeNode *split = nodes + node;                                                                            \
      const uint8_t *column = ranks + split->column;                                                                   \
      const uint64_t right = reach & (split->set < 0 ? ranks_from(column, (uint8_t)split->right_from)                  \
                                                     : ranks_outside(column, ensemble->sets + split->set));            \
      const uint64_t left = reach & ~right;                                                                            \
      if (left == 0) {                                                                                                 \
        node = split->right;                                                                                           \
        continue;                                                                                                      \
      }                                                                                                                \
      if (right != 0) {                                                                                                \
        stack[2 * waiting] = right;                                                                                    \
        stack[2 * waiting + 1] = (uint64_t)(int64_t)split->right;                                                      \
        waiting++;                                                                                                     \
      }                                                                                                                \
      node = split->left;                                                                                              \
      reach = left;                                                                                                    \
    }                                                                                                                  \
    for (uint32_t output = 0; output < tree->output_count; output++) {                                                 \
      const VALUE value = leaves[(size_t)output * tree->leaf_stride + (size_t)(~node)];                                \
      VALUE *sums = margins + (tree->first_output + output) * stride;                                                  \
      for (uint64_t rest = reach; rest != 0; rest &= rest - 1) sums[__builtin_ctzll(rest)] += value;                   \
    }                                                                                                                  \
    if (waiting == 0) return;                                                                                          \
    waiting--;                                                                                                         \
    reach = stack[2 * waiting];                                                                                        \
    node = (int64_t)stack[2 * waiting + 1];                                                                            \
  }

TARGET static void walk_group(
  const TreeEnsembleArrays *ensemble, const Tree *tree, const uint8_t *ranks, float *margins, size_t stride,
  uint64_t *stack) {
  WALK(float, ensemble->leaves)
}

TARGET static void walk_group_wide(
  const TreeEnsembleArrays *ensemble, const Tree *tree, const uint8_t *ranks, double *margins, size_t stride,
  uint64_t *stack) {
  WALK(double, ensemble->wide_leaves)
}

TARGET static inline void add_wide_values(const double *values, const uint8_t *leaf, double *sums) {
  for (int pixel = 0; pixel < TREE_GROUPS_SIDE_BY_SIDE * TREE_GROUP_PIXELS; pixel++) sums[pixel] += values[leaf[pixel]];
}

#define EVALUATE(VALUE, ALL_LEAVES, ADD, WALK_GROUP)                                                                   \
  const size_t group_bytes = (size_t)ensemble->column_count * TREE_GROUP_PIXELS;                                       \
  for (size_t number = 0; number < ensemble->tree_count; number++) {                                                   \
    const Tree *tree = ensemble->trees + number;                                                                       \
    if (!tree->is_small) {                                                                                             \
      for (size_t group = 0; group < group_count; group++)                                                             \
        WALK_GROUP(                                                                                                    \
          ensemble, tree, ranks + group * group_bytes, margins + group * TREE_GROUP_PIXELS, stride, stack);            \
      continue;                                                                                                        \
    }                                                                                                                  \
    for (size_t group = 0; group < group_count; group += TREE_GROUPS_SIDE_BY_SIDE) {                                   \
      uint8_t leaf[TREE_GROUPS_SIDE_BY_SIDE * TREE_GROUP_PIXELS] __attribute__((aligned(64)));                         \
      small_leaves(ensemble, tree, ranks + group * group_bytes, group_bytes, leaf);                                    \
      for (uint32_t output = 0; output < tree->output_count; output++) {                                               \
        const VALUE *values = (ALL_LEAVES) + tree->first_leaf + (size_t)output * tree->leaf_stride;                    \
        ADD(values, leaf, margins + (tree->first_output + output) * stride + group * TREE_GROUP_PIXELS);               \
      }                                                                                                                \
    }                                                                                                                  \
  }

TARGET static void evaluate(
  const TreeEnsembleArrays *ensemble, const uint8_t *ranks, size_t group_count, float *margins, size_t stride,
  uint64_t *stack) {
#define ADD_VALUES(values, leaf, sums) add_values(values, tree->leaf_stride, leaf, sums)
  EVALUATE(float, ensemble->leaves, ADD_VALUES, walk_group)
#undef ADD_VALUES
}

TARGET static void evaluate_wide(
  const TreeEnsembleArrays *ensemble, const uint8_t *ranks, size_t group_count, double *margins, size_t stride,
  uint64_t *stack) {
  EVALUATE(double, ensemble->wide_leaves, add_wide_values, walk_group_wide)
}
