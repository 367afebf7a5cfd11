/// A corner of the pixel grid on a ring.
struct GridCorner: Hashable {
  var column: Int32
  var row: Int32
  /// Whether the ring turns here or the component on its other side changes; other corners are steps on a straight run.
  var isNode: Bool
}

/// Walks the pixel edges around the components of a label map.
///
/// A ring has its component on the right (clockwise as seen with row 0 on top; holes the other way) and each bounds one
/// 4-connected piece of what is not the component. So no ring meets itself: where pixels touch only at a corner the
/// walk keeps to the foreign pixel on its left, and a hole may touch the outer ring in single points, which is valid.
struct RingTracer {
  private let labels: ComponentLabels
  /// Where each ring starts: the left end of the top edge of a pixel; grouped by component, the outer ring first.
  private var starts: [Int] = []
  /// starts[offsets[n - 1]..<offsets[n]] belong to component n.
  private var offsets: [Int] = []

  init(_ labels: ComponentLabels, isCancelled: () -> Bool) throws {
    self.labels = labels
    try findStarts(isCancelled)
  }

  /// The rings of component `number` (from 1), each closed by its first corner being meant again after the last.
  func rings(of number: Int) -> [[GridCorner]] {
    starts[offsets[number - 1]..<offsets[number]].map { start in
      var ring: [GridCorner] = []
      walk(from: start) { corner, _ in ring.append(corner) }
      return ring
    }
  }

  /// One walk along every ring, so that each is found once, at its first top edge.
  private mutating func findStarts(_ isCancelled: () -> Bool) throws {
    let width = labels.width
    var visited = [Bool](repeating: false, count: labels.labels.count)
    var found: [(component: Int32, start: Int)] = []
    for row in 0..<labels.height {
      if row % 64 == 0, isCancelled() { throw CancellationError() }
      for index in (row * width)..<((row + 1) * width) where !visited[index] {
        let label = labels.labels[index]
        if label == 0 || (row > 0 && labels.labels[index - width] == label) { continue }
        found.append((label, index))
        walk(from: index) { _, topEdge in if let topEdge { visited[topEdge] = true } }
      }
    }
    group(found)
  }

  /// A counting sort by component, which keeps the order of the starts.
  private mutating func group(_ found: [(component: Int32, start: Int)]) {
    var counts = [Int](repeating: 0, count: labels.firstPixels.count + 1)
    for item in found { counts[Int(item.component)] += 1 }
    for index in counts.indices.dropFirst() { counts[index] += counts[index - 1] }
    offsets = counts
    starts = [Int](repeating: 0, count: found.count)
    var next = counts
    for item in found {
      starts[next[Int(item.component) - 1]] = item.start
      next[Int(item.component) - 1] += 1
    }
  }

  private func label(_ column: Int, _ row: Int) -> Int32 {
    guard column >= 0, row >= 0, column < labels.width, row < labels.height else { return 0 }
    return labels.labels[row * labels.width + column]
  }

  /// Visits the corners of a ring; `topEdge` is the pixel whose top edge leaves the corner eastwards, if one does.
  private func walk(from start: Int, _ visit: (_ corner: GridCorner, _ topEdge: Int?) -> Void) {
    let own = labels.labels[start]
    let (startColumn, startRow) = (start % labels.width, start / labels.width)
    var (column, row) = (startColumn, startRow)
    // The first corner is a node: its ring's leftmost top edge starts at a turn, or is passed straight.
    var (stepColumn, stepRow) = (1, 0)
    var isNode = isNodeAtStart(startColumn, startRow, own)
    repeat {
      visit(
        GridCorner(column: Int32(column), row: Int32(row), isNode: isNode),
        stepColumn == 1 ? row * labels.width + column : nil)
      column += stepColumn
      row += stepRow
      (stepColumn, stepRow, isNode) = turn(column, row, stepColumn, stepRow, own)
    } while !(column == startColumn && row == startRow && stepColumn == 1)
  }

  /// At the start the walk leaves eastwards; it came straight only when the pixel to the west is its own, too.
  private func isNodeAtStart(_ column: Int, _ row: Int, _ own: Int32) -> Bool {
    let behindRight = label(column - 1, row)
    let behindLeft = label(column - 1, row - 1)
    return behindRight != own || behindLeft != label(column, row - 1)
  }

  /// The next direction at a corner, arriving with the given step and `own` on the right.
  private func turn(
    _ column: Int, _ row: Int, _ stepColumn: Int, _ stepRow: Int, _ own: Int32
  ) -> (stepColumn: Int, stepRow: Int, isNode: Bool) {
    // The four pixels around the corner, ahead and behind, left and right of the walk (left of east is north).
    let (leftColumn, leftRow) = (stepRow, -stepColumn)
    func pixel(ahead: Int, left: Int) -> Int32 {
      let across = ahead * stepColumn + left * leftColumn
      let down = ahead * stepRow + left * leftRow
      return label(across > 0 ? column : column - 1, down > 0 ? row : row - 1)
    }
    let aheadLeft = pixel(ahead: 1, left: 1)
    if aheadLeft == own { return (leftColumn, leftRow, true) }
    if pixel(ahead: 1, left: -1) != own { return (-leftColumn, -leftRow, true) }
    return (stepColumn, stepRow, pixel(ahead: -1, left: 1) != aheadLeft)
  }
}
