extension BandExpression {
  /// How many pixels go through all operations at a time: slots stay in the fastest cache.
  static let blockLength = 1_024

  /// Memory for the values between operations; one for each thread, used again for every block and expression.
  public struct Workspace: ~Copyable {
    private var storage: UnsafeMutableBufferPointer<Float>

    /// No memory yet.
    public init() { storage = UnsafeMutableBufferPointer(start: nil, count: 0) }

    deinit { storage.deallocate() }

    /// Memory for so many blocks of values.
    mutating func blocks(_ count: Int) -> UnsafeMutablePointer<Float>? {
      if storage.count < count * BandExpression.blockLength || storage.isEmpty {
        storage.deallocate()
        storage = .allocate(capacity: max(count, 1) * BandExpression.blockLength)
      }
      return storage.baseAddress
    }
  }

  /// Evaluates the expression over planes of one length.
  ///
  /// - Parameters:
  ///   - bands: the values of ``bandNames``, in their order, each of at least `target.count` values.
  ///   - target: receives as many values as it holds; must not overlap a band.
  /// - Throws: ``BandExpressionError`` where the planes are not those of the bands, or shorter than the target.
  public func evaluate(
    _ bands: [UnsafeBufferPointer<Float>], into target: UnsafeMutableBufferPointer<Float>,
    _ workspace: inout Workspace
  ) throws(BandExpressionError) {
    guard !target.isEmpty else { return }
    let planes = bands.compactMap(\.baseAddress)
    guard planes.count == bandNames.count, bands.allSatisfy({ $0.count >= target.count }),
      let blocks = workspace.blocks(constants.count + slotCount), let output = target.baseAddress
    else {
      throw BandExpressionError(position: nil, message: "the planes do not match the bands of the expression")
    }
    for (index, constant) in constants.enumerated() {
      (blocks + index * Self.blockLength).update(repeating: constant, count: Self.blockLength)
    }
    let slots = blocks + constants.count * Self.blockLength
    var start = 0
    while start < target.count {
      let count = min(Self.blockLength, target.count - start)
      func pointer(_ operand: Operand) -> UnsafePointer<Float> {
        switch operand {
        case .constant(let index): UnsafePointer(blocks + index * Self.blockLength)
        case .band(let index): planes[index] + start
        case .slot(let index): UnsafePointer(slots + index * Self.blockLength)
        }
      }
      for step in steps {
        let first = pointer(step.operands[0])
        let second = step.operands.count > 1 ? pointer(step.operands[1]) : first
        let third = step.operands.count > 2 ? pointer(step.operands[2]) : first
        step.operation.run(
          first, second, third, into: slots + step.target * Self.blockLength, count: count)
      }
      (output + start).update(from: pointer(result), count: count)
      start += count
    }
  }
}
