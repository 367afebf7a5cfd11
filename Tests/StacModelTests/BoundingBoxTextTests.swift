import StacModel
import Testing

@Suite struct BoundingBoxTextTests {
  @Test(arguments: [
    ("1,2,3,4", [1, 2, 3, 4]), ("+1, -2.5,3 ,4.0", [1, -2.5, 3, 4]), ("-0,0,0.125,1e1", [0, 0, 0.125, 10]),
    ("0,0,-1E2,12.5e0,1,7", [0, 0, -100, 12.5, 1, 7]),
    ("0.1234567890123456789012345,0,1,1", [0.123_456_789_012_345_68, 0, 1, 1]),
  ])
  func `A box is read from numbers as JSON has them, with a plus or spaces before them`(
    text: String, numbers: [Double]
  ) throws {
    #expect(try BoundingBox(parsing: text).numbers == numbers)
  }

  @Test(arguments: [
    "", "1,2,3", "01,0,2,2", "1.,0,2,2", ".5,0,2,2", "-,0,2,2", "+,0,2,2", "++1,0,2,2", "0x1,0,2,2",
    "nan,0,2,2", "1e999,0,2,2", "-1e,0,2,2", "1,0,2,2,", "1,0,2,\u{301}2", "+\u{301}1,0,2,2", "1,\u{301}0,2,2",
    "1;0;2;2",
    "٣,0,4,4",
  ])
  func `Any other text is no box`(text: String) {
    #expect(throws: ParameterError.self) { try BoundingBox(parsing: text) }
  }
}
