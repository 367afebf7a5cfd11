#ifndef GNOMON_TREE_KERNELS_H
#define GNOMON_TREE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// Evaluation of ensembles of decision trees over groups of 64 pixels.
//
// The values of a feature arrive as ranks among the model's own thresholds, one byte a pixel, in columns: the bytes of a
// group lie at ranks + group * columnCount * 64, those of its column c at c * 64 from there. A pixel goes right at
// a split from a rank of the split's on. All arrays are the caller's and must hold what the fields say;
// the Swift target TreeEnsembles proves that before it calls.

enum {
  TREE_GROUP_PIXELS = 64,
  /// Groups go through a small tree side by side, so that one's arithmetic hides another's latency.
  TREE_GROUPS_SIDE_BY_SIDE = 4,
  TREE_MAXIMUM_SMALL_LEAVES = 64
};

/// A split of a small tree, which has at most 64 leaves. Parents stand before children.
typedef struct {
  /// Byte offset of the column in a group.
  uint32_t column;
  /// Pixels of this rank and of larger ones go right, unless the split has a set.
  uint8_t right_from;
  /// Leaves of the left subtree: leaves are numbered from left to right.
  uint8_t left_leaves;
  /// Split numbers of the children; 63, which no split has, where the child is a leaf.
  uint8_t left;
  uint8_t right;
} TreeSplit;

/// A split of a tree of any size.
typedef struct {
  /// Byte offset of the column in a group.
  uint32_t column;
  /// Children: a node of the tree, or ~leaf.
  int32_t left;
  int32_t right;
  /// -1, or the number of the set of ranks that go left.
  int32_t set;
  /// Pixels of this rank and of larger ones go right.
  uint32_t right_from;
} TreeNode;

/// A set of ranks: bit (r & 7) of byte (r >> 3).
typedef struct {
  uint8_t bits[32];
} TreeRankSet;

/// A tree, in one of the two forms.
typedef struct {
  /// Its first element of splits or of nodes.
  uint32_t first;
  /// How many splits it has.
  uint32_t split_count;
  /// How many of them have a child that is a split; these stand first. Of small trees only.
  uint32_t inner_count;
  /// 1 for a small tree.
  uint32_t is_small;
  /// Its first leaf value. Output o of leaf l is at first_leaf + o * leaf_stride + l; a small tree's stride is 64, 32 or 16.
  uint64_t first_leaf;
  uint32_t leaf_stride;
  /// The outputs its leaves add to.
  uint32_t first_output;
  uint32_t output_count;
  /// 1 for a small tree of whose splits some have sets.
  uint32_t has_sets;
} Tree;

/// The trees of a model. One of the two kinds of leaves is there.
typedef struct {
  const Tree *trees;
  size_t tree_count;
  const TreeSplit *splits;
  /// For each of them -1, or the number of the set of ranks that go left.
  const int32_t *split_sets;
  const TreeNode *nodes;
  const TreeRankSet *sets;
  const float *leaves;
  const double *wide_leaves;
  uint32_t column_count;
  /// The deepest tree that is not small.
  uint32_t depth;
} TreeEnsembleArrays;

/// A column of ranks made of a feature.
typedef struct {
  /// Byte offset of the column in a group.
  uint32_t offset;
  /// The column holds how far a rank is above this one: 0 where it is not, 255 at most.
  uint32_t base;
  /// The byte of a missing value.
  uint8_t missing;
  /// Whether values not further than 1e-35 from zero are missing too.
  uint8_t zero_is_missing;
  /// Not null where the feature's values are categories: the byte of each category below class_count.
  const uint8_t *classes;
  uint32_t class_count;
  /// Whether values between -1 and 0 are category 0, as in LightGBM, and not unknown.
  uint8_t truncates_to_zero;
} TreeColumn;

/// How values of a feature become ranks: the rank of a value is the number of cuts not above it.
///
/// A value lies in bucket (value - lowest) * scale, clamped to the buckets there are. `starts` holds the number of cuts
/// in lower buckets; of the cuts of its own, of which there are fewer than 2 * step, a value's rank counts those not above
/// it, found by halving. `cuts` is sorted and ends with 2 * step numbers that no value reaches (NaN).
typedef struct {
  const float *cuts;
  const uint32_t *starts;
  float lowest;
  float scale;
  uint32_t bucket_count;
  uint32_t step;
  const TreeColumn *columns;
  uint32_t column_count;
} TreeFeature;

typedef enum { TREE_PORTABLE = 0, TREE_AVX2 = 1, TREE_AVX512 = 2 } TreeInstructionSet;

/// Whether this processor, and the system on it, runs the instructions.
int tree_instruction_set_is_available(TreeInstructionSet set);

/// Writes the ranks of `count` values of a feature to its columns; groups lie `group_bytes` apart.
///
/// Whole groups are written: those past the end of the last one hold the rank of a missing value.
void tree_rank_values(
  TreeInstructionSet set, const TreeFeature *feature, const float *values, size_t count, uint8_t *ranks,
  size_t group_bytes);

/// The same for numbers of 16 bits: `tables` has 65,536 bytes for each column, the byte of each number.
void tree_rank_codes(
  const TreeFeature *feature, const uint8_t *tables, const uint16_t *codes, size_t count, uint8_t *ranks,
  size_t group_bytes);

/// Adds the leaves of every tree, in the order of the trees, to `margins[output * stride + pixel]`.
///
/// `group_count` is a multiple of TREE_GROUPS_SIDE_BY_SIDE, `stride` at least group_count * 64. `stack` has room for 2 * (depth + 2) numbers.
void tree_add_margins(
  TreeInstructionSet set, const TreeEnsembleArrays *ensemble, const uint8_t *ranks, size_t group_count, float *margins,
  size_t stride, uint64_t *stack);

/// The same in double precision, from `wide_leaves`, whose stride need not be rounded.
void tree_add_wide_margins(
  TreeInstructionSet set, const TreeEnsembleArrays *ensemble, const uint8_t *ranks, size_t group_count, double *margins,
  size_t stride, uint64_t *stack);

/// How the largest of several margins becomes a probability.
typedef enum {
  /// exp(margin) over the sum of all.
  TREE_SOFTMAX = 0,
  /// 1 / (1 + exp(-steepness * margin)), each class by itself.
  TREE_LOGISTIC_EACH = 1,
  /// One margin: that of class 1; class 0 has the rest.
  TREE_BINARY = 2,
  /// One margin: class 1 where it is above 0. There are no probabilities: what is written for one is -1.
  TREE_STEP = 3,
} TreeWinnerRule;

/// The class of the largest margin of each pixel, the first of equal ones; of two classes the second where its
/// probability is above one half.
void tree_winners(
  TreeInstructionSet set, TreeWinnerRule rule, float steepness, const float *margins, size_t stride,
  size_t output_count, size_t count, uint16_t *winners, float *probabilities);

/// The same from margins in double precision; `divisor` divides them first.
void tree_wide_winners(
  TreeInstructionSet set, TreeWinnerRule rule, double divisor, float steepness, const double *margins, size_t stride,
  size_t output_count, size_t count, uint16_t *winners, float *probabilities);

#endif
