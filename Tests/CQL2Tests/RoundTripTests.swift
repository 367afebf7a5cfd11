import CQL2
import SeededRandom
import StacModel
import Testing

@Suite struct RoundTripTests {
  /// Seeds of 200 trees each.
  @Test(arguments: 1...10 as ClosedRange<UInt64>) func aRandomTreeSurvivesTextAndJSON(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let expression = random.condition(depth: 5)
      let text = expression.text
      let fromText = try Filter(text: text).expression
      #expect(fromText == expression, "\(text)")
      #expect(fromText.text == text)
      let json = JSONSerializer.bytes(expression.json)
      let fromJSON = try Filter(json: JSONParser.parse(json)).expression
      #expect(fromJSON == expression, "\(text)")
      #expect(JSONSerializer.bytes(fromJSON.json) == json)
    }
  }
}
