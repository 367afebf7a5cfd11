import CQL2
import Postgres
import StacModel
import StacStore
import TestSupport
import Testing

/// Patterns, case and accents, on PostgreSQL.
@Suite(.ownDatabases) struct FilterTextTests {
  @Test func `Patterns have two wildcards and an escape`() async throws {
    let catalog = try await FilterFixture()
    let texts = ["100%", "100_", "100a", #"a\b"#, "ab", "", "é𝄞", "line\nbreak", "x'y"]
    for (index, text) in texts.enumerated() {
      try await catalog.add("\(index)", #"{"s":\#(JSONSerializer.text(.string(text)))}"#)
    }
    func find(_ pattern: String) async throws -> [String] {
      let expression = Expression.operation(.like, [.property("s"), .string(pattern)])
      return try await catalog.find(Filter(json: expression.json)).map { texts[Int($0) ?? 0] }
    }
    #expect(try await find(#"100\%"#) == ["100%"])
    #expect(try await find(#"100\_"#) == ["100_"])
    #expect(try await find("100_") == ["100%", "100_", "100a"])
    #expect(try await find(#"a\\b"#) == [#"a\b"#])
    #expect(try await find(#"a\b"#) == ["ab"])
    #expect(try await find(#"a\"#) == [])
    #expect(try await find(#"%\"#) == [])
    #expect(try await find("__") == ["ab", "é𝄞"])
    #expect(try await find("") == [""])
    #expect(try await find("%").count == texts.count)
    #expect(try await find("line%k") == ["line\nbreak"])
    #expect(try await find("x'_") == ["x'y"])
  }

  @Test func `A last escape that escapes nothing stands for itself`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("a", #"{"s":"a\\","p":"%\\"}"#)
    let literal = Expression.operation(.like, [.property("s"), .string(#"a\"#)])
    #expect(try await catalog.find(Filter(json: literal.json)) == ["a"])
    let folded = Expression.operation(
      .like, [.property("s"), .operation(.accenti, [.operation(.casei, [.string(#"A\\\"#)])])])
    #expect(try await catalog.find(Filter(json: folded.json)) == [])
    let sql = try FilterCompiler.condition(
      .operation(.like, [.property("s"), .property("p")]), columns: .items, properties: catalog.properties)
    let found = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query("SELECT FROM gnomon.items i WHERE \(sql)").count
    }
    #expect(found == 1)
  }

  @Test func `Case is folded as Unicode says`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("a", #"{"s":"x"}"#)
    for (one, other) in [
      ("Straße", "STRASSE"), ("Straße", "STRAẞE"), ("ΌΔΟΣ", "όδος"), ("ﬀ", "FF"), ("ǅ", "ǆ"), ("ΐ", "Ι\u{308}\u{301}"),
      ("K", "k"),
      ("İ", "i̇"), ("ᾳ", "ΑΙ"), ("ſ", "S"), ("KØBENHAVN", "københavn"), ("Ꭰ", "ꭰ"),
    ] { #expect(try await catalog.find("CASEI('\(one)') = CASEI('\(other)')") == ["a"], "\(one) \(other)") }
    for (one, other) in [("ı", "I"), ("é", "e"), ("a", "b")] {
      #expect(try await catalog.find("CASEI('\(one)') <> CASEI('\(other)')") == ["a"], "\(one) \(other)")
    }
    #expect(try await catalog.find("CASEI('ıx') = CASEI('ıX')") == ["a"])
    #expect(try await catalog.find("CASEI('') = ''") == ["a"])
  }

  @Test func `Accents are taken off, Japanese voicing marks are not`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("a", #"{"s":"x"}"#)
    for (one, other) in [
      ("Chișinău", "Chisinau"), ("papá", "papa"), ("e\u{301}", "é"), ("København", "Kobenhavn"), ("Łódź", "Lodz"),
      ("đ", "d"), ("Ħ", "H"), ("ñandú", "nandu"), ("ё", "е"), ("한국어", "한국어"), ("ữ", "u"), ("Ệ", "E"),
    ] { #expect(try await catalog.find("ACCENTI('\(one)') = ACCENTI('\(other)')") == ["a"], "\(one) \(other)") }
    for (one, other) in [("はじめ", "はしめ"), ("パ", "ハ"), ("é", "E"), ("ß", "s"), ("æ", "a")] {
      #expect(try await catalog.find("ACCENTI('\(one)') <> ACCENTI('\(other)')") == ["a"], "\(one) \(other)")
    }
    #expect(try await catalog.find("ACCENTI(CASEI('ÅÉØ')) = CASEI(ACCENTI('aéo'))") == ["a"])
    #expect(try await catalog.find("ACCENTI('한국어') LIKE '___'") == ["a"])
    #expect(try await catalog.find("ACCENTI(CASEI(s)) IN (ACCENTI(CASEI('X̂')), 'y')") == ["a"])
    #expect(try await catalog.find("CASEI(absent) IS NULL AND ACCENTI(CASEI(absent)) IS NULL") == ["a"])
  }
}
