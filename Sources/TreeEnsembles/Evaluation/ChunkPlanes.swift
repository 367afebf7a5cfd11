internal import CTreeKernels

/// The planes of one chunk of pixels, for as long as the caller's spans are lent; ``FeaturePlan/check(_:computed:bands:)`` has
/// proved that they are long enough.
@unsafe struct ChunkPlanes {
  let computed: UnsafePointer<Float>?
  let bands: UnsafePointer<UInt16>?
  let stride: Int
  let start: Int
  let count: Int

  /// Groups of 64 pixels, as many as the kernels take at a time.
  var groupCount: Int {
    let together = TREE_GROUP_PIXELS * TREE_GROUPS_SIDE_BY_SIDE
    return unsafe (count + together - 1) / together * TREE_GROUPS_SIDE_BY_SIDE
  }

  func values(_ plane: Int) -> UnsafePointer<Float>? { unsafe computed.map { unsafe $0 + plane * stride + start } }

  func codes(_ plane: Int) -> UnsafePointer<UInt16>? { unsafe bands.map { unsafe $0 + plane * stride + start } }
}

extension EnsembleProgram {
  /// Writes the ranks of a chunk's pixels.
  func rank(
    _ plan: FeaturePlan, _ planes: ChunkPlanes, _ instructionSet: InstructionSet,
    into ranks: UnsafeMutablePointer<UInt8>
  ) {
    let groupBytes = columnCount * TREE_GROUP_PIXELS
    for (feature, source) in zip(features, plan.sources) {
      unsafe withUnsafePointer(to: feature.ranking) { ranking in
        switch source {
        case .computed(let plane):
          guard let values = unsafe planes.values(plane) else { return }
          unsafe tree_rank_values(instructionSet.code, ranking, values, planes.count, ranks, groupBytes)
        case .ranks(let plane, let tables):
          guard let codes = unsafe planes.codes(plane) else { return }
          unsafe tree_rank_codes(ranking, tables, codes, planes.count, ranks, groupBytes)
        case .values: return
        }
      }
    }
  }
}

extension RankedFeature {
  /// `[columns][values.count]`: the rank of each value in each column; `values.count` is a multiple of 64.
  func tables(of values: [Float], _ instructionSet: InstructionSet) -> [UInt8] {
    let group = TREE_GROUP_PIXELS
    // The same columns side by side in a group of their own.
    var columns = unsafe (0..<Int(ranking.column_count)).map { unsafe ranking.columns[$0] }
    let columnCount = unsafe columns.count
    for index in 0..<columnCount { unsafe columns[index].offset = UInt32(index * group) }
    var tables = [UInt8](repeating: 0, count: columnCount * values.count)
    var ranks = [UInt8](repeating: 0, count: columnCount * group)
    unsafe columns.withUnsafeBufferPointer { own in
      var ranking = unsafe ranking
      unsafe ranking.columns = own.baseAddress
      for start in stride(from: 0, to: values.count, by: group) {
        unsafe values.withUnsafeBufferPointer { values in
          guard let base = values.baseAddress else { return }
          unsafe tree_rank_values(instructionSet.code, &ranking, base + start, group, &ranks, ranks.count)
        }
        for column in 0..<columnCount {
          for pixel in 0..<group { tables[column * values.count + start + pixel] = ranks[column * group + pixel] }
        }
      }
    }
    return tables
  }
}
