import SeededRandom
import Testing
import Vectors

/// Pixels of one square metre each, or of as many as their row's number from 1.
private struct PlainAreas: PixelAreas {
  var grows = false

  func fill(_ sums: inout [Double], row: Int) {
    for column in 1..<sums.count { sums[column] = Double(column) * (grows ? Double(row + 1) : 1) }
  }
}

/// Holes by definition: for each area, the 8-connected parts of the rest that do not reach the border.
private struct HolesByDefinition {
  let width: Int
  let height: Int
  let noData: UInt8
  var pixels: [UInt8]

  private func flood(
    from start: Int, diagonally: Bool, _ belongs: (Int) -> Bool
  ) -> (members: [Int], reachesBorder: Bool) {
    var seen: Set<Int> = [start]
    var open = [start]
    var members: [Int] = []
    var reaches = false
    while let pixel = open.popLast() {
      members.append(pixel)
      let (row, column) = (pixel / width, pixel % width)
      if row == 0 || column == 0 || row == height - 1 || column == width - 1 { reaches = true }
      for (down, right) in [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)] {
        if down != 0, right != 0, !diagonally { continue }
        guard 0..<height ~= row + down, 0..<width ~= column + right else { continue }
        let other = (row + down) * width + column + right
        if belongs(other), seen.insert(other).inserted { open.append(other) }
      }
    }
    return (members, reaches)
  }

  mutating func fill(smallerThan limit: Double, areas: (Int) -> Double) {
    var holes: [(members: [Int], value: UInt8)] = []
    var done: Set<Int> = []
    for start in pixels.indices where pixels[start] != noData && !done.contains(start) {
      let area = Set(flood(from: start, diagonally: false) { pixels[$0] == pixels[start] }.members)
      done.formUnion(area)
      var looked = area
      for pixel in pixels.indices where !looked.contains(pixel) {
        let part = flood(from: pixel, diagonally: true) { !area.contains($0) }
        looked.formUnion(part.members)
        let size = part.members.reduce(0) { $0 + areas($1) }
        if !part.reachesBorder, size < limit { holes.append((part.members, pixels[start])) }
      }
    }
    for hole in holes.sorted(by: { $0.members.count < $1.members.count }) {
      for pixel in hole.members { pixels[pixel] = hole.value }
    }
  }
}

@Suite struct HoleFillingTests {
  private func filled(
    _ pixels: [UInt8], width: Int, smallerThan area: Double, grows: Bool = false
  ) throws -> (pixels: [UInt8], summary: HoleFilling.Summary) {
    var pixels = pixels
    let height = pixels.count / width
    let summary = try pixels.withUnsafeMutableBufferPointer { buffer in
      try HoleFilling.fill(
        buffer, width: width, height: height, noData: 0, smallerThan: area, pixelAreas: PlainAreas(grows: grows))
    }
    return (pixels, summary)
  }

  @Test func aMapOfMoreRunsThanAllowedIsNotLookedAt() throws {
    // Three runs: one in the row above, two in the one below.
    var pixels: [UInt8] = [1, 1, 1, 2]
    for (runs, isRefused) in [(3, false), (2, true)] {
      let error = try pixels.withUnsafeMutableBufferPointer { buffer -> VectorError? in
        do {
          try HoleFilling.fill(
            buffer, width: 2, height: 2, noData: 0, smallerThan: 9, pixelAreas: PlainAreas(),
            mostBytes: runs * HoleFilling.bytesOfRun)
          return nil
        } catch let error as VectorError { return error }
      }
      #expect((error?.reason == .limitExceeded) == isRefused)
    }
  }

  @Test(arguments: [(3, 9, 4), (2, 12, 2), (5, 14, 11), (3, 30, 25)])
  func holesOfRandomMapsAreFilledByDefinition(values: Int, width: Int, height: Int) throws {
    var random = SeededGenerator(seed: UInt64(values * 100 + width))
    var changed = 0
    for round in 0..<40 {
      var pixels = (0..<(width * height)).map { _ in UInt8.random(in: 0..<UInt8(values), using: &random) }
      // Larger areas: many pixels take their left neighbour's value.
      for index in pixels.indices.dropFirst() where Int.random(in: 0..<3, using: &random) > 0 {
        pixels[index] = pixels[max(Bool.random(using: &random) ? index - 1 : index - width, 0)]
      }
      let limit = Double(1 + round % 12)
      let grows = round % 2 == 0
      var expected = HolesByDefinition(width: width, height: height, noData: 0, pixels: pixels)
      expected.fill(smallerThan: limit) { grows ? Double($0 / width + 1) : 1 }
      let made = try filled(pixels, width: width, smallerThan: limit, grows: grows)
      #expect(made.pixels == expected.pixels)
      changed += zip(pixels, made.pixels).count { $0 != $1 }
    }
    if height > 10 { #expect(changed > 5) }
  }

  @Test func nestedHolesAreFilledByTheOutermost() throws {
    var pixels = [UInt8](repeating: 0, count: 81)
    for (ring, value) in [(1, 5), (2, 6), (3, 5), (4, 7)] {
      for row in ring...(8 - ring) {
        for column in ring...(8 - ring) { pixels[row * 9 + column] = UInt8(value) }
      }
    }
    let all = try filled(pixels, width: 9, smallerThan: 26)
    #expect(all.summary.holes == 1 && all.summary.pixels == 25)
    #expect(all.pixels.count { $0 == 5 } == 49)
    let inner = try filled(pixels, width: 9, smallerThan: 25)
    #expect(inner.pixels.count { $0 == 6 } == 16 + 9 && inner.summary.holes == 1)
    #expect(try filled(pixels, width: 9, smallerThan: 0).pixels == pixels)
  }

  @Test func noDataFillsNothingAndIsFilled() throws {
    let island: [UInt8] = [0, 0, 0, 0, 1, 0, 0, 0, 0]
    #expect(try filled(island, width: 3, smallerThan: 100).pixels == island)
    let gap: [UInt8] = [1, 1, 1, 1, 0, 1, 1, 1, 1]
    #expect(try filled(gap, width: 3, smallerThan: 2).pixels == [UInt8](repeating: 1, count: 9))
    let open: [UInt8] = [1, 1, 0, 1, 0, 1, 1, 1, 1]
    #expect(try filled(open, width: 3, smallerThan: 100).pixels == open)
  }

  @Test func aCancelledFillingStops() {
    var pixels = [UInt8](repeating: 1, count: 400)
    #expect(throws: CancellationError.self) {
      try pixels.withUnsafeMutableBufferPointer { buffer in
        _ = try HoleFilling.fill(
          buffer, width: 20, height: 20, noData: 0, smallerThan: 5, pixelAreas: PlainAreas(), isCancelled: { true })
      }
    }
  }
}
