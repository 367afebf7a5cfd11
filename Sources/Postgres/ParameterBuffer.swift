/// The values of a statement's parameters in one piece of memory, used again by the next statement.
struct ParameterBuffer {
  private var bytes: [UInt8] = []
  /// Where each value begins, nil for NULL.
  private var offsets: [Int?] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []

  /// What a session keeps between two statements at most.
  private static let keptCapacity = 1 << 20

  /// Replaces the values.
  mutating func fill(_ binds: [SQL.Bind]) throws(PostgresError) {
    if bytes.capacity > Self.keptCapacity { bytes = [] } else { bytes.removeAll(keepingCapacity: true) }
    offsets.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    for bind in binds {
      let start = bytes.count
      offsets.append(try bind.encode(into: &bytes) ? start : nil)
      lengths.append(Int32(truncatingIfNeeded: bytes.count - start))
    }
    // An empty value still needs a pointer that is not null.
    bytes.append(0)
    while formats.count < binds.count { formats.append(1) }
  }

  /// Calls `body` with the number of values and parallel arrays of pointers, lengths and formats (all binary); the
  /// pointers live as long as the call.
  func withParameters<Result>(
    _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>, UnsafePointer<Int32>) -> Result
  ) -> Result {
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: offsets.count) { pointers in
        let base = unsafe buffer.bindMemory(to: CChar.self).baseAddress
        for (index, offset) in offsets.enumerated() {
          unsafe pointers.initializeElement(
            at: index, to: offset.flatMap { offset in unsafe base.map { unsafe $0 + offset } })
        }
        return unsafe body(
          Int32(offsets.count), pointers.baseAddress.map { unsafe UnsafePointer($0) }, lengths, formats)
      }
    }
  }
}
