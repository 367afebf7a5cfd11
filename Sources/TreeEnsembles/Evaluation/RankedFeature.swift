internal import CTreeKernels

/// A feature whose values become ranks; what it points to belongs to the ``EnsembleProgram``.
///
/// `@unchecked Sendable`: a constant, like the memory it points to.
// @safe: it is only to be had from its program, which holds that memory, and its arrays are as long as its numbers say.
@safe struct RankedFeature: @unchecked Sendable {
  /// Its place in a row.
  let feature: Int
  let ranking: TreeFeature

  /// The features that splits of the layout ask for.
  static func all(_ layout: ColumnLayout, _ memory: KernelMemory) -> [RankedFeature] {
    var columns = unsafe [[TreeColumn]](repeating: [], count: layout.cuts.count)
    for (key, number) in layout.columns.sorted(by: { $0.value < $1.value }) {
      unsafe columns[Int(key.feature)].append(column(key, number, layout.cuts[Int(key.feature)]))
    }
    for entry in layout.classColumns { unsafe columns[entry.feature].append(column(entry, memory)) }
    return layout.cuts.indices.filter { unsafe !columns[$0].isEmpty }.map { feature in
      unsafe RankedFeature(feature: feature, ranking: ranking(layout.cuts[feature], columns[feature], memory))
    }
  }

  private static func offset(_ number: Int) -> UInt32 { UInt32(number * TREE_GROUP_PIXELS) }

  private static func column(_ key: ColumnLayout.Key, _ number: Int, _ cuts: [Float]) -> TreeColumn {
    var column = unsafe TreeColumn()
    unsafe column.offset = offset(number)
    unsafe column.base = UInt32(key.base)
    switch key.missing {
    case .left, .zeroLeft: unsafe column.missing = 0
    case .right, .zeroRight: unsafe column.missing = 255
    case .asZero: unsafe column.missing = UInt8(min(max(cuts.count { $0 <= 0 } - key.base, 0), 255))
    }
    unsafe column.zero_is_missing = key.missing == .zeroLeft || key.missing == .zeroRight ? 1 : 0
    return unsafe column
  }

  private static func column(_ entry: ColumnLayout.ClassColumn, _ memory: KernelMemory) -> TreeColumn {
    var column = unsafe TreeColumn()
    unsafe column.offset = offset(entry.number)
    unsafe column.missing = 255
    unsafe column.classes = memory.copy(entry.classes)
    unsafe column.class_count = UInt32(entry.classes.count)
    unsafe column.truncates_to_zero = entry.truncatesToZero ? 1 : 0
    return unsafe column
  }

  /// Buckets of equal width over the finite cuts, about four for each.
  private static func ranking(_ cuts: [Float], _ columns: [TreeColumn], _ memory: KernelMemory) -> TreeFeature {
    let finite = cuts.filter(\.isFinite)
    let lowest = finite.first ?? 0
    var count = 16
    while count < 4 * cuts.count, count < 65_536 { count *= 2 }
    var scale = Float(count - 1) / ((finite.last ?? 0) - lowest)
    if !scale.isFinite { scale = 0 }
    // How many cuts lie in each bucket; the kernels find a value's bucket by the same arithmetic.
    var sizes = [UInt32](repeating: 0, count: count)
    for cut in cuts where !cut.isNaN {
      let place = (cut - lowest) * scale
      sizes[place > 0 ? (place < Float(count - 1) ? Int(place) : count - 1) : 0] += 1
    }
    var starts: [UInt32] = []
    starts.reserveCapacity(count)
    var sum: UInt32 = 0
    for size in sizes {
      starts.append(sum)
      sum += size
    }
    // Steps of step, step / 2 ... 1 count up to 2 * step - 1 cuts of a bucket.
    let largest = sizes.max() ?? 0
    var step: UInt32 = largest > 0 ? 1 : 0
    while step > 0, 2 * step - 1 < largest { step *= 2 }
    let padding = [Float](repeating: .nan, count: Int(2 * step))
    return unsafe TreeFeature(
      cuts: memory.copy(cuts + padding), starts: memory.copy(starts), lowest: lowest, scale: scale,
      bucket_count: UInt32(count), step: step, columns: memory.copy(columns), column_count: UInt32(columns.count))
  }
}
