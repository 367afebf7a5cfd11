/// Aligned memory for planes of pixels, owned by one worker and used again for every block.
@safe final class PlaneBuffer {
  private var storage: UnsafeMutableRawBufferPointer

  init() { unsafe storage = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 64) }

  deinit { unsafe storage.deallocate() }

  /// Memory of at least so many bytes; what it held before means nothing.
  func bytes(_ count: Int) -> UnsafeMutableRawBufferPointer {
    if unsafe storage.count < count {
      unsafe storage.deallocate()
      unsafe storage = UnsafeMutableRawBufferPointer.allocate(byteCount: count + count / 4, alignment: 64)
    }
    return unsafe storage
  }

  /// Memory for so many values.
  func values<Value: BitwiseCopyable>(_ type: Value.Type, _ count: Int) -> UnsafeMutableBufferPointer<Value> {
    unsafe UnsafeMutableBufferPointer(
      start: bytes(count * MemoryLayout<Value>.stride).baseAddress?.assumingMemoryBound(to: Value.self), count: count)
  }
}
