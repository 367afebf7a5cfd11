/// The 4-connected components of a class map.
///
/// Components are numbered from 1 in the order of their first pixel (row by row from the upper left); 0 is nodata.
struct ComponentLabels {
  let width: Int
  let height: Int
  /// width × height numbers, row-major.
  private(set) var labels: [Int32]
  /// First pixel of component n at n - 1, as row × width + column.
  private(set) var firstPixels: [Int] = []
  /// Pixels of component n at n - 1.
  private(set) var pixelCounts: [Int] = []

  init<Value: PixelValue>(_ classes: PixelBlock<Value>, isCancelled: () -> Bool) throws {
    width = classes.width
    height = classes.height
    guard classes.values.count < Int(Int32.max) else {
      throw GeoError(.limitExceeded, "Polygonizer", "The class map has more than 2^31 pixels.")
    }
    labels = [Int32](repeating: 0, count: classes.values.count)
    var parents: [Int32] = [0]
    for row in 0..<height {
      if row % 256 == 0, isCancelled() { throw CancellationError() }
      Self.label(row, classes, &labels, &parents)
    }
    renumber(&parents)
  }

  private static func label<Value: PixelValue>(
    _ row: Int, _ classes: PixelBlock<Value>, _ labels: inout [Int32], _ parents: inout [Int32]
  ) {
    let width = classes.width
    for index in (row * width)..<((row + 1) * width) where classes.validity[index] {
      let value = classes.values[index]
      let hasLeft = index > row * width && classes.validity[index - 1] && classes.values[index - 1] == value
      let hasUp = row > 0 && classes.validity[index - width] && classes.values[index - width] == value
      switch (hasLeft, hasUp) {
      case (true, true):
        labels[index] = labels[index - 1]
        if labels[index - 1] != labels[index - width] { join(labels[index - 1], labels[index - width], &parents) }
      case (true, false): labels[index] = labels[index - 1]
      case (false, true): labels[index] = labels[index - width]
      case (false, false):
        labels[index] = Int32(parents.count)
        parents.append(Int32(parents.count))
      }
    }
  }

  private static func root(_ label: Int32, _ parents: inout [Int32]) -> Int32 {
    var current = label
    while parents[Int(current)] != current {
      parents[Int(current)] = parents[Int(parents[Int(current)])]
      current = parents[Int(current)]
    }
    return current
  }

  private static func join(_ first: Int32, _ second: Int32, _ parents: inout [Int32]) {
    let one = root(first, &parents)
    let other = root(second, &parents)
    if one < other { parents[Int(other)] = one } else { parents[Int(one)] = other }
  }

  /// Provisional labels to component numbers, counting pixels on the way.
  private mutating func renumber(_ parents: inout [Int32]) {
    var numbers = [Int32](repeating: 0, count: parents.count)
    for index in labels.indices where labels[index] != 0 {
      let root = Int(Self.root(labels[index], &parents))
      if numbers[root] == 0 {
        firstPixels.append(index)
        pixelCounts.append(0)
        numbers[root] = Int32(firstPixels.count)
      }
      labels[index] = numbers[root]
      pixelCounts[Int(numbers[root]) - 1] += 1
    }
  }

  /// Mean over each component of the finite values from 0 on; nil where a component has none.
  func means(of confidence: [Float]) -> [Double?] {
    var sums = [Double](repeating: 0, count: firstPixels.count)
    var counts = [Int](repeating: 0, count: firstPixels.count)
    for index in labels.indices where labels[index] != 0 {
      let value = Double(confidence[index])
      guard value.isFinite, value >= 0 else { continue }
      sums[Int(labels[index]) - 1] += value
      counts[Int(labels[index]) - 1] += 1
    }
    return sums.indices.map { counts[$0] > 0 ? sums[$0] / Double(counts[$0]) : nil }
  }
}
