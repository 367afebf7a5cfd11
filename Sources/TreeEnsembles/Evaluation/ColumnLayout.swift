internal import CTreeKernels

/// How the values of a model's features become columns of ranks.
///
/// A column holds, for one feature, how far a value's rank is above the column's base, in one byte. A feature has one
/// column for each 254 of its thresholds and for each way its splits treat missing values; features with categories have
/// columns that tell the categories apart as far as the splits do.
struct ColumnLayout {
  /// Thresholds that one column tells apart.
  static let span = 254
  /// How many columns of a feature a set is tried with: each try costs as much as the feature has categories.
  private static let tries = 4

  /// A column of a feature with thresholds.
  struct Key: Hashable {
    let feature: Int32
    let base: Int
    let missing: MissingRule
  }

  /// A column of a feature with categories.
  struct ClassColumn {
    let feature: Int
    let number: Int
    let truncatesToZero: Bool
    /// The class of each category.
    var classes: [UInt8]
    var classCount = 1
  }

  /// The distinct thresholds of each feature, sorted. NaN, which nothing reaches, is last.
  private(set) var cuts: [[Float]]
  private(set) var columns: [Key: Int] = [:]
  private(set) var classColumns: [ClassColumn] = []
  /// For each feature with categories its columns' places.
  private var classColumnsOfFeature: [Int: [Int]] = [:]
  /// For each set the column it looks at.
  private(set) var columnOfSet: [Int] = []
  /// For each set the classes that go left.
  private(set) var classesOfSet: [TreeRankSet] = []
  private(set) var columnCount = 0

  init(_ trees: [EnsembleTree], sets: [CategorySet], featureCount: Int) {
    cuts = [[Float]](repeating: [], count: featureCount)
    for tree in trees {
      for split in 0..<tree.splitCount where tree.set[split] < 0 {
        cuts[Int(tree.feature[split])].append(tree.threshold[split])
      }
    }
    for feature in cuts.indices { cuts[feature] = Self.distinct(cuts[feature]) }
    for tree in trees {
      for split in 0..<tree.splitCount where tree.set[split] < 0 { _ = place(tree, split) }
    }
    for set in sets { add(set) }
    for index in sets.indices { classesOfSet.append(leftClasses(of: sets[index], in: columnOfSet[index])) }
  }

  private static func distinct(_ values: [Float]) -> [Float] {
    // Both zeros are one threshold.
    let numbers = values.filter { !$0.isNaN }.map { $0 == 0 ? 0 : $0 }.sorted()
    var distinct: [Float] = []
    for value in numbers where value != distinct.last { distinct.append(value) }
    return numbers.count < values.count ? distinct + [.nan] : distinct
  }

  /// The column of a split with a threshold, and the rank from which values go right in it.
  struct Place {
    let column: Int
    let rightFrom: UInt8
  }

  /// The place of any split; the rank of one with a set means nothing.
  mutating func anyPlace(_ tree: EnsembleTree, _ split: Int) -> Place {
    let set = Int(tree.set[split])
    guard set >= 0 else { return place(tree, split) }
    return Place(column: classColumns[columnOfSet[set]].number, rightFrom: 0)
  }

  private mutating func place(_ tree: EnsembleTree, _ split: Int) -> Place {
    let feature = tree.feature[split]
    let rank = rank(of: tree.threshold[split], in: cuts[Int(feature)])
    let base = rank / Self.span * Self.span
    let key = Key(feature: feature, base: base, missing: tree.missing[split])
    if let column = columns[key] { return Place(column: column, rightFrom: UInt8(rank - base + 1)) }
    columns[key] = columnCount
    columnCount += 1
    return Place(column: columnCount - 1, rightFrom: UInt8(rank - base + 1))
  }

  /// The place of a threshold among the cuts of its feature.
  private func rank(of threshold: Float, in cuts: [Float]) -> Int {
    if threshold.isNaN { return cuts.count - 1 }
    var (low, high) = (0, cuts.count)
    while low < high {
      let middle = (low + high) / 2
      if cuts[middle] < threshold { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Finds a column of the set's feature that can tell its members too, or makes one.
  private mutating func add(_ set: CategorySet) {
    for index in classColumnsOfFeature[set.feature, default: []].suffix(Self.tries).reversed() {
      let column = classColumns[index]
      guard column.truncatesToZero == set.truncatesToZero, let refined = Self.refined(column, by: set)
      else { continue }
      classColumns[index] = refined
      columnOfSet.append(index)
      return
    }
    let empty = ClassColumn(
      feature: set.feature, number: columnCount, truncatesToZero: set.truncatesToZero, classes: [])
    columnCount += 1
    columnOfSet.append(classColumns.count)
    classColumnsOfFeature[set.feature, default: []].append(classColumns.count)
    classColumns.append(Self.refined(empty, by: set) ?? empty)
  }

  /// The column with classes that tell members of the set from others; nil where that takes too many.
  private static func refined(_ column: ClassColumn, by set: CategorySet) -> ClassColumn? {
    var refined = column
    let size = Int(set.members.last ?? -1) + 1
    if refined.classes.count < size {
      refined.classes += [UInt8](repeating: 0, count: size - refined.classes.count)
    }
    var sizes = [Int](repeating: 0, count: 256)
    for category in refined.classes { sizes[Int(category)] += 1 }
    for member in set.members { sizes[Int(refined.classes[Int(member)])] -= 1 }
    // Of a class with members and others, the members become a class of their own. Class 0 keeps what is in no set.
    var successor = [Int](repeating: -1, count: 256)
    for member in set.members {
      let old = Int(refined.classes[Int(member)])
      if old > 0, sizes[old] == 0 { continue }
      if successor[old] < 0 {
        guard refined.classCount < span else { return nil }
        successor[old] = refined.classCount
        refined.classCount += 1
      }
      refined.classes[Int(member)] = UInt8(successor[old])
    }
    return refined
  }

  private func leftClasses(of set: CategorySet, in column: Int) -> TreeRankSet {
    let column = classColumns[column]
    var isMember = [Bool](repeating: false, count: 256)
    for member in set.members { isMember[Int(column.classes[Int(member)])] = true }
    var goesLeft = isMember.map { $0 == set.membersGoLeft }
    goesLeft[255] = set.missingGoesLeft
    var result = TreeRankSet()
    unsafe withUnsafeMutableBytes(of: &result) { bytes in
      for rank in 0..<256 where goesLeft[rank] { unsafe bytes[rank / 8] |= 1 << UInt8(rank % 8) }
    }
    return result
  }
}
