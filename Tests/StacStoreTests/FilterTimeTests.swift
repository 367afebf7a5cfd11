import CQL2
import Postgres
import StacModel
import StacStore
import TestSupport
import Testing

/// Instants, days and intervals, on PostgreSQL.
@Suite(.ownDatabases) struct FilterTimeTests {
  @Test func `Strings in the data are instants where they are RFC 3339, and unknown where not`() async throws {
    let catalog = try await FilterFixture()
    let readable = [
      "2020-01-01T00:00:00Z", "2020-01-01t00:00:00z", "2020-01-01T00:00:00.000000000Z", "2020-01-01T01:00:00+01:00",
      "2019-12-31T23:30:00-00:30", "2019-12-31T23:59:60Z", "2020-01-01 00:00:00Z", "2020-01-01",
    ]
    let unreadable = [
      "2020-13-01T00:00:00Z", "2020-02-30T00:00:00Z", "2019-02-29", "1900-02-29T00:00:00Z", "2020-01-01T24:00:00Z",
      "2020-01-01T00:60:00Z", "2020-01-01T00:00:61Z", "2020-01-01T00:00:00", "2020-01-01T00:00:00,5Z",
      "2020-01-01T00:00:00.Z", "2020-1-1", "20200101", "+2020-01-01", "2020-01-01T00:00:00+24:00", "now", "infinity",
      "epoch", "", "2020-01-01T00:00:00Z ", "２０２０-01-01", "2020-01-01\n", "10000-01-01",
    ]
    for (index, text) in (readable + unreadable).enumerated() {
      try await catalog.add("\(index + 10)", #"{"t":\#(JSONSerializer.text(.string(text)))}"#)
    }
    try await catalog.add("number", #"{"t":1577836800}"#)
    let first = (0..<readable.count).map { "\($0 + 10)" }
    #expect(try await catalog.find("t = TIMESTAMP('2020-01-01T00:00:00Z')") == first)
    #expect(try await catalog.find("t = DATE('2020-01-01')") == first)
    #expect(try await catalog.find("t <> TIMESTAMP('2020-01-01T00:00:00Z')") == [])
    #expect(try await catalog.find("T_EQUALS(t, TIMESTAMP('2020-01-01T00:00:00Z'))") == Array(first.dropLast()))
    #expect(try await catalog.find("T_EQUALS(t, DATE('2020-01-01'))") == [first[readable.count - 1]])
    #expect(try await catalog.find("T_INTERSECTS(t, DATE('2020-01-01'))") == first)
  }

  @Test func `Years run from 0000 to 9999, leap years are known`() async throws {
    let catalog = try await FilterFixture()
    for (index, text) in ["0000-01-01T00:00:00Z", "0000-02-29", "2000-02-29", "9999-12-31T23:59:59.999999Z"]
      .enumerated()
    {
      try await catalog.add("\(index)", #"{"t":"\#(text)"}"#)
    }
    #expect(try await catalog.find("t = TIMESTAMP('0000-01-01T00:00:00Z')") == ["0"])
    #expect(try await catalog.find("t = DATE('0000-02-29')") == ["1"])
    #expect(try await catalog.find("t = DATE('2000-02-29')") == ["2"])
    #expect(try await catalog.find("t = TIMESTAMP('9999-12-31T23:59:59.999999Z')") == ["3"])
    #expect(try await catalog.find("year(t) = 0") == ["0", "1"])
    // A string beside an instant is one, whichever side it stands on.
    #expect(try await catalog.find("'2000-02-29' IN (datetime, t, DATE('2000-02-29'), 'x')").count == 4)
    #expect(try await catalog.find("'2000-01-01' BETWEEN datetime AND '2030-01-01'") == [])
    #expect(try await catalog.find("'2020-01-01' BETWEEN '2000-01-01' AND datetime").count == 4)
  }

  @Test func `Times of items are instants or stretches`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("instant", #"{"datetime":"2020-06-01T00:00:00Z"}"#)
    try await catalog.add(
      "stretch",
      #"{"datetime":null,"start_datetime":"2020-01-01T00:00:00Z","end_datetime":"2020-12-31T00:00:00Z"}"#)
    try await catalog.add(
      "both",
      #"{"datetime":"2020-03-01T00:00:00Z","start_datetime":"2020-01-01T00:00:00Z","end_datetime":"2020-12-31T00:00:00Z"}"#
    )
    let year = "INTERVAL('2020-05-01T00:00:00Z','2020-07-01T00:00:00Z')"
    #expect(try await catalog.find("T_INTERSECTS(datetime, \(year))") == ["instant", "stretch"])
    #expect(try await catalog.find("T_DURING(datetime, \(year))") == ["instant"])
    #expect(try await catalog.find("T_CONTAINS(datetime, \(year))") == ["stretch"])
    #expect(try await catalog.find("T_DISJOINT(datetime, \(year))") == ["both"])
    #expect(try await catalog.find("T_BEFORE(datetime, TIMESTAMP('2020-06-01T00:00:00Z'))") == ["both"])
    #expect(try await catalog.find("T_AFTER(datetime, TIMESTAMP('2020-03-01T00:00:00Z'))") == ["instant"])
    #expect(try await catalog.find("T_EQUALS(datetime, TIMESTAMP('2020-03-01T00:00:00Z'))") == ["both"])
    #expect(try await catalog.find("T_INTERSECTS(INTERVAL('2020-11-01','..'), datetime)") == ["stretch"])
    #expect(try await catalog.find("T_DISJOINT(INTERVAL('..','2020-02-01'), datetime)") == ["both", "instant"])
    #expect(try await catalog.find("datetime < TIMESTAMP('2020-02-01T00:00:00Z')") == ["stretch"])
    #expect(try await catalog.find("datetime IS NULL") == ["stretch"])
    #expect(try await catalog.find("start_datetime IS NULL") == ["instant"])
    #expect(try await catalog.find("start_datetime = TIMESTAMP('2020-01-01T00:00:00Z')") == ["both", "stretch"])
    #expect(try await catalog.find("NOT end_datetime > TIMESTAMP('2021-01-01T00:00:00Z')") == ["both", "stretch"])
    #expect(
      try await catalog.find("T_DURING(INTERVAL(start_datetime, end_datetime), INTERVAL('2019-01-01','2022-01-01'))")
        == ["both", "stretch"])
    #expect(
      try await catalog.find("NOT T_AFTER(INTERVAL(start_datetime, end_datetime), DATE('2022-01-01'))")
        == ["both", "stretch"])
  }

  @Test func `Each relation of intervals is the one of its name`() async throws {
    let catalog = try await FilterFixture()
    // The second interval runs from 2 to 4; each first interval has exactly one relation to it.
    let relations = [
      "T_AFTER": (5, 6), "T_BEFORE": (0, 1), "T_CONTAINS": (1, 5), "T_DURING": (3, 3), "T_EQUALS": (2, 4),
      "T_FINISHEDBY": (1, 4), "T_FINISHES": (3, 4), "T_MEETS": (1, 2), "T_METBY": (4, 5), "T_OVERLAPS": (1, 3),
      "T_OVERLAPPEDBY": (3, 5), "T_STARTS": (2, 3), "T_STARTEDBY": (2, 5),
    ]
    for (name, ends) in relations {
      try await catalog.add(
        name,
        #"{"s":"2020-01-0\#(ends.0 + 1)T00:00:00Z","e":"2020-01-0\#(ends.1 + 1)T00:00:00Z","d":"2020-01-0\#(ends.0 + 1)","f":"2020-01-0\#(ends.1 + 1)"}"#
      )
    }
    let other = "INTERVAL('2020-01-03T00:00:00Z','2020-01-05T00:00:00Z')"
    for name in relations.keys {
      #expect(try await catalog.find("\(name)(INTERVAL(s,e),\(other))") == [name], "\(name)")
    }
    let inverse = [
      "T_CONTAINS": "T_DURING", "T_FINISHES": "T_FINISHEDBY", "T_STARTS": "T_STARTEDBY",
      "T_MEETS": "T_METBY", "T_OVERLAPS": "T_OVERLAPPEDBY", "T_BEFORE": "T_AFTER",
    ]
    for (one, two) in inverse {
      #expect(try await catalog.find("\(one)(\(other),INTERVAL(s,e))") == [two])
      #expect(try await catalog.find("\(two)(\(other),INTERVAL(s,e))") == [one])
    }
    #expect(try await catalog.find("T_INTERSECTS(INTERVAL(s,e),\(other))").count == 11)
    #expect(try await catalog.find("T_DISJOINT(INTERVAL(s,e),\(other))") == ["T_AFTER", "T_BEFORE"])
    #expect(try await catalog.find("T_EQUALS(INTERVAL(d,f),INTERVAL('2020-01-03','2020-01-05'))") == ["T_EQUALS"])
  }

  @Test func `Days last until their last microsecond, and meet as days`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("noon", #"{"t":"2020-01-31T12:00:00Z"}"#)
    try await catalog.add("last", #"{"t":"2020-01-31T23:59:59.999999Z"}"#)
    try await catalog.add("next", #"{"t":"2020-02-01T00:00:00Z"}"#)
    try await catalog.add("day", #"{"t":"2020-01-31"}"#)
    #expect(try await catalog.find("T_INTERSECTS(t, INTERVAL('2020-01-01','2020-01-31'))") == ["day", "last", "noon"])
    #expect(try await catalog.find("T_AFTER(t, DATE('2020-01-31'))") == ["next"])
    #expect(try await catalog.find("T_AFTER(t, INTERVAL('..','2020-01-31'))") == ["next"])
    #expect(
      try await catalog.find("T_MEETS(INTERVAL('2020-01-01','2020-01-31'), INTERVAL('2020-01-31','..'))").count == 4)
    #expect(try await catalog.find("T_MEETS(INTERVAL('..','..'), INTERVAL('..','..'))") == [])
    #expect(try await catalog.find("T_EQUALS(INTERVAL('..','..'), INTERVAL('..','..'))").count == 4)
    #expect(try await catalog.find("NOT T_AFTER(INTERVAL(t,absent), DATE('2030-01-01'))") == [])
    #expect(try await catalog.find("NOT T_AFTER(INTERVAL(t,'..'), DATE('2030-01-01'))").count == 4)
    #expect(try await catalog.find("INTERVAL(t,absent) IS NULL").count == 4)
  }

  @Test func `Collections have their temporal extent`() async throws {
    let catalog = try await FilterFixture()
    func count(_ text: String) async throws -> Int {
      let condition = try FilterCompiler.condition(
        Filter(text: text).expression, columns: .collections, properties: catalog.properties)
      return try await catalog.pool.withSession { session throws(PostgresError) in
        try session.query("SELECT FROM gnomon.collections i WHERE \(condition)").count
      }
    }
    #expect(try await count("id = 'a' AND datetime IS NULL AND end_datetime IS NULL") == 1)
    #expect(try await count("T_INTERSECTS(datetime, DATE('2020-01-01'))") == 1)
    #expect(try await count("T_DURING(DATE('2020-01-01'), datetime)") == 1)
    #expect(try await count("datetime < DATE('2020-01-01') OR end_datetime > DATE('2020-01-01')") == 0)
    #expect(try await count("S_WITHIN(geometry, BBOX(-180,-90,180,90)) AND title IS NULL") == 1)
  }
}
