/// Areas of pixels on the Earth, row by row.
public protocol PixelAreas: Sendable {
  /// Fills `sums` (width + 1 numbers) with the square metres of a row's pixels left of each column, from 0 on.
  func fill(_ sums: inout [Double], row: Int)
}

/// The 4-connected components of a class map, numbered from 1 in the order of their first pixels, with their statistics.
public struct Components: Sendable {
  /// Their class values; at 0 stands no data.
  public private(set) var values: [UInt16]
  /// Their numbers of pixels.
  public private(set) var pixelCounts: [UInt32]
  /// Their areas in square metres; zero where no areas of pixels are given.
  public private(set) var areas: [Double]
  private var confidenceSums: [Double] = []
  private var confidenceCounts: [UInt32] = []
  /// What the sums count a confidence of 1 as.
  private var confidenceScale = 1.0

  /// Number of components.
  public var count: Int { values.count - 1 }

  /// How many pixels of a component have a confidence.
  public func confidencePixelCount(_ component: Int) -> Int {
    confidenceCounts.isEmpty ? 0 : Int(confidenceCounts[component])
  }

  /// Mean of the confidence over the pixels that have one; nil without a confidence map or where none has.
  public func meanConfidence(_ component: Int) -> Double? {
    guard !confidenceCounts.isEmpty, confidenceCounts[component] > 0 else { return nil }
    return confidenceSums[component] / (Double(confidenceCounts[component]) * confidenceScale)
  }

  init<Value: ClassValue>(
    _ table: RunTable, _ raster: ClassRaster<Value>, confidence: ConfidenceRaster?, areas: (any PixelAreas)?,
    isCancelled: () -> Bool
  ) throws {
    let count = table.componentCount + 1
    values = [UInt16](repeating: 0, count: count)
    pixelCounts = [UInt32](repeating: 0, count: count)
    self.areas = [Double](repeating: 0, count: count)
    if let confidence {
      if case .percent = confidence { confidenceScale = 100 }
      if case .parts(_, let one) = confidence { confidenceScale = Double(max(one, 1)) }
      confidenceSums = [Double](repeating: 0, count: count)
      confidenceCounts = [UInt32](repeating: 0, count: count)
    }
    var sums = [Double](repeating: 0, count: table.width + 1)
    for row in 0..<table.height {
      if row & 15 == 0, isCancelled() { throw CancellationError() }
      areas?.fill(&sums, row: row)
      unsafe add(table, row, raster.row(row), sums)
      if let confidence { add(table, row, confidence) }
    }
  }

  @unsafe private mutating func add<Value: ClassValue>(
    _ table: RunTable, _ row: Int, _ pixels: UnsafePointer<Value>, _ sums: [Double]
  ) {
    let end = Int(unsafe table.rowOffsets[row + 1])
    for run in Int(unsafe table.rowOffsets[row])..<end {
      let component = Int(unsafe table.labels[run])
      if component == 0 { continue }
      let start = Int(unsafe table.starts[run])
      let stop = Int(table.endColumn(run, end))
      values[component] = UInt16(truncatingIfNeeded: unsafe pixels[start])
      pixelCounts[component] += UInt32(truncatingIfNeeded: stop - start)
      areas[component] += sums[stop] - sums[start]
    }
  }

  private mutating func add(_ table: RunTable, _ row: Int, _ confidence: ConfidenceRaster) {
    let end = Int(unsafe table.rowOffsets[row + 1])
    for run in Int(unsafe table.rowOffsets[row])..<end {
      let component = Int(unsafe table.labels[run])
      if component == 0 { continue }
      let first = row * table.width + Int(unsafe table.starts[run])
      let last = row * table.width + Int(table.endColumn(run, end))
      switch confidence {
      case .percent(let pixels):
        unsafe add(pixels, first..<last, component)
      case .parts(let pixels, _):
        unsafe add(pixels, first..<last, component)
      case .fraction(let pixels):
        for index in first..<last {
          let value = unsafe pixels[index]
          guard value.isFinite, value >= 0 else { continue }
          confidenceSums[component] += Double(value)
          confidenceCounts[component] += 1
        }
      }
    }
  }

  /// Adds the numbers of a run but for those that stand for none.
  @unsafe @inline(__always)
  private mutating func add<Number: FixedWidthInteger>(
    _ pixels: UnsafeBufferPointer<Number>, _ run: Range<Int>, _ component: Int
  ) {
    var (sum, number) = (0, 0)
    for index in run {
      let value = unsafe pixels[index]
      let counts = value == Number.max ? 0 : 1
      sum += Int(value) * counts
      number += counts
    }
    confidenceSums[component] += Double(sum)
    confidenceCounts[component] += UInt32(truncatingIfNeeded: number)
  }
}
