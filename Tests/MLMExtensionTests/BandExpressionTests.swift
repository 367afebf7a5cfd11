import Foundation
import MLMExtension
import StacModel
import Testing

@Suite struct BandExpressionTests {
  private func value(_ text: String, _ bands: [Float]...) throws -> [Float] {
    try BandExpression(text).evaluate(bands, count: bands.first?.count ?? 1)
  }

  @Test func arithmeticRunsInSinglePrecisionStepByStep() throws {
    let (b8, b4): (Float, Float) = (0.3127, 0.0931)
    #expect(try value("(B8 - B4) / (B8 + B4)", [b8], [b4]) == [(b8 - b4) / (b8 + b4)])
    #expect(
      try value("2.5 * (B8 - B4) / (B8 + 6 * B4 - 7.5 * B2 + 1)", [b8], [b4], [0.05])
        == [2.5 * (b8 - b4) / (b8 + 6 * b4 - 7.5 * Float(0.05) + 1)])
    #expect(try value("a + 0.1", [16_777_216]) == [16_777_216])
  }

  @Test func operatorsBindAsInArithmetic() throws {
    #expect(try value("a - b - c", [1], [2], [3]) == [-4])
    #expect(try value("a / b * c", [8], [2], [4]) == [16])
    #expect(try value("-a * -b + +c", [2], [3], [1]) == [7])
    #expect(try value("a - -b", [1], [2]) == [3])
  }

  @Test func functionsFollowNumpy() throws {
    #expect(try value("sqrt(a) + abs(b)", [9], [-2]) == [5])
    #expect(try value("max(a, b) - min(a, b)", [3], [5]) == [2])
    #expect(try value("min(a, b)", [.nan], [5])[0].isNaN)
    #expect(try value("max(a, b)", [1], [.nan])[0].isNaN)
    #expect(try value("sqrt(a)", [-1])[0].isNaN)
    #expect(try value("a / b", [1], [0]) == [.infinity])
    #expect(try value("a / b", [0], [0])[0].isNaN)
  }

  @Test func comparisonsGiveOneOrZeroAndBindLast() throws {
    for (text, expected) in [
      ("a < b", [1, 0, 0]), ("a <= b", [1, 1, 0]), ("a > b", [0, 0, 1]), ("a >= b", [0, 1, 1]), ("a == b", [0, 1, 0]),
      ("a != b", [1, 0, 1]), ("a + 1 > b * 1", [0, 1, 1]), ("(a < b) + (b < a)", [1, 0, 1]),
    ] as [(String, [Float])] {
      #expect(try value(text, [1, 2, 3], [2, 2, 2]) == expected, "\(text)")
    }
    #expect(try value("a == a", [.nan]) == [0])
    #expect(try value("a != a", [.nan]) == [1])
  }

  @Test func aChoiceTakesWhatItsConditionSays() throws {
    #expect(try value("where(a > 0, a, -a)", [3, -4, 0]) == [3, 4, 0])
    #expect(try value("where(a, 1, 2)", [0, -0.0, 5, .nan]) == [2, 2, 1, 1])
    #expect(try value("clip(a, 0, 1)", [-1, 0.5, 2]) == [0, 0.5, 1])
    #expect(try value("clip(a, 0, 1)", [.nan])[0].isNaN)
    #expect(try value("isnan(a)", [.nan, 1]) == [1, 0])
    #expect(try value("maximum(a, minimum(b, 2))", [1], [5]) == [2])
  }

  @Test func roundingAndLogarithmsAreThoseOfFloat() throws {
    #expect(try value("floor(a)", [1.5, -1.5]) == [1, -2])
    #expect(try value("ceil(a)", [1.5, -1.5]) == [2, -1])
    #expect(try value("round(a)", [0.5, 1.5, 2.5, -0.5]) == [0, 2, 2, -0.0])
    let inputs: [Float] = [0.1, 1, 2.718_281_8, 1e-30, 3e38]
    #expect(try value("log(a)", inputs) == inputs.map { Float(Foundation.log(Double($0))) })
    #expect(try value("exp(a)", [-200, 0, 1, 88, 200]) == [0, 1, Float(M_E), Float(Foundation.exp(88.0)), .infinity])
    #expect(try value("log10(a)", [1_000, 0]) == [3, -.infinity])
    #expect(try value("log(a)", [-1])[0].isNaN)
  }

  @Test func constantsAreFoldedByTheSameArithmetic() throws {
    #expect(try value("a * (1 / 3) + sqrt(2)", [3]) == [3 * (Float(1) / 3) + Float(2).squareRoot()])
    #expect(try value("where(1 > 2, a, 2 * a)", [3]) == [6])
    #expect(try value("0 * a + min(0 / 0, 1)", [3])[0].isNaN)
  }

  @Test(arguments: [1, 1_023, 1_024, 1_025, 5_000]) func blocksOfAnyLengthGiveWhatSinglePixelsGive(count: Int) throws {
    let expression = try BandExpression("where(a > b, (a - b) / (a + b), sqrt(a) * 2.5 - (b + 1) * (a + 2))")
    let a = (0..<count).map { Float($0 % 97) / 7 }
    let b = (0..<count).map { Float($0 % 89) / 5 }
    let whole = try expression.evaluate([a, b], count: count)
    let single = try (0..<count).map { try expression.evaluate([[a[$0]], [b[$0]]], count: 1)[0] }
    #expect(whole.map(\.bitPattern) == single.map(\.bitPattern))
  }

  @Test func bandsResolveByNameOnceEach() throws {
    #expect(try BandExpression("(`B 8A` - B4) / (`B 8A` + B4)").bandNames == ["B 8A", "B4"])
    #expect(try BandExpression("sqrt").bandNames == ["sqrt"])
  }

  @Test(arguments: [
    "", "a +", "(a", "a)", "a b", "1 + 2", "a ** 2", "a ^ 2", "a < b < c", "a = b", "a ! b", "a and b", "sin(a)",
    "min(a)", "sqrt(a, b)", "``", "a $ b",
    "(- (read 1 4) (read 1 1))", "(/ (- B8 B4) (+ B8 B4))", "1e99 * a", "a..b", "import os",
  ]) func whatIsNotOfTheGrammarIsRefused(text: String) {
    #expect(throws: BandExpressionError.self) { try BandExpression(text) }
  }

  @Test(arguments: [
    "(/ (- B8 B4) (+ B8 B4))", "(- (read 1 4) (read 1 1))", "(- B8 B4)", "(+ (take r 1) 2)", "(read 1 1)",
    "(asarray 1 2)", "(< B8 B4)",
  ]) func lispIsRefusedWithAdvice(text: String) {
    #expect { try BandExpression(text) } throws: { "\($0)".contains("write infix") }
  }

  @Test func infixThatBeginsAsLispDoesIsInfix() throws {
    #expect(try value("(- a + 4) / 2", [1, 4]) == [1.5, 0])
    #expect(try value("(+a - 1)", [3]) == [2])
    #expect(try value("(- a)", [3]) == [-3])
    #expect(try BandExpression("(read + 1)").evaluate([[2]], count: 1) == [3])
    #expect(try BandExpression("(take - asarray)").bandNames == ["take", "asarray"])
  }

  @Test(arguments: ["(- a + 4) /", "(- a ** 2)", "(read + 1", "(+ a ! b)", "(- sin(a))"])
  func faultyInfixIsToldAsSuch(text: String) {
    #expect { try BandExpression(text) } throws: { !"\($0)".contains("write infix") }
  }

  @Test func depthLengthAndSizeAreBounded() {
    let deep = String(repeating: "(", count: 1_000) + "a" + String(repeating: ")", count: 1_000)
    #expect(throws: BandExpressionError.self) { try BandExpression(deep) }
    #expect(throws: BandExpressionError.self) { try BandExpression(String(repeating: "-", count: 9_000) + "a") }
    #expect(throws: BandExpressionError.self) { try BandExpression("a" + String(repeating: "+a", count: 600)) }
  }

  @Test func otherFormatsAreRefused() {
    let python = ProcessingExpression(format: "python", expression: "a + b")
    #expect(throws: BandExpressionError.self) { try BandExpression(python) }
  }

  @Test func arraysMustMatchTheBands() throws {
    let expression = try BandExpression("a + b")
    #expect(throws: BandExpressionError.self) { try expression.evaluate([[1]], count: 1) }
    #expect(throws: BandExpressionError.self) { try expression.evaluate([[1], [1, 2]], count: 1) }
    #expect(try expression.evaluate([[1, 2], [3, 4]], count: 2) == [4, 6])
    let (plane, target) = (
      UnsafeMutableBufferPointer<Float>.allocate(capacity: 4), UnsafeMutableBufferPointer<Float>.allocate(capacity: 4)
    )
    plane.initialize(repeating: 1)
    target.initialize(repeating: 0)
    defer {
      plane.deallocate()
      target.deallocate()
    }
    var workspace = BandExpression.Workspace()
    #expect(throws: BandExpressionError.self) {
      try expression.evaluate([UnsafeBufferPointer(plane)], into: target, &workspace)
    }
    let short = UnsafeBufferPointer(rebasing: plane[..<3])
    #expect(throws: BandExpressionError.self) {
      try expression.evaluate([UnsafeBufferPointer(plane), short], into: target, &workspace)
    }
  }
}
