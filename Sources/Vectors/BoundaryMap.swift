/// The edges between pixels of different values, as bits, and the corners where more than two of them meet.
///
/// Corners are numbered by column 0...width and row 0...height; what lies outside the map is no data. Bit `column` of row
/// `row` in `east` is the edge from that corner to the next one eastwards, in `south` the one southwards. Walking takes
/// edges away; what is left is what nobody has walked yet.
// Safe: it owns its memory until it goes, `stride` words for each of the rows 0...height, and every bit that is touched is that
// of a corner of the map.
// Sendable: threads that work on it at once touch different rows, or only one of them changes it.
@safe final class BoundaryMap: @unchecked Sendable {
  let width: Int
  let height: Int
  /// Words of 64 corners a row.
  let stride: Int
  let east: UnsafeMutablePointer<UInt64>
  let south: UnsafeMutablePointer<UInt64>
  let node: UnsafeMutablePointer<UInt64>
  /// Corners with exactly two edges that do not run straight on.
  private(set) var turnCount = 0
  /// Edges at nodes, counted at each of their ends.
  private(set) var nodeEdgeCount = 0

  /// Corners of all lines, those at a node once for each line that ends there: half as many lines at most.
  var cornerCount: Int { turnCount + nodeEdgeCount }

  /// The bytes that it holds.
  var heldBytes: Int { MemoryLayout<UInt64>.stride * 3 * stride * (height + 1) }

  /// Throws `limitExceeded` where there is no memory for the edges.
  init<Value: ClassValue>(_ raster: ClassRaster<Value>, threads: Int) throws(VectorError) {
    width = raster.width
    height = raster.height
    stride = (raster.width >> 6) + 1
    let count = stride * (raster.height + 1)
    unsafe east = try VectorMemory.take(UInt64.self, 3 * count)
    unsafe (south, node) = (east + count, east + 2 * count)
    findEdges(raster, threads)
    findNodes(threads)
  }

  deinit {
    // One piece for all three.
    unsafe VectorMemory.giveBack(east)
  }

  private func findEdges<Value: ClassValue>(_ raster: ClassRaster<Value>, _ threads: Int) {
    let bands = ParallelWork.bands(of: height + 1, threads: threads)
    ParallelWork.run(parts: bands.count, threads: threads) { band in
      let outside = [Value](repeating: raster.noData, count: raster.width)
      unsafe outside.withUnsafeBufferPointer { blank in
        guard let blank = blank.baseAddress else { return }
        for row in bands[band] {
          let above = unsafe row > 0 ? raster.row(row - 1) : blank
          let below = unsafe row < raster.height ? raster.row(row) : blank
          unsafe self.findEdges(row, above, below, raster.noData)
        }
      }
    }
  }

  @unsafe private func findEdges<Value: ClassValue>(
    _ row: Int, _ above: UnsafePointer<Value>, _ below: UnsafePointer<Value>, _ noData: Value
  ) {
    var carry: UInt64 = unsafe below[0] != noData ? 1 : 0
    for word in 0..<stride {
      let column = word << 6
      let count = min(64, width - column)
      unsafe east[row * stride + word] =
        count > 0 ? ChangeMask.differences(above + column, below + column, count: count) : 0
      // Bit i: whether the pixels i and i + 1 of the word differ, that is the edge at corner i + 1.
      var changes: UInt64 = 0
      let pairs = min(64, width - 1 - column)
      if pairs > 0 { changes = unsafe ChangeMask.differences(below + column, below + column + 1, count: pairs) }
      let last = width - 1 - column
      if last >= 0, last < 64, unsafe below[width - 1] != noData { changes |= 1 << UInt64(last) }
      unsafe south[row * stride + word] = changes << 1 | carry
      carry = changes >> 63
    }
  }

  private struct Count: Sendable {
    var turns = 0
    var edges = 0
  }

  private func findNodes(_ threads: Int) {
    let bands = ParallelWork.bands(of: height + 1, threads: threads)
    let counts = ParallelWork.map(parts: bands.count, threads: threads) { band in
      var count = Count()
      for row in bands[band] { self.findNodes(row, &count) }
      return count
    }
    turnCount = counts.reduce(0) { $0 + $1.turns }
    nodeEdgeCount = counts.reduce(0) { $0 + $1.edges }
  }

  private func findNodes(_ row: Int, _ count: inout Count) {
    var carry: UInt64 = 0
    for word in (row * stride)..<((row + 1) * stride) {
      let toEast = unsafe east[word]
      let toSouth = unsafe south[word]
      let toNorth = unsafe row > 0 ? south[word - stride] : 0
      let toWest = toEast << 1 | carry
      carry = toEast >> 63
      let nodes = (toEast & toWest & (toSouth | toNorth)) | (toSouth & toNorth & (toEast | toWest))
      unsafe node[word] = nodes
      count.turns += ((toEast ^ toWest) & (toSouth ^ toNorth) & ~nodes).nonzeroBitCount
      if nodes == 0 { continue }
      count.edges += (toEast & nodes).nonzeroBitCount + (toWest & nodes).nonzeroBitCount
      count.edges += (toSouth & nodes).nonzeroBitCount + (toNorth & nodes).nonzeroBitCount
    }
  }
}
