/// What the evaluator finds for a block of pixels: one worker's, used again for every block.
// @safe: all of its memory is its own, of the size that is reserved at the start.
@safe final class WinnerBlock<Value: FixedWidthInteger & UnsignedInteger & BitwiseCopyable> {
  private let capacity: Int
  private let noData: Value
  private let winnerMemory = PlaneBuffer()
  private let classMemory = PlaneBuffer()
  private let probabilityMemory = PlaneBuffer()

  init(capacity: Int, noData: Value) throws(InferenceError) {
    self.capacity = capacity
    self.noData = noData
    try winnerMemory.reserve(UInt16.self, capacity)
    try classMemory.reserve(Value.self, capacity)
    try probabilityMemory.reserve(Float.self, capacity)
  }

  /// The winner's place among the model's outputs, for each pixel.
  var winners: UnsafeMutableBufferPointer<UInt16> { unsafe winnerMemory.values(UInt16.self, capacity) }
  /// The value of its class.
  var classes: UnsafeMutableBufferPointer<Value> { unsafe classMemory.values(Value.self, capacity) }
  /// Its probability; NaN where there is no winner, -1 where the model gives no probabilities.
  var probabilities: UnsafeMutableBufferPointer<Float> { unsafe probabilityMemory.values(Float.self, capacity) }

  /// Makes pixels nodata.
  func clear(_ range: Range<Int>) {
    let (classes, probabilities) = unsafe (classes, probabilities)
    for index in range {
      unsafe classes[index] = noData
      unsafe probabilities[index] = .nan
    }
  }
}
