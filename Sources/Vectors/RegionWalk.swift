/// A walk in depth over the areas of a class map, from outside of it, that finds what each area cuts off.
///
/// Regions are the areas of the map, by their numbers, and behind them each run of no data by itself. No data before the
/// first run of a row is part of the outside.
// Safe: it reads the memory of the table, which it keeps, by rows 0..<height, by the runs of such a row, and by the places of
// its own arrays, which are numbers of runs.
@safe struct RegionWalk {
  private let table: RunTable
  /// The row and the region of each run.
  private var rows: [Int32]
  private var regions: [Int32]
  /// Runs by region, and where a region's begin.
  private var members: [Int32]
  private var offsets: [Int]
  /// Whether a region touches the map's border, and so the outside.
  private var isBorder: [Bool]
  /// Area of each region; once it is finished, with all that was found from it.
  private var areas: [Double]
  /// When a region was found, from 1; 0 for not yet. The outside was found at 0.
  private var found: [Int32]
  /// The earliest region that a region or what was found from it touches.
  private var lowest: [Int32]
  /// Regions in the order in which they were found.
  private var order: [Int32] = []
  /// How many regions were found from a region, with itself; by place in ``order``.
  private var sizes: [Int32]
  /// The region that fills what was found from a region, or -1; by place in ``order``.
  private var fillers: [Int32]
  /// Holes that are filled, of nested ones the outermost.
  private(set) var holes = 0

  /// Throws `limitExceeded` for more than `maximumRuns`, for each of which some 50 bytes are held, or `CancellationError`.
  init(_ table: RunTable, _ pixelAreas: any PixelAreas, maximumRuns: Int, isCancelled: () -> Bool) throws {
    guard table.count <= min(maximumRuns, Int(Int32.max) / 2) else {
      throw VectorError(
        .limitExceeded,
        "The class map changes too often (more than \(maximumRuns) times) to look for holes; ask for a sieve.")
    }
    self.table = table
    rows = [Int32](repeating: 0, count: table.count)
    regions = rows
    var count = Int32(table.componentCount) + 1
    for row in 0..<table.height {
      for run in Self.runs(table, row) {
        rows[run] = Int32(row)
        let label = unsafe table.labels[run]
        regions[run] = label == 0 ? count : Int32(label)
        if label == 0 { count += 1 }
      }
    }
    (found, isBorder) = ([Int32](repeating: 0, count: Int(count)), [Bool](repeating: false, count: Int(count)))
    (lowest, sizes, fillers) = (found, found, [Int32](repeating: -1, count: Int(count)))
    areas = [Double](repeating: 0, count: Int(count))
    (offsets, members) = Self.grouped(regions, count: Int(count))
    try measure(pixelAreas, isCancelled)
  }

  private static func runs(_ table: RunTable, _ row: Int) -> Range<Int> {
    Int(unsafe table.rowOffsets[row])..<Int(unsafe table.rowOffsets[row + 1])
  }

  /// The runs of a row.
  func runs(of row: Int) -> Range<Int> { Self.runs(table, row) }

  /// The columns of a run.
  func columns(of run: Int, row: Int) -> Range<Int> {
    Int(unsafe table.starts[run])..<Int(table.endColumn(run, runs(of: row).upperBound))
  }

  /// The region of a run.
  func region(of run: Int) -> Int { Int(regions[run]) }

  /// A counting sort of the runs by their regions.
  private static func grouped(_ regions: [Int32], count: Int) -> (offsets: [Int], members: [Int32]) {
    var offsets = [Int](repeating: 0, count: count + 1)
    for region in regions { offsets[Int(region) + 1] += 1 }
    for region in 0..<count { offsets[region + 1] += offsets[region] }
    var members = [Int32](repeating: 0, count: regions.count)
    var next = offsets
    for run in regions.indices {
      members[next[Int(regions[run])]] = Int32(run)
      next[Int(regions[run])] += 1
    }
    return (offsets, members)
  }

  /// Sums up the areas, and marks what touches the map's border.
  private mutating func measure(_ pixelAreas: any PixelAreas, _ isCancelled: () -> Bool) throws {
    var sums = [Double](repeating: 0, count: table.width + 1)
    for row in 0..<table.height {
      if row & 15 == 0, isCancelled() { throw CancellationError() }
      pixelAreas.fill(&sums, row: row)
      let runs = runs(of: row)
      // What lies left of a row's first run is outside; above and below the map everything is.
      let gap = max(gap(row - 1), gap(row + 1))
      for run in runs {
        let columns = columns(of: run, row: row)
        areas[region(of: run)] += sums[columns.upperBound] - sums[columns.lowerBound]
        let isOuter = run == runs.lowerBound || run == runs.upperBound - 1
        if isOuter || columns.lowerBound <= gap { isBorder[region(of: run)] = true }
      }
    }
  }

  /// How many columns at the left of a row belong to no run, and to the outside; -1 for none.
  private func gap(_ row: Int) -> Int {
    guard 0..<table.height ~= row else { return table.width }
    let runs = runs(of: row)
    if runs.isEmpty { return table.width }
    let first = unsafe Int(table.starts[runs.lowerBound])
    return first == 0 ? -1 : first
  }

  /// For each region the one whose class it takes, or -1.
  mutating func fillers(smallerThan area: Double, isCancelled: () -> Bool) throws -> [Int32] {
    for region in isBorder.indices where isBorder[region] && found[region] == 0 {
      try walk(from: region, smallerThan: area, isCancelled)
    }
    return outermost()
  }

  /// A region on the way, and where its neighbours are looked for.
  private struct Step {
    let region: Int
    /// Place in `members`.
    var member: Int
    /// 0: the runs beside, 1: the row above, 2: the row below.
    var side = 0
    /// The next run to look at on that side; nil before the first.
    var neighbour: Int?
  }

  private mutating func find(_ region: Int) -> Step {
    order.append(Int32(region))
    found[region] = Int32(order.count)
    lowest[region] = isBorder[region] ? 0 : Int32(order.count)
    return Step(region: region, member: offsets[region])
  }

  private mutating func walk(from start: Int, smallerThan area: Double, _ isCancelled: () -> Bool) throws {
    var path = [find(start)]
    var visits = 0
    while let last = path.indices.last {
      visits += 1
      if visits & 65_535 == 0, isCancelled() { throw CancellationError() }
      let region = path[last].region
      guard let neighbour = nextNeighbour(&path[last]) else {
        path.removeLast()
        finish(region, from: path.last?.region, smallerThan: area)
        continue
      }
      if found[neighbour] == 0 {
        path.append(find(neighbour))
      } else {
        lowest[region] = min(lowest[region], found[neighbour])
      }
    }
  }

  /// A region of which all neighbours are known; `parent` is what it was found from, nil for the outside.
  private mutating func finish(_ region: Int, from parent: Int?, smallerThan area: Double) {
    let place = Int(found[region]) - 1
    sizes[place] = Int32(order.count - place)
    guard let parent else { return }
    let isClass = parent <= table.componentCount
    if isClass, lowest[region] >= found[parent], areas[region] < area { fillers[place] = Int32(parent) }
    lowest[parent] = min(lowest[parent], lowest[region])
    areas[parent] += areas[region]
  }

  /// The next region that touches the one of the step, also diagonally; nil after the last.
  private func nextNeighbour(_ step: inout Step) -> Int? {
    while step.member < offsets[step.region + 1] {
      while let run = nextRun(&step) {
        let region = region(of: run)
        if region != step.region { return region }
      }
      step.neighbour = nil
      step.side += 1
      if step.side > 2 {
        step.side = 0
        step.member += 1
      }
    }
    return nil
  }

  /// The next run on the step's side of its run.
  private func nextRun(_ step: inout Step) -> Int? {
    let run = Int(members[step.member])
    let row = Int(rows[run])
    let other = step.side == 0 ? row : step.side == 1 ? row - 1 : row + 1
    guard 0..<table.height ~= other else { return nil }
    let columns = columns(of: run, row: row)
    let next = step.neighbour ?? self.run(in: other, at: max(columns.lowerBound - 1, 0))
    guard next < runs(of: other).upperBound, unsafe Int(table.starts[next]) <= columns.upperBound else { return nil }
    step.neighbour = next + 1
    return next
  }

  /// The run of a row that holds a column; the first where the column lies left of all.
  private func run(in row: Int, at column: Int) -> Int {
    let runs = runs(of: row)
    return max(runs.partitioningIndex { unsafe Int(table.starts[$0]) > column } - 1, runs.lowerBound)
  }

  /// What fills each region: what is found from a region that is filled goes the same way.
  private mutating func outermost() -> [Int32] {
    var result = [Int32](repeating: -1, count: found.count)
    var end = 0
    var filler: Int32 = -1
    for place in order.indices {
      if place >= end {
        filler = fillers[place]
        if filler >= 0 {
          end = place + Int(sizes[place])
          holes += 1
        }
      }
      result[Int(order[place])] = filler
    }
    return result
  }
}
