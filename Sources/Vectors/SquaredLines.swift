import Foundation

/// The lines on which the edges of a squared outline lie, in the directions of its frame.
struct SquaredLines {
  /// An edge's line.
  private enum Line {
    /// Along the first direction, at a second coordinate; with the length of the edges that voted for it.
    case along(Double, weight: Double)
    /// Across it, at a first coordinate.
    case across(Double, weight: Double)
    /// An edge that deviates too much, as it was.
    case oblique(SIMD2<Double>, SIMD2<Double>)
  }

  private var lines: [Line] = []
  private let tolerance: Double

  /// The lines of an outline's edges; nil where fewer than four are left, or more than a third of it stays oblique.
  init?(_ outline: [SIMD2<Double>], maximumAngle: Double, tolerance: Double) {
    self.tolerance = tolerance
    var (straight, oblique) = (0.0, 0.0)
    for index in outline.indices {
      let (start, end) = (outline[index], outline[index + 1 == outline.count ? 0 : index + 1])
      let length = ((end - start) * (end - start)).sum().squareRoot()
      let line = Self.line(start, end, length, maximumAngle)
      guard case .oblique = line else {
        straight += length
        append(line, from: start)
        continue
      }
      // A corner that is cut off becomes one: no place of it is farther away than the tolerance.
      if length <= 2 * tolerance { continue }
      oblique += length
      append(line, from: start)
    }
    if oblique * 2 > straight { return nil }
    if let first = lines.first, let last = lines.last, lines.count > 1, let joined = joined(last, first) {
      lines.removeLast()
      lines[0] = joined
    } else if let first = lines.first, let last = lines.last, let step = step(last, first, at: outline[0]) {
      lines.append(step)
    }
    dropShortSteps()
    if lines.count < 4 { return nil }
  }

  private static func line(
    _ start: SIMD2<Double>, _ end: SIMD2<Double>, _ length: Double, _ maximumAngle: Double
  ) -> Line {
    let along = end - start
    let (x, y) = (abs(along.x), abs(along.y))
    let sine = length > 0 ? min(x, y) / length : 0
    if sine > sin(maximumAngle) { return .oblique(start, end) }
    let middle = (start + end) / 2
    return x >= y ? .along(middle.y, weight: length) : .across(middle.x, weight: length)
  }

  /// Lines of one direction become one where they are near, and else get a step between them.
  private mutating func append(_ line: Line, from start: SIMD2<Double>) {
    guard let last = lines.last else {
      lines.append(line)
      return
    }
    if let joined = joined(last, line) {
      lines[lines.count - 1] = joined
      return
    }
    if let step = step(last, line, at: start) { lines.append(step) }
    lines.append(line)
  }

  /// Two lines of one direction as one, nil where they differ or lie too far apart.
  private func joined(_ first: Line, _ second: Line) -> Line? {
    func mean(_ one: Double, _ oneWeight: Double, _ other: Double, _ otherWeight: Double) -> Double? {
      guard abs(one - other) <= tolerance, oneWeight + otherWeight > 0 else { return nil }
      return (one * oneWeight + other * otherWeight) / (oneWeight + otherWeight)
    }
    switch (first, second) {
    case (.along(let one, let weight), .along(let other, let otherWeight)):
      return mean(one, weight, other, otherWeight).map { .along($0, weight: weight + otherWeight) }
    case (.across(let one, let weight), .across(let other, let otherWeight)):
      return mean(one, weight, other, otherWeight).map { .across($0, weight: weight + otherWeight) }
    default: return nil
    }
  }

  /// The line across between two of one direction that stay apart.
  private func step(_ first: Line, _ second: Line, at corner: SIMD2<Double>) -> Line? {
    switch (first, second) {
    case (.along, .along): .across(corner.x, weight: 0)
    case (.across, .across): .along(corner.y, weight: 0)
    default: nil
    }
  }

  /// Takes out steps between two lines of one direction that are near enough to become one.
  private mutating func dropShortSteps() {
    var index = 0
    var unchanged = 0
    while lines.count > 4, unchanged < lines.count {
      let count = lines.count
      let (before, after) = ((index + count - 1) % count, (index + 1) % count)
      if case .oblique = lines[index] {
        unchanged += 1
        index = after
      } else if let joined = joined(lines[before], lines[after]) {
        lines[before] = joined
        let joinedPlace = before - [index, after].count { $0 < before }
        for place in [index, after].sorted(by: >) { lines.remove(at: place) }
        // What lies before has not changed but for the line beside the joined one; the first line lies beside the last.
        index = joinedPlace == lines.count - 1 ? 0 : max(joinedPlace - 1, 0)
        unchanged = 0
      } else {
        unchanged += 1
        index = after
      }
    }
  }

  /// The corners where each line meets the next; nil where two do not meet, or an edge would run the other way.
  func corners() -> [SIMD2<Double>]? {
    var corners: [SIMD2<Double>] = []
    for index in lines.indices {
      guard let corner = Self.meeting(lines[index], lines[index + 1 == lines.count ? 0 : index + 1]) else { return nil }
      corners.append(corner)
    }
    return corners
  }

  private static func meeting(_ first: Line, _ second: Line) -> SIMD2<Double>? {
    switch (first, second) {
    case (.along(let y, _), .across(let x, _)), (.across(let x, _), .along(let y, _)): SIMD2(x, y)
    case (.oblique(_, let corner), .oblique): corner
    case (.oblique(let start, let end), let line), (let line, .oblique(let start, let end)):
      meeting(start, end, line)
    default: nil
    }
  }

  private static func meeting(_ start: SIMD2<Double>, _ end: SIMD2<Double>, _ line: Line) -> SIMD2<Double>? {
    let along = end - start
    switch line {
    case .along(let y, _): return along.y == 0 ? nil : start + along * ((y - start.y) / along.y)
    case .across(let x, _): return along.x == 0 ? nil : start + along * ((x - start.x) / along.x)
    case .oblique: return nil
    }
  }
}
