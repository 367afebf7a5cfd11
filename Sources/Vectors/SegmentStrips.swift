/// A piece of an arc between two of its positions.
struct ArcSegment: Sendable {
  var start: FixedPosition
  var end: FixedPosition
  /// Index of its first position among all positions.
  var index: UInt32
  /// Whether the start is the first, and the end the last, position of its arc.
  var isFirst: Bool
  var isLast: Bool

  var low: Int32 { min(start.x, end.x) }
  var high: Int32 { max(start.x, end.x) }

  /// Twice the signed area of three positions: exact where the box around all of them has an area below 2^63, which it is
  /// not larger than; products may wrap, for their difference comes out right all the same.
  @inline(__always)
  static func cross(_ a: FixedPosition, _ b: FixedPosition, _ c: FixedPosition) -> Int {
    (Int(b.x) &- Int(a.x)) &* (Int(c.y) &- Int(a.y)) &- (Int(b.y) &- Int(a.y)) &* (Int(c.x) &- Int(a.x))
  }

  /// Whether two pieces meet elsewhere than where they may: neighbours in their common position, ends of arcs in a node.
  func collides(with other: ArcSegment) -> Bool {
    if max(start.y, end.y) < min(other.start.y, other.end.y) { return false }
    if min(start.y, end.y) > max(other.start.y, other.end.y) { return false }
    if index &+ 1 == other.index, !isLast { return Self.folds(end, start, other.end) }
    if other.index &+ 1 == index, !other.isLast { return Self.folds(start, end, other.start) }
    var shared = false
    for (mine, mayMeet, far) in [(start, isFirst, end), (end, isLast, start)] where mayMeet {
      if other.isFirst, other.start == mine {
        if shared || Self.folds(mine, far, other.end) { return true }
        shared = true
      }
      if other.isLast, other.end == mine {
        if shared || Self.folds(mine, far, other.start) { return true }
        shared = true
      }
    }
    return shared ? false : touches(other)
  }

  /// Whether two pieces from a common position lie on one another.
  private static func folds(_ common: FixedPosition, _ first: FixedPosition, _ second: FixedPosition) -> Bool {
    if cross(common, first, second) != 0 { return false }
    let (ax, ay) = (Int(first.x) - Int(common.x), Int(first.y) - Int(common.y))
    let (bx, by) = (Int(second.x) - Int(common.x), Int(second.y) - Int(common.y))
    return ax.signum() == bx.signum() && ay.signum() == by.signum()
  }

  private func touches(_ other: ArcSegment) -> Bool {
    let one = Self.cross(start, end, other.start).signum() * Self.cross(start, end, other.end).signum()
    if one > 0 { return false }
    let two = Self.cross(other.start, other.end, start).signum() * Self.cross(other.start, other.end, end).signum()
    // On one line, boxes that meet (as these do) are pieces that meet.
    return two <= 0
  }
}

/// All pieces of all arcs, by horizontal strips of the result.
struct SegmentStrips: Sendable {
  private let arcs: ArcPoints<FixedPosition>
  private let lowest: Int32
  private let shift: UInt32
  /// Pieces by strip.
  private var segments: [UInt32] = []
  private var offsets: [UInt32] = []
  /// One bit a position: whether it is the last of its arc.
  private let lasts: [UInt64]

  var count: Int { offsets.count - 1 }

  init(_ arcs: ArcPoints<FixedPosition>) {
    self.arcs = arcs
    var lasts = [UInt64](repeating: 0, count: arcs.points.count / 64 + 1)
    for offset in arcs.offsets.dropFirst() where offset > 0 {
      lasts[Int(offset - 1) >> 6] |= 1 << UInt64((offset - 1) & 63)
    }
    self.lasts = lasts
    var (low, high) = (Int32.max, Int32.min)
    var total = 0
    for index in arcs.points.indices {
      let y = arcs.points[index].y
      low = min(low, y)
      high = max(high, y)
      if index > 0 { total += min(abs(Int(y) - Int(arcs.points[index - 1].y)), 1 << 31) }
    }
    lowest = min(low, high)
    // Strips four times as high as pieces are on average: most pieces lie in one.
    let height = max(4 * total / max(arcs.points.count, 1), 1)
    shift = UInt32(Int.bitWidth - height.leadingZeroBitCount)
    let strips = low > high ? 0 : ((Int(high) - Int(low)) >> Int(shift)) + 1
    fill(strips)
  }

  func strip(of y: Int32) -> Int { (Int(y) - Int(lowest)) >> Int(shift) }

  private func isLast(_ index: Int) -> Bool { lasts[index >> 6] >> UInt64(index & 63) & 1 != 0 }

  private mutating func fill(_ strips: Int) {
    offsets = [UInt32](repeating: 0, count: strips + 1)
    eachSegment { _, low, high in
      for strip in low...high { offsets[strip + 1] += 1 }
    }
    for strip in 0..<strips { offsets[strip + 1] += offsets[strip] }
    var next = offsets
    segments = [UInt32](repeating: 0, count: Int(offsets.last ?? 0))
    eachSegment { index, low, high in
      for strip in low...high {
        segments[Int(next[strip])] = UInt32(truncatingIfNeeded: index)
        next[strip] += 1
      }
    }
  }

  private func eachSegment(_ visit: (_ index: Int, _ low: Int, _ high: Int) -> Void) {
    for index in 0..<max(arcs.points.count - 1, 0) where !isLast(index) {
      let one = strip(of: arcs.points[index].y)
      let other = strip(of: arcs.points[index + 1].y)
      visit(index, min(one, other), max(one, other))
    }
  }

  /// Adds the arcs with pieces of a strip that meet elsewhere than they may.
  func collide(_ segments: [ArcSegment], _ found: inout Set<Int>) {
    for first in segments.indices {
      let one = segments[first]
      let high = one.high
      var second = first + 1
      while second < segments.count, segments[second].low <= high {
        if one.collides(with: segments[second]) {
          found.insert(arcs.arc(of: Int(one.index)))
          found.insert(arcs.arc(of: Int(segments[second].index)))
        }
        second += 1
      }
    }
  }

  /// The pieces of a strip, sorted by their western ends.
  func sorted(_ strip: Int) -> [ArcSegment] {
    let part = Int(offsets[strip])..<Int(offsets[strip + 1])
    var keys: [UInt64] = []
    keys.reserveCapacity(part.count)
    for place in part {
      let index = Int(segments[place])
      let low = min(arcs.points[index].x, arcs.points[index + 1].x)
      keys.append(UInt64(UInt32(bitPattern: low) ^ 0x8000_0000) << 32 | UInt64(segments[place]))
    }
    keys.sort()
    return keys.map { key in
      let index = Int(key & 0xffff_ffff)
      return ArcSegment(
        start: arcs.points[index], end: arcs.points[index + 1], index: UInt32(truncatingIfNeeded: index),
        isFirst: index == 0 || isLast(index - 1), isLast: isLast(index + 1))
    }
  }
}
