import Glibc

/// Aligned memory for planes of pixels, owned by one worker and used again for every block.
// @safe: the storage is this object's alone, and what it hands out is used before the worker asks for more, which may move it.
@safe final class PlaneBuffer {
  private var storage = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)

  deinit { unsafe free(storage.baseAddress) }

  /// Makes room for so many values; what was there before means nothing then.
  ///
  /// - Throws: ``InferenceError`` where the memory is not to be had: what the file of an image asks for must not end the process.
  func reserve<Value: BitwiseCopyable>(_ type: Value.Type, _ count: Int) throws(InferenceError) {
    let bytes = count.multipliedReportingOverflow(by: MemoryLayout<Value>.stride)
    guard !bytes.overflow, count >= 0 else { throw MemoryPlan.exhausted }
    if unsafe storage.baseAddress != nil, unsafe storage.count >= bytes.partialValue { return }
    unsafe free(storage.baseAddress)
    unsafe storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    var start: UnsafeMutableRawPointer?
    guard unsafe posix_memalign(&start, 64, max(bytes.partialValue, 64)) == 0 else { throw MemoryPlan.exhausted }
    unsafe storage = UnsafeMutableRawBufferPointer(start: start, count: max(bytes.partialValue, 64))
  }

  /// All the memory that was reserved.
  var bytes: UnsafeMutableRawBufferPointer { unsafe storage }

  /// The first values of the memory that was reserved for them.
  func values<Value: BitwiseCopyable>(_ type: Value.Type, _ count: Int) -> UnsafeMutableBufferPointer<Value> {
    precondition(count * MemoryLayout<Value>.stride <= (unsafe storage.count), "memory is reserved before it is used")
    return unsafe UnsafeMutableBufferPointer(
      start: storage.baseAddress?.assumingMemoryBound(to: Value.self), count: count)
  }
}
