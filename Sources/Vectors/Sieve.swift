/// Removes small areas from a class map, as GDAL's sieve filter does with 4-connected areas and a mask.
public enum Sieve {
  /// Gives the pixels of areas of fewer than `threshold` pixels the class of their largest neighbour, in place.
  ///
  /// Areas are 4-connected; a small area whose largest neighbour is small as well takes what that one's largest neighbour
  /// leads to. Sizes are those before anything is merged, and the first neighbour met (row by row, upwards before
  /// leftwards) wins among equals. No data neither merges nor is merged. A threshold below 2 changes nothing.
  ///
  /// The result equals `GDALSieveFilter` to the pixel: it looks at the same pairs of areas in the same order.
  ///
  /// - Parameter mostBytes: the most memory to hold: 8 bytes for each run of equal pixels in a row and 13 for each area, which
  ///   are counted before the memory is taken.
  /// - Throws: ``VectorError`` where that is not enough, or `CancellationError` soon after `isCancelled` says so.
  @specialized(where Value == UInt8)
  @specialized(where Value == UInt16)
  public static func filter<Value: ClassValue>(
    _ pixels: UnsafeMutableBufferPointer<Value>, width: Int, height: Int, noData: Value, threshold: Int,
    mostBytes: Int = .max, threads: Int = 2, isCancelled: () -> Bool = { false }
  ) throws {
    let raster = try unsafe ClassRaster(
      UnsafeBufferPointer(pixels), width: width, height: height, noData: noData)
    guard threshold >= 2 else { return }
    let table = try RunTable(BoundaryMap(raster, threads: threads), threads: threads, mostBytes: mostBytes)
    try table.label(raster, isCancelled: isCancelled)
    let bytesOfArea = AreaNeighbours.bytesOfArea + MemoryLayout<Value>.stride
    guard table.heldBytes + table.componentCount * bytesOfArea <= mostBytes else { throw VectorError.noMemory }
    var neighbours = AreaNeighbours(table)
    neighbours.find(isCancelled: isCancelled)
    if isCancelled() { throw CancellationError() }
    neighbours.follow(threshold: threshold)
    let values = table.values(of: raster)
    for row in 0..<height {
      if row & 15 == 0, isCancelled() { throw CancellationError() }
      guard let base = pixels.baseAddress else { return }
      unsafe neighbours.repaint(table, row, base + row * width, values)
    }
  }
}

/// Every area's largest neighbour.
// Safe: it reads the memory of the table, which it keeps, by rows 0..<height and by the runs between two of their offsets.
@safe private struct AreaNeighbours {
  private let table: RunTable
  private var sizes: [UInt32]
  /// The largest neighbour of each area, 0 for none; later the area whose class it takes.
  private var targets: [UInt32]

  /// Sizes, targets and states, and the chain of the longest way.
  static let bytesOfArea = 3 * MemoryLayout<UInt32>.stride + MemoryLayout<UInt8>.stride

  init(_ table: RunTable) {
    self.table = table
    sizes = [UInt32](repeating: 0, count: table.componentCount + 1)
    targets = sizes
    for row in 0..<table.height {
      let end = Int(unsafe table.rowOffsets[row + 1])
      for run in Int(unsafe table.rowOffsets[row])..<end {
        sizes[Int(unsafe table.labels[run])] += table.endColumn(run, end) - (unsafe table.starts[run])
      }
    }
  }

  /// Meets every pair of neighbouring areas in the order of their pixels.
  mutating func find(isCancelled: () -> Bool) {
    for row in 0..<table.height {
      if row & 15 == 0, isCancelled() { return }
      find(row)
    }
  }

  /// For each run: what lies above its first pixel, what lies left of it, what lies above the rest.
  private mutating func find(_ row: Int) {
    var upper = row > 0 ? Int(unsafe table.rowOffsets[row - 1]) : 0
    let upperEnd = row > 0 ? Int(unsafe table.rowOffsets[row]) : 0
    let (first, end) = unsafe (Int(table.rowOffsets[row]), Int(table.rowOffsets[row + 1]))
    for run in first..<end {
      let own = unsafe table.labels[run]
      let (start, stop) = (unsafe table.starts[run], table.endColumn(run, end))
      while upper < upperEnd, table.endColumn(upper, upperEnd) <= start { upper += 1 }
      if upper < upperEnd, unsafe table.starts[upper] <= start { meet(own, unsafe table.labels[upper]) }
      if run > first { meet(own, unsafe table.labels[run - 1]) }
      while upper < upperEnd, unsafe table.starts[upper] < stop {
        meet(own, unsafe table.labels[upper])
        if table.endColumn(upper, upperEnd) > stop { break }
        upper += 1
      }
    }
  }

  @inline(__always)
  private mutating func meet(_ first: UInt32, _ second: UInt32) {
    if first == second || first == 0 || second == 0 { return }
    offer(second, to: first)
    offer(first, to: second)
  }

  @inline(__always)
  private mutating func offer(_ area: UInt32, to other: UInt32) {
    let known = targets[Int(other)]
    if known == 0 || sizes[Int(known)] < sizes[Int(area)] { targets[Int(other)] = area }
  }

  /// Follows small areas to the first large one; where a chain ends or runs in a circle, its areas stay.
  mutating func follow(threshold: Int) {
    let smallest = UInt32(clamping: threshold)
    // 0: not looked at, 1: on the chain being followed, 2: settled.
    var states = [UInt8](repeating: 0, count: sizes.count)
    var chain: [UInt32] = []
    for area in 1..<max(sizes.count, 1) where sizes[area] < smallest && states[area] == 0 {
      var current = UInt32(area)
      var found: UInt32 = 0
      chain.removeAll(keepingCapacity: true)
      while true {
        if current == 0 { break }
        if sizes[Int(current)] >= smallest {
          found = current
          break
        }
        if states[Int(current)] == 2 {
          found = targets[Int(current)]
          break
        }
        if states[Int(current)] == 1 { break }
        states[Int(current)] = 1
        chain.append(current)
        current = targets[Int(current)]
      }
      for link in chain {
        targets[Int(link)] = found
        states[Int(link)] = 2
      }
    }
    for area in sizes.indices where sizes[area] >= smallest { targets[area] = 0 }
  }

  @unsafe func repaint<Value: ClassValue>(
    _ table: RunTable, _ row: Int, _ pixels: UnsafeMutablePointer<Value>, _ values: [Value]
  ) {
    let end = Int(unsafe table.rowOffsets[row + 1])
    for run in Int(unsafe table.rowOffsets[row])..<end {
      let target = targets[Int(unsafe table.labels[run])]
      if target == 0 { continue }
      let start = Int(unsafe table.starts[run])
      let stop = Int(table.endColumn(run, end))
      unsafe (pixels + start).update(repeating: values[Int(target)], count: stop - start)
    }
  }
}
