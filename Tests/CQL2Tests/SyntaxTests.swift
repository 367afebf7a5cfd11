import CQL2
import StacModel
import Testing

@Suite struct SyntaxTests {
  /// Pairs of texts that mean the same; the second is how the tree prints.
  @Test(arguments: [
    ("a or b and not c", "a OR b AND NOT c"), ("(a OR b) AND c", "(a OR b) AND c"), ("((a)) AND ((b))", "a AND b"),
    ("a AND (b AND c)", "a AND (b AND c)"), ("NOT NOT a", "NOT (NOT a)"), ("NOT a = 1", "NOT a = 1"),
    ("NOT (a = 1 OR b)", "NOT (a = 1 OR b)"), ("not a like 'x'", "a NOT LIKE 'x'"), ("NOT a IS NULL", "a IS NOT NULL"),
    ("NOT a BETWEEN 1 AND 2 AND b", "a NOT BETWEEN 1 AND 2 AND b"), ("a = 1 IS NULL", "(a = 1) IS NULL"),
    ("(a NOT IN (1)) IS NULL", "(a NOT IN (1)) IS NULL"), ("(a > 1) = (b < 2)", "(a > 1) = (b < 2)"),
    ("x - (y - 1) - 1 = 0", "x - (y - 1) - 1 = 0"), ("(x - y) - 1 = 0", "x - y - 1 = 0"),
    ("x/(y*2)%3 DIV 4 = 2", "x / (y * 2) % 3 div 4 = 2"), ("x = 2*3^2", "x = 2 * 3 ^ 2"),
    ("x = (2*3)^2", "x = (2 * 3) ^ 2"), ("x = (2^3)^2", "x = (2 ^ 3) ^ 2"), ("x = 2^(3^2)", "x = 2 ^ (3 ^ 2)"),
    ("x = -2 ^ 2", "x = -2 ^ 2"), ("x = -y ^ 2", "x = (-1 * y) ^ 2"), ("x = -(y+1)", "x = -1 * (y + 1)"),
    ("x = 1--1", "x = 1 - -1"), ("x = 1 - - y", "x = 1 - -1 * y"), ("x=+5", "x = 5"), ("x=-.5e+3", "x = -0.5e+3"),
    ("x = 007.", "x = 7"), ("(x) = ((1))", "x = 1"), ("\"and\" = \"a b\"", "\"and\" = \"a b\""),
    ("\"eo:cloud_cover\" = \"a\"\"b\"", "eo:cloud_cover = \"a\"\"b\""), ("date = point", "date = point"),
    ("größe.名前 < 1", "größe.名前 < 1"), ("f() = g(1,'a',())", "f() = g(1, 'a', ())"),
    ("f((a)) = g((a+1))", "f((a)) = g(a + 1)"), ("f(((a+1))) = 1", "f(((a + 1))) = 1"), ("abs((a)) = 1", "abs(a) = 1"),
    ("a_equals(a, (1))", "A_EQUALS(a, (1))"), ("a_equals(a, (b+1))", "A_EQUALS(a, ((b + 1)))"),
    ("A_EQUALS(((1),(2,3),()), ((b)))", "A_EQUALS(((1), (2, 3), ()), ((b)))"),
    ("A_EQUALS(a, ((b+1)*2, (c)))", "A_EQUALS(a, ((b + 1) * 2, (c)))"),
    ("s_within(g, pointz(1 2 3))", "S_WITHIN(g, POINT Z(1 2 3))"),
    ("s_within(g, MULTIPOINT(1 2, (3 -4)))", "S_WITHIN(g, MULTIPOINT((1 2), (3 -4)))"),
    ("s_within(g, point z (1 2 3))", "S_WITHIN(g, POINT Z(1 2 3))"),
    ("s_within(g, bbox(+1,-2,3.0,1e1))", "S_WITHIN(g, BBOX(1, -2, 3, 10))"),
    ("t = timestamp('2020-01-01t00:00:00.50+02:00')", "t = TIMESTAMP('2019-12-31T22:00:00.5Z')"),
    ("t_after(t, interval(date('2020-01-01'), f(a)))", "T_AFTER(t, INTERVAL('2020-01-01', f(a)))"),
  ]) func aTextPrintsAsTheTreeItMeans(_ written: String, _ printed: String) throws {
    let filter = try Filter(text: written)
    #expect(filter.expression.text == printed)
    #expect(try Filter(text: printed) == filter)
    #expect(try Filter(json: filter.expression.json) == filter)
  }

  /// Requirement /req/cql2-text/escaping.
  @Test(arguments: [
    ("'it''s'", "it's"), (#"'it\'s'"#, "it's"), (#"'\a\b\t\n\v\f\r'"#, "\u{7}\u{8}\t\n\u{B}\u{C}\r"),
    (#"'C:\\new'"#, #"C:\new"#), (#"'50\%\_'"#, #"50\%\_"#), (#"'\\'"#, #"\"#), (#"'\\\''"#, #"\'"#), ("''", ""),
    ("'''\u{301}'", "'\u{301}"), ("'a\r\nb'", "a\r\nb"),
  ]) func escapesInAStringAreRead(_ literal: String, _ value: String) throws {
    let expression = Expression.operation(.equal, [.property("s"), .string(value)])
    let filter = try Filter(text: "s = \(literal)")
    #expect(filter.expression == expression)
    #expect(try Filter(text: expression.text).expression == expression)
  }

  @Test func stringsAndNamesKeepTheirCodePoints() throws {
    let filter = try Filter(text: "\"e\u{301}\" = 'e\u{301}' AND \"\u{E9}\" = '\u{E9}'")
    #expect(
      Array(filter.expression.text.unicodeScalars)
        == Array("e\u{301} = 'e\u{301}' AND \u{E9} = '\u{E9}'".unicodeScalars))
  }

  @Test func liberalJSONMeansWhatItSays() throws {
    #expect(try Filter(json: ["op": "AND", "args": [["property": "a"]]]).expression == .property("a"))
    #expect(try Filter(json: ["op": "isnull", "args": [["property": "a"]]]) == Filter(text: "a IS NULL"))
    #expect(
      try Filter(json: ["op": "=", "args": [1, ["op": "-", "args": [["property": "a"]]]]]) == Filter(text: "1 = -a"))
    #expect(
      try Filter(json: [
        "op": "T_FINISHEDBY", "args": [["property": "a"], ["interval": [["date": "2020-01-01"], ".."]]],
      ])
        == Filter(text: "T_FINISHEDBY(a, INTERVAL('2020-01-01', '..'))"))
  }

  @Test func locationsLeadBackToTheText() throws {
    let filter = try Filter(text: "NOT (é = 1 AND t_after(t, INTERVAL('..', u)))")
    let places: [([Int], String)] = [
      ([], "character 1"), ([0], "character 6"), ([0, 0, 1], "character 10"), ([0, 1], "character 16"),
      ([0, 1, 1], "character 27"), ([0, 1, 1, 1], "character 42"), ([0, 9], "character 6"),
    ]
    for (path, place) in places { #expect(filter.location(of: path) == place) }
  }
}
