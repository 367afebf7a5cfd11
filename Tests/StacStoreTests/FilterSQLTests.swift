import CQL2
import Postgres
import StacModel
import StacStore
import TestSupport
import Testing

/// What filters become: SQL with parameters, in which nothing stands that a user wrote.
@Suite(.ownDatabases) struct FilterSQLTests {
  private func sql(
    _ text: String, columns: FilterColumns = .items, declared: [String: ValueType] = [:]
  ) throws -> SQL.Rendered {
    let properties = FilterFixture.Types(declared: declared)
    let filter = try Filter(text: text)
    try filter.check(properties: properties)
    return try FilterCompiler.condition(filter.expression, columns: columns, properties: properties).rendered()
  }

  @Test func `A property of no declared type takes that of the literal`() throws {
    let number = try sql("\"eo:cloud_cover\" < 1.50")
    #expect(number.text == "(gnomon.number((i.properties -> $1)) < $2::numeric)")
    #expect(number.binds == [.text("eo:cloud_cover"), .text("1.50")])
    let string = try sql("'a' <> platform")
    #expect(string.text == "($1 COLLATE \"C\" <> gnomon.text((i.properties -> $2)))")
    #expect(string.binds == [.text("a"), .text("platform")])
    #expect(
      try sql("created >= TIMESTAMP('2020-01-01T00:00:00Z')").text
        == "(gnomon.instant((i.properties -> $1)) >= $2)")
    #expect(try sql("deprecated = true").text == "(gnomon.boolean((i.properties -> $1)) = true)")
    #expect(try sql("a = b").text == "(gnomon.compare((i.properties -> $1), (i.properties -> $2)) = 0)")
  }

  @Test func `Where items are tested one by one, literals are compared as jsonb`() throws {
    func walked(_ text: String) throws -> SQL.Rendered { try sql(text, columns: .itemsWithoutPlace) }
    let number = try walked("5 > n")
    #expect(
      number.text
        == "(nullif(((i.properties -> $1) < $2 AND jsonb_typeof((i.properties -> $3)) = 'number'), false) IS NOT NULL)")
    #expect(number.binds == [.text("n"), .json("5"), .text("n")])
    #expect(
      try walked("s = 'a' OR b = true").text.contains("((i.properties -> $1) = $2) OR ((i.properties -> $3) = $4)"))
    #expect(try walked("n BETWEEN 1 AND 2").text.contains("(i.properties -> $1) BETWEEN $2 AND $3"))
    #expect(try walked("n IN (1, 'a', true)").text.contains("((i.properties -> $1) = ANY ($2::jsonb[]))"))
    // Longer lists are compared as texts, and so is what literals have no type for.
    let list = (0..<17).map(String.init).joined(separator: ",")
    for text in ["n IN (\(list))", "n = m", "NOT n = 1", "s < 'a'", "n <> 1", "n BETWEEN m AND 2"] {
      #expect(try walked(text).text.contains("gnomon."), "\(text)")
    }
  }

  @Test func `A declared property has its type, and strings beside instants are read as such`() throws {
    let declared: [String: ValueType] = ["n": .number, "s": .string, "t": .timestamp, "d": .date]
    #expect(
      try sql("n = n", declared: declared).text
        == "(gnomon.number((i.properties -> $1)) = gnomon.number((i.properties -> $2)))")
    let instant = try sql("t > '2020-01-01T00:00:00Z'", declared: declared)
    #expect(instant.text == "(gnomon.instant((i.properties -> $1)) > $2)")
    #expect(instant.binds[1] == .timestamp(microseconds: 1_577_836_800_000_000))
    #expect(
      try sql("d BETWEEN '2020-01-01' AND '2020-12-31'", declared: declared).binds[1]
        == .timestamp(microseconds: 1_577_836_800_000_000))
    #expect(throws: CQL2SyntaxError.self) { try sql("t > 'yesterday'", declared: declared) }
    #expect(throws: CQL2SyntaxError.self) { try sql("n = 'a'", declared: declared) }
  }

  @Test func `Columns stand for the properties that have one`() throws {
    #expect(try sql("id = 'a'").text == "(i.id COLLATE \"C\" = $1)")
    #expect(try sql("datetime >= TIMESTAMP('2020-01-01T00:00:00Z')").text == "(i.datetime >= $1)")
    #expect(try sql("datetime IS NULL").text == "((i.properties ->> 'datetime') IS NULL)")
    #expect(try sql("x IS NOT NULL").text == "(NOT ((i.properties ->> $1) IS NULL))")
    #expect(
      try sql("S_INTERSECTS(geometry, POINT(1 2))").text == """
        (i.geometry && $1::geometry AND \
        nullif(coalesce(gnomon.s_intersects(i.geometry, $2::geometry), true), false) IS NOT NULL)
        """)
    #expect(try sql("S_INTERSECTS(geometry, MULTIPOINT((1 2),(1 2)))").text.contains("gnomon.valid($1::geometry)"))
    #expect(
      try sql("S_WITHIN(geometry, BBOX(1,2,3,4))").text
        == "(i.geometry && $1::geometry AND gnomon.s_within(i.geometry, $2::geometry))")
    #expect(
      try sql("collection = 'a'").text
        == "(i.collection_key = coalesce((SELECT named.key FROM gnomon.collections named WHERE named.id = $1), -1))")
    #expect(
      try sql("collection IN ('a', 'b')").text
        == "(i.collection_key = ANY (ARRAY(SELECT named.key FROM gnomon.collections named WHERE named.id = ANY ($1))))")
    #expect(
      try sql("datetime < TIMESTAMP('2020-01-01T00:00:00Z')", columns: .collections).text
        == "(nullif(i.start_datetime, '-infinity') < $1)")
  }

  @Test func `Lists are bound whole, by type`() throws {
    let list = try sql("x IN (1, 2.0, 'a', TIMESTAMP('2020-01-01T00:00:00Z'))")
    #expect(
      list.text == """
        ((gnomon.number((i.properties -> $1)) = ANY ($2::numeric[])) OR \
        (gnomon.text((i.properties -> $3)) COLLATE "C" = ANY ($4)) OR \
        (gnomon.instant((i.properties -> $5)) = ANY ($6)))
        """)
    #expect(list.binds[1] == .textArray(["1", "2.0"]))
  }

  @Test func `What lasts is found through the index of instants`() throws {
    #expect(
      try sql("T_INTERSECTS(datetime, INTERVAL('2020-01-01T00:00:00Z', '2021-01-01T00:00:00Z'))").text == """
        (i.datetime <= $1 AND (i.datetime >= $2 OR (i.start_datetime <> i.datetime OR i.end_datetime <> i.datetime) \
        AND (i.properties ->> 'datetime') IS NULL AND i.end_datetime >= $3))
        """)
    let created = try sql(
      "T_INTERSECTS(created, INTERVAL('2020-01-01T00:00:00Z','..'))", declared: ["created": .timestamp])
    #expect(
      created.text
        == "(gnomon.instant((i.properties -> $1)) <= 'infinity'::timestamptz AND $2 <= gnomon.instant((i.properties -> $3)))"
    )
    #expect(try sql("T_AFTER(datetime, DATE('2020-01-01'))").text == "(i.datetime > $1)")
  }

  @Test func `What a user wrote is bound, whatever it is`() throws {
    let hostile = "a') OR true; DROP TABLE gnomon.items; --\"$1\\"
    let property = Expression.operation(.equal, [.property(hostile), .string(hostile)])
    let rendered = try FilterCompiler.condition(
      property, columns: .items, properties: FilterFixture.Types()
    ).rendered()
    #expect(rendered.text == "(gnomon.text((i.properties -> $1)) COLLATE \"C\" = $2)")
    #expect(rendered.binds == [.text(hostile), .text(hostile)])
    #expect(throws: FilterTypeError.self) {
      try FilterCompiler.condition(
        .operation(.equal, [.property("a\0"), .string("b")]), columns: .items, properties: FilterFixture.Types())
    }
    #expect(throws: FilterTypeError.self) {
      try FilterCompiler.condition(
        .operation(.aEquals, [.property("a"), .array([.string("\0")])]), columns: .items,
        properties: FilterFixture.Types())
    }
  }

  @Test func `Trees that no check has seen are refused, not printed`() throws {
    let trees: [Expression] = [
      .number(JSONNumber(1)), .unbounded, .operation(.and, []),
      .operation(.in, [.property("a"), .number(JSONNumber(1))]),
      .interval(start: .unbounded, end: .unbounded), .function("buffer", []), .function("abs", []),
      .operation(.sIntersects, [.property("other"), .property("geometry")]),
      .operation(.plus, [.string("a"), .number(JSONNumber(1))]), .operation(.not, [.geometry(.collection([]))]),
      .operation(.tAfter, [.unbounded, .string("x")]), .operation(.equal, [.array([]), .array([])]),
      .operation(.aEquals, [.array([.interval(start: .unbounded, end: .unbounded)]), .array([])]),
    ]
    for tree in trees {
      #expect(throws: FilterTypeError.self) {
        try FilterCompiler.condition(tree, columns: .items, properties: FilterFixture.Types())
      }
    }
  }
}
