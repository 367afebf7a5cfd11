internal import CTreeKernels

/// Memory that an evaluation works in: each thread has its own and uses it for block after block.
// @safe: the memory belongs to this value alone, which cannot be copied, until deinit frees it; whoever evaluates first
// makes it fit, and works on one chunk, for which it is large enough.
@safe public struct EvaluationScratch: ~Copyable {
  /// Pixels that go through the trees together: their ranks and sums fit the processor's nearest cache.
  static let chunk = 512

  private(set) var ranks: UnsafeMutablePointer<UInt8>
  private(set) var margins: UnsafeMutablePointer<Float>
  private(set) var wideMargins: UnsafeMutablePointer<Double>
  /// For each pixel the number of its leaf in one tree.
  private(set) var leafNumbers: UnsafeMutablePointer<Double>
  private(set) var stack: UnsafeMutablePointer<UInt64>
  private let columnCount: Int
  private let outputCount: Int
  private let stackSize: Int

  init(columnCount: Int, outputCount: Int, stackSize: Int) {
    self.columnCount = columnCount
    self.outputCount = outputCount
    self.stackSize = stackSize
    unsafe ranks = Self.zeros(columnCount * Self.chunk, 0)
    unsafe margins = Self.zeros(outputCount * Self.chunk, 0)
    unsafe wideMargins = Self.zeros(outputCount * Self.chunk, 0)
    unsafe leafNumbers = Self.zeros(Self.chunk, 0)
    unsafe stack = Self.zeros(stackSize, 0)
  }

  private static func zeros<Element: BitwiseCopyable>(_ count: Int, _ zero: Element) -> UnsafeMutablePointer<Element> {
    let size = max(count, 1) * MemoryLayout<Element>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    return unsafe raw.initializeMemory(as: Element.self, repeating: zero, count: max(count, 1))
  }

  /// Makes it large enough for an evaluator that did not make it.
  mutating func fit(columnCount: Int, outputCount: Int, stackSize: Int) {
    guard columnCount > self.columnCount || outputCount > self.outputCount || stackSize > self.stackSize else { return }
    self = EvaluationScratch(
      columnCount: max(columnCount, self.columnCount), outputCount: max(outputCount, self.outputCount),
      stackSize: max(stackSize, self.stackSize))
  }

  deinit {
    unsafe ranks.deallocate()
    unsafe margins.deallocate()
    unsafe wideMargins.deallocate()
    unsafe leafNumbers.deallocate()
    unsafe stack.deallocate()
  }
}
