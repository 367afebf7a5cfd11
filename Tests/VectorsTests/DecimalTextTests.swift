import SeededRandom
import Testing
import Vectors

@Suite struct DecimalTextTests {
  @Test func `numbers are written with as many decimals as they need`() {
    let cases: [(Double, Int, String)] = [
      (0, 7, "0"), (-0.0, 7, "0"), (1.5, 7, "1.5"), (-179.9999999, 7, "-179.9999999"), (13.0000001, 7, "13.0000001"),
      (0.00000004, 7, "0"), (-0.1, 7, "-0.1"), (123_456_789, 0, "123456789"), (99.99995, 4, "100"),
      (1e14, 4, "100000000000000"),
      (.nan, 3, "null"), (.infinity, 3, "null"), (0.000001, 6, "0.000001"), (-12.34, 1, "-12.3"),
    ]
    for (value, digits, text) in cases {
      var bytes: [UInt8] = []
      DecimalText.append(value, digits: digits, to: &bytes)
      #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
  }

  @Test func `positions read back as what they were`() throws {
    var generator = SeededGenerator(seed: 3)
    let positions = (0..<1000).map { _ in
      FixedPosition(
        x: Int32.random(in: -1_800_000_000...1_800_000_000, using: &generator),
        y: Int32.random(in: -900_000_000...900_000_000, using: &generator) / 1000 * 1000)
    }
    for count in [0, 1, 2, 62, 63, 64, 65, 127, 128, 1000] {
      var bytes: [UInt8] = []
      DecimalText.append(positions.prefix(count), to: &bytes)
      let text = String(decoding: bytes, as: UTF8.self)
      let numbers = text.split { "[],".contains($0) }.compactMap { Double($0) }
      #expect(numbers == positions.prefix(count).flatMap { [Double($0.x) / 1e7, Double($0.y) / 1e7] })
      #expect(text.hasPrefix("[") == (count > 0) && !text.contains(",,") && !text.contains("]["))
    }
  }
}
