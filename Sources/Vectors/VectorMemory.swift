import Foundation

/// Memory whose size the map decides: where it is not to be had that is an error, and not the end of the process.
enum VectorMemory {
  /// Room for so many numbers, which mean nothing yet; ``giveBack(_:)`` ends it.
  @unsafe static func take<Number: FixedWidthInteger>(
    _ type: Number.Type, _ count: Int
  ) throws(VectorError) -> UnsafeMutablePointer<Number> {
    let bytes = count.multipliedReportingOverflow(by: MemoryLayout<Number>.stride)
    guard !bytes.overflow, let memory = unsafe malloc(max(bytes.partialValue, 64)) else {
      throw .noMemory
    }
    return unsafe memory.bindMemory(to: type, capacity: count)
  }

  /// Frees what was taken.
  @unsafe static func giveBack<Number: FixedWidthInteger>(_ memory: UnsafeMutablePointer<Number>) {
    unsafe free(memory)
  }
}
