/// Turns what a parser reads, in postfix order, into operations on slots.
struct BandExpressionCompiler {
  /// What the parser has read.
  enum Token {
    case constant(Float)
    case band(Int)
    case operation(BandOperation)
  }

  private(set) var steps: [BandExpression.Step] = []
  private(set) var constants: [Float] = []
  private(set) var slotCount = 0
  /// How many tokens were pushed.
  private(set) var tokenCount = 0
  private var stack: [BandExpression.Operand] = []
  private var freeSlots: [Int] = []

  /// Where the result of the whole is, once everything was pushed.
  var result: BandExpression.Operand? { stack.count == 1 ? stack.first : nil }

  mutating func push(_ token: Token) {
    tokenCount += 1
    switch token {
    case .constant(let value): stack.append(constant(value))
    case .band(let index): stack.append(.band(index))
    case .operation(let operation): push(operation)
    }
  }

  private mutating func push(_ operation: BandOperation) {
    let operands = Array(stack.suffix(operation.argumentCount))
    stack.removeLast(operands.count)
    // The same operation on the same numbers gives the same number, now as for each pixel.
    let known = operands.compactMap { operand in
      if case .constant(let index) = operand { constants[index] } else { nil }
    }
    if known.count == operands.count { return stack.append(constant(operation.value(known))) }
    // Taken before the operands' slots are free: a result never overwrites what it is made of.
    let target = freeSlots.popLast() ?? newSlot()
    for operand in operands { if case .slot(let slot) = operand { freeSlots.append(slot) } }
    steps.append(BandExpression.Step(operation: operation, operands: operands, target: target))
    stack.append(.slot(target))
  }

  private mutating func newSlot() -> Int {
    slotCount += 1
    return slotCount - 1
  }

  private mutating func constant(_ value: Float) -> BandExpression.Operand {
    if let index = constants.firstIndex(where: { $0.bitPattern == value.bitPattern }) { return .constant(index) }
    constants.append(value)
    return .constant(constants.count - 1)
  }
}
