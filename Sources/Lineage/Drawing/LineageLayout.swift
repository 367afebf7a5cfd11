/// Where the nodes of a lineage are drawn: what something was made of stands left of it.
struct LineageLayout {
  /// The columns from left to right, each from top to bottom; every node once, and what something was made of left of it, but
  /// for circles.
  let columns: [[Int]]

  private static let sweeps = 6

  init(_ graph: LineageGraph) {
    let numbers = Dictionary(uniqueKeysWithValues: graph.nodes.enumerated().map { ($1.id, $0) })
    let edges: [Arrow] = graph.edges.compactMap { edge in
      guard let made = numbers[edge.from], let source = numbers[edge.to], made != source else { return nil }
      return Arrow(source: source, made: made)
    }
    let column = Self.columns(edges, count: graph.nodes.count)
    var columns = [[Int]](repeating: [], count: (column.max() ?? 0) + 1)
    for node in graph.nodes.indices { columns[column[node]].append(node) }
    self.columns = Self.untangled(columns.filter { !$0.isEmpty }, edges).flatMap(Self.broken)
  }

  /// From how many nodes on a column is broken into several beside one another, and how many one of these has at least.
  private static let tallest = 32
  private static let fewest = 24

  /// A column that is too long to be looked at as several, which together are about twice as wide as they are high.
  private static func broken(_ column: [Int]) -> [[Int]] {
    guard column.count > tallest else { return [column] }
    let rows = max(fewest, Int(Double(2 * column.count).squareRoot()))
    return stride(from: 0, to: column.count, by: rows).map { Array(column[$0..<min($0 + rows, column.count)]) }
  }

  private struct Arrow {
    let source: Int
    let made: Int
  }

  /// The column of each node: one right of the rightmost of what it was made of, as far as there is no circle; what
  /// nothing in the graph was made before stands next to what was made of it.
  private static func columns(_ edges: [Arrow], count: Int) -> [Int] {
    let incoming = Dictionary(grouping: edges, by: \.made)
    var column = [Int?](repeating: nil, count: count)
    var isOpen = [Bool](repeating: false, count: count)
    func place(_ node: Int) -> Int {
      if let known = column[node] { return known }
      isOpen[node] = true
      var farthest = -1
      for edge in incoming[node] ?? [] where !isOpen[edge.source] { farthest = max(farthest, place(edge.source)) }
      isOpen[node] = false
      column[node] = farthest + 1
      return farthest + 1
    }
    // A walk is at most 33 steps long each way, and so is the recursion, but for circles that lead through the root.
    for node in 0..<count { _ = place(node) }
    var settled = column.map { $0 ?? 0 }
    let outgoing = Dictionary(grouping: edges, by: \.source)
    for node in 0..<count where incoming[node] == nil {
      guard let nearest = outgoing[node]?.map({ settled[$0.made] }).min() else { continue }
      settled[node] = max(0, nearest - 1)
    }
    return settled
  }

  /// The columns with their nodes in the order of the middle of what they are tied to, which crosses few lines.
  private static func untangled(_ columns: [[Int]], _ edges: [Arrow]) -> [[Int]] {
    var columns = columns
    var neighbours: [Int: [Int]] = [:]
    for edge in edges {
      neighbours[edge.source, default: []].append(edge.made)
      neighbours[edge.made, default: []].append(edge.source)
    }
    for sweep in 0..<sweeps {
      var place: [Int: Double] = [:]
      for column in columns {
        for (row, node) in column.enumerated() { place[node] = Double(row) - Double(column.count) / 2 }
      }
      let order = sweep.isMultiple(of: 2) ? Array(columns.indices) : columns.indices.reversed()
      for index in order {
        let middle = columns[index].map { node -> Double in
          let tied = neighbours[node] ?? []
          guard !tied.isEmpty else { return place[node] ?? 0 }
          return tied.reduce(0) { $0 + (place[$1] ?? 0) } / Double(tied.count)
        }
        let sorted = zip(columns[index], middle).enumerated().sorted { left, right in
          (left.element.1, left.offset) < (right.element.1, right.offset)
        }
        columns[index] = sorted.map(\.element.0)
        for (row, node) in columns[index].enumerated() { place[node] = Double(row) - Double(columns[index].count) / 2 }
      }
    }
    return columns
  }
}
