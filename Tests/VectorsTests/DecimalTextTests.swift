import Foundation
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
      (9_999, 0, "9999"), (10_000, 2, "10000"), (99_999_999, 0, "99999999"), (100_000_000, 0, "100000000"),
      (-1_000_000_010.25, 2, "-1000000010.25"), (0.12345678, 8, "0.12345678"), (1e18, 0, "1000000000000000000"),
      (0.123456789, 9, "0.123456789"), (-13.000000001, 9, "-13.000000001"), (13.12345678, 9, "13.12345678"),
      (1.5, 12, "1.5"), (0.0000000001, 10, "0.0000000001"), (2e-16, 16, "0.0000000000000002"), (7, 16, "7"),
      (123_456_789_012_345_680, 0, "123456789012345680"), (1e19, 0, "1e+19"),
    ]
    for (value, digits, text) in cases {
      var bytes: [UInt8] = []
      DecimalText.append(value, digits: digits, to: &bytes)
      #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
  }

  @Test func `positions read back as what they were`() throws {
    var generator = SeededGenerator(seed: 3)
    // Trailing zeros of every number, and every number of digits in front.
    let positions = (0..<1000).map { index in
      let unit = Int32(pow(10, Double(index % 9)))
      return FixedPosition(
        x: Int32.random(in: -1_800_000_000...1_800_000_000, using: &generator) / unit * unit,
        y: Int32.random(in: -900_000_000...900_000_000, using: &generator) / unit)
    }
    for count in [0, 1, 2, 62, 63, 64, 65, 127, 128, 1000] {
      var bytes: [UInt8] = []
      DecimalText.append(Array(positions.prefix(count)), to: &bytes)
      let text = String(decoding: bytes, as: UTF8.self)
      let numbers = text.split { "[],".contains($0) }.compactMap { Double($0) }
      #expect(numbers == positions.prefix(count).flatMap { [Double($0.x) / 1e7, Double($0.y) / 1e7] })
      #expect(text.hasPrefix("[") == (count > 0) && !text.contains(",,") && !text.contains("]["))
    }
  }

  @Test(arguments: 7...10)
  func `positions with more decimals read back as what they were`(decimals: Int) throws {
    var generator = SeededGenerator(seed: UInt64(decimals))
    let unit = try #require(Double("1e\(decimals)"))
    let most = Int(180 * unit)
    let positions = (0..<1000).map { index in
      SIMD2(Int.random(in: -most...most, using: &generator), most / (index + 1) * (index % 2 == 0 ? 1 : -1))
    }
    var bytes: [UInt8] = []
    DecimalText.append(positions, decimals: decimals, to: &bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    let numbers = text.split { "[],".contains($0) }
    #expect(numbers.compactMap { Double($0) } == positions.flatMap { [Double($0.x) / unit, Double($0.y) / unit] })
    #expect(numbers.allSatisfy { !$0.contains(".") || ($0.last != "0" && $0.last != ".") })
  }

  @Test func `every fraction of a degree is the library's`() {
    // Each group of four digits once, in the last and in the first places of the fraction.
    for group in 0..<10_000 {
      for value in [group, group * 1000, 1_790_000_000 + group, -group] {
        var bytes: [UInt8] = []
        DecimalText.append([FixedPosition(x: Int32(value), y: 0)], to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix("[") && text.hasSuffix(",0]"))
        #expect(Double(text.dropFirst().dropLast(3)) == Double(value) / 1e7)
        #expect(!text.dropLast(3).hasSuffix("0") || value % 10_000_000 == 0)
      }
    }
  }
}
