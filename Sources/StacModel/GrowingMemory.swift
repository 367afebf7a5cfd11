/// A list in memory of its own: an array would look at every append whether somebody else reads it.
///
/// The memory has one owner, which hands it to nobody and frees it once; all of it below `count` is initialised, and nothing
/// else is read.
struct GrowingMemory<Element: BitwiseCopyable>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>
  private var capacity: Int
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = max(capacity, 8)
    base = .allocate(capacity: self.capacity)
  }

  deinit { base.deallocate() }

  /// The elements as an array.
  var array: [Element] { Array(UnsafeBufferPointer(start: base, count: count)) }

  subscript(index: Int) -> Element {
    get {
      precondition(0..<count ~= index)
      return base[index]
    }
    set {
      precondition(0..<count ~= index)
      base[index] = newValue
    }
  }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow() }
    (base + count).initialize(to: element)
    count += 1
  }

  /// Removes all elements but the first.
  mutating func keepFirst(_ count: Int) {
    precondition(0...self.count ~= count)
    self.count = count
  }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    base = larger
    capacity *= 2
  }
}
