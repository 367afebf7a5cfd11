import StacModel
import Testing

@Suite("Date-times")
struct DatetimeTests {
  @Test(
    "are read to the microsecond",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2020-02-29T12:34:56.789Z", 1_582_979_696_789_000),
      ("2020-01-01t00:00:00z", 1_577_836_800_000_000), ("2020-01-01 00:00:00+01:00", 1_577_833_200_000_000),
      ("1969-12-31T23:59:59.999999Z", -1), ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
      ("2020-01-01T00:00:00.1234567Z", 1_577_836_800_123_456), ("0000-01-01T00:00:00Z", -62_167_219_200_000_000),
      ("9999-12-31T23:59:59Z", 253_402_300_799_000_000),
    ] as [(String, Int64)])
  func read(text: String, microseconds: Int64) {
    #expect(Timestamp(text)?.microseconds == microseconds)
  }

  @Test(
    "are written as they were read",
    arguments: [
      "1970-01-01T00:00:00Z", "2020-02-29T12:34:56.789Z", "0000-03-01T00:00:00Z", "9999-12-31T23:59:59.999999Z",
      "1900-02-28T23:59:59Z",
    ])
  func written(text: String) {
    #expect(Timestamp(text)?.description == text)
  }

  @Test(
    "are refused when they are not RFC 3339",
    arguments: [
      "2020", "2020-01-01", "2020-01-01T00:00:00", "2020-13-01T00:00:00Z", "2021-02-29T00:00:00Z",
      "2020-01-01T24:00:00Z", "2020-01-01T00:60:00Z", "2020-01-01T00:00:61Z", "2020-01-01T00:00:00,5Z",
      "2020-01-01T00:00:00.Z", "2020-01-01T00:00:00+0100", "2020-01-01T00:00:00Zx", "20-01-01T00:00:00Z", "",
      "2020-01-01T00:00:00+24:00", "２020-01-01T00:00:00Z",
    ])
  func refused(text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test(
    "intervals are read in every form",
    arguments: ["2020-01-01T00:00:00Z/..", "2020-01-01T00:00:00Z/", "../2020-01-01T00:00:00Z", "/2020-01-01T00:00:00Z"])
  func openIntervals(text: String) throws {
    let interval = try DatetimeInterval(parsing: text)
    #expect((interval.start == nil) != (interval.end == nil))
  }

  @Test(
    "impossible intervals are refused",
    arguments: [
      "../..", "/", "..", "", "2021-01-01T00:00:00Z/2020-01-01T00:00:00Z",
      "2020-01-01T00:00:00Z/2021-01-01T00:00:00Z/..",
      "2020-01-01T00:00:00Z/x", "../",
    ])
  func refusedIntervals(text: String) {
    #expect(throws: ParameterError.self) { try DatetimeInterval(parsing: text) }
  }
}
