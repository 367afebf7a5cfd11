/// The runs of equal pixels in each row of a class map, and which of them are connected.
///
/// Runs are numbered row by row. A row's first run starts at its first pixel with data; a run may be one of no data.
// Safe: it owns its memory until it goes: an offset for each row and one more, a start and a label for each run, and numbers of
// runs come from these offsets alone.
// Sendable: threads that work on it at once write different rows; it is not changed once it is labelled.
@safe final class RunTable: @unchecked Sendable {
  let width: Int
  let height: Int
  /// Runs in all.
  let count: Int
  /// First column of each run.
  let starts: UnsafeMutablePointer<UInt32>
  /// Number of the first run of each row, and the count at the end.
  let rowOffsets: UnsafeMutablePointer<UInt32>
  /// The 4-connected component of each run, from 1 in the order of their first pixels; 0 is no data. Valid once labelled.
  let labels: UnsafeMutablePointer<UInt32>
  /// Components found; valid once labelled.
  private(set) var componentCount = 0

  /// The bytes that it holds.
  var heldBytes: Int { MemoryLayout<UInt32>.stride * (2 * count + height + 1) }

  /// The runs of a map, by its edges, which must all be there still.
  ///
  /// Throws `limitExceeded` where there is no memory for them, or both would be more than so many bytes.
  init(_ boundary: BoundaryMap, threads: Int, mostBytes: Int = .max) throws(VectorError) {
    width = boundary.width
    height = boundary.height
    var total: UInt32 = 0
    let counts = (0..<boundary.height).map { row in
      let count = UInt32(Self.runCount(boundary, row))
      total += count
      return count
    }
    count = Int(total)
    guard boundary.heldBytes + MemoryLayout<UInt32>.stride * (2 * count + height + 1) <= mostBytes else {
      throw .noMemory
    }
    unsafe starts = try VectorMemory.take(UInt32.self, 2 * count + boundary.height + 1)
    unsafe (labels, rowOffsets) = (starts + count, starts + 2 * count)
    var first: UInt32 = 0
    for row in 0..<boundary.height {
      unsafe rowOffsets[row] = first
      first += counts[row]
    }
    unsafe rowOffsets[boundary.height] = total
    let bands = ParallelWork.bands(of: height, threads: threads)
    ParallelWork.run(parts: bands.count, threads: threads) { band in
      for row in bands[band] { self.fill(boundary, row) }
    }
  }

  deinit {
    // One piece for all three.
    unsafe VectorMemory.giveBack(starts)
  }

  /// Changes in a row, less the one at its right end.
  private static func runCount(_ boundary: BoundaryMap, _ row: Int) -> Int {
    let words = unsafe boundary.south + row * boundary.stride
    var number = 0
    for word in 0..<boundary.stride { number += unsafe words[word].nonzeroBitCount }
    let end = boundary.width
    return number - Int(unsafe words[end >> 6] >> UInt64(end & 63) & 1)
  }

  private func fill(_ boundary: BoundaryMap, _ row: Int) {
    let words = unsafe boundary.south + row * boundary.stride
    var next = Int(unsafe rowOffsets[row])
    for word in 0..<boundary.stride {
      var bits = unsafe words[word]
      while bits != 0 {
        let column = word << 6 + bits.trailingZeroBitCount
        bits &= bits - 1
        if column == width { return }
        unsafe starts[next] = UInt32(column)
        next += 1
      }
    }
  }

  /// Column behind the last pixel of a run of a row that ends with run `end - 1`.
  @inline(__always)
  func endColumn(_ run: Int, _ end: Int) -> UInt32 {
    unsafe run + 1 < end ? starts[run + 1] : UInt32(truncatingIfNeeded: width)
  }

  /// Numbers the components; throws `CancellationError`, or `limitExceeded` for more than 2^30 of them.
  func label<Value: ClassValue>(_ raster: ClassRaster<Value>, isCancelled: () -> Bool) throws {
    for run in 0..<count { unsafe labels[run] = UInt32(truncatingIfNeeded: run) }
    for row in 1..<max(height, 1) {
      if row & 15 == 0, isCancelled() { throw CancellationError() }
      unsafe join(raster.row(row - 1), raster.row(row), raster.noData, row)
    }
    try number(raster)
  }

  @unsafe private func join<Value: ClassValue>(
    _ above: UnsafePointer<Value>, _ below: UnsafePointer<Value>, _ noData: Value, _ row: Int
  ) {
    var (upper, upperEnd) = unsafe (Int(rowOffsets[row - 1]), Int(rowOffsets[row]))
    var (lower, lowerEnd) = unsafe (upperEnd, Int(rowOffsets[row + 1]))
    while upper < upperEnd, lower < lowerEnd {
      let (upperStart, lowerStart) = unsafe (starts[upper], starts[lower])
      let (upperStop, lowerStop) = (endColumn(upper, upperEnd), endColumn(lower, lowerEnd))
      if max(upperStart, lowerStart) < min(upperStop, lowerStop) {
        let value = unsafe below[Int(lowerStart)]
        if value != noData, unsafe above[Int(upperStart)] == value { unite(UInt32(upper), UInt32(lower)) }
      }
      if upperStop <= lowerStop { upper += 1 }
      if lowerStop <= upperStop { lower += 1 }
    }
  }

  @inline(__always)
  private func root(_ run: UInt32) -> UInt32 {
    var current = run
    while true {
      let parent = unsafe labels[Int(current)]
      if parent == current { return current }
      let grandparent = unsafe labels[Int(parent)]
      unsafe labels[Int(current)] = grandparent
      current = grandparent
    }
  }

  /// The smaller number is the root, so that every run's root comes before it.
  @inline(__always)
  private func unite(_ first: UInt32, _ second: UInt32) {
    let one = root(first)
    let other = root(second)
    if one < other {
      unsafe labels[Int(other)] = one
    } else if other < one {
      unsafe labels[Int(one)] = other
    }
  }

  /// Roots become numbers in their order; other runs look at what they point to, which is already a number.
  private func number<Value: ClassValue>(_ raster: ClassRaster<Value>) throws(VectorError) {
    var next: UInt32 = 0
    for row in 0..<height {
      let pixels = unsafe raster.row(row)
      for run in Int(unsafe rowOffsets[row])..<Int(unsafe rowOffsets[row + 1]) {
        let parent = Int(unsafe labels[run])
        if unsafe pixels[Int(starts[run])] == raster.noData {
          unsafe labels[run] = 0
        } else if parent == run {
          next += 1
          unsafe labels[run] = next
        } else {
          unsafe labels[run] = labels[parent]
        }
      }
    }
    guard next < 1 << 30 else { throw VectorError(.limitExceeded, "The class map has more than 2^30 areas.") }
    componentCount = Int(next)
  }

  /// The value of each component of the map that was labelled; at 0 stands no data.
  func values<Value: ClassValue>(of raster: ClassRaster<Value>) -> [Value] {
    var values = [Value](repeating: raster.noData, count: componentCount + 1)
    for row in 0..<height {
      let pixels = unsafe raster.row(row)
      for run in Int(unsafe rowOffsets[row])..<Int(unsafe rowOffsets[row + 1]) {
        values[Int(unsafe labels[run])] = unsafe pixels[Int(starts[run])]
      }
    }
    return values
  }
}

/// Finds the components of pixels that are asked for from left to right within a row.
// Safe: it reads the memory of the table, which it keeps, by rows that it has checked and by the runs of such a row.
@safe struct RunCursor {
  private let table: RunTable
  private var row = -1
  private var run = 0
  private var end = 0

  init(_ table: RunTable) { self.table = table }

  /// The component of a pixel, 0 outside the map; within a row, columns must not go back by more than one.
  @inline(__always)
  mutating func label(column: Int, row: Int) -> UInt32 {
    guard column >= 0, row >= 0, column < table.width, row < table.height else { return 0 }
    if row != self.row { enter(row) }
    while run < end, unsafe Int(table.starts[run]) <= column { run += 1 }
    var found = run - 1
    if found >= 0, unsafe Int(table.starts[found]) > column { found -= 1 }
    return unsafe found < Int(table.rowOffsets[row]) ? 0 : table.labels[found]
  }

  private mutating func enter(_ row: Int) {
    self.row = row
    run = Int(unsafe table.rowOffsets[row])
    end = Int(unsafe table.rowOffsets[row + 1])
  }
}
