import CQL2
import Testing

/// A text that is no filter, and what its author reads.
struct BadText: Sendable, CustomStringConvertible {
  let text: String
  let message: String
  var description: String { text }

  init(_ text: String, _ message: String) {
    self.text = text
    self.message = message
  }
}

@Suite struct TextErrorsTests {
  @Test(arguments: conditions + values + geometries + instants)
  func anErrorSaysWhereItIsAndWhatWasExpected(_ bad: BadText) {
    let error = #expect(throws: CQL2SyntaxError.self) { try Filter(text: bad.text) }
    #expect(error?.description == bad.message)
  }

  static let conditions: [BadText] = [
    .init("", "character 1: expected a condition, found the end of the filter"),
    .init("  ", "character 3: expected a condition, found the end of the filter"),
    .init("n >", "character 4: expected a property, a value, a function or '(', found the end of the filter"),
    .init("n > 5 foo", "character 7: expected AND, OR or the end of the filter, found 'foo'"),
    .init(
      "eo:cloud_cover foo 5",
      "character 16: expected a comparison operator, IS, IN, LIKE or BETWEEN after the property 'eo:cloud_cover', "
        + "found 'foo'"),
    .init(
      "n + 1",
      "character 6: expected a comparison operator, IS, IN, LIKE or BETWEEN after an arithmetic expression, found the "
        + "end of the filter"),
    .init("n = 5 AND", "character 10: expected a property, a value, a function or '(', found the end of the filter"),
    .init(
      "n = 5 AND 3",
      "character 12: expected a comparison operator, IS, IN, LIKE or BETWEEN after the number 3, found the end of the "
        + "filter"),
    .init(
      "n = 5 AND 'x' OR b",
      "character 15: expected a comparison operator, IS, IN, LIKE or BETWEEN after the string 'x', found 'OR'"),
    .init("(n = 5", "character 7: expected AND, OR or ')', found the end of the filter"),
    .init("(n = 5))", "character 8: expected AND, OR or the end of the filter, found ')'"),
    .init("(n 5) = 3", "character 4: expected an operator or ')' after the property 'n', found the number 5"),
    .init("n = 1 = 2", "character 7: expected AND, OR or the end of the filter, found '='"),
    .init("n NOT 5", "character 7: expected LIKE, BETWEEN or IN after NOT, found the number 5"),
    .init("n IS 5", "character 6: expected NULL or NOT NULL after IS, found the number 5"),
    .init("n IS NOT 5", "character 10: expected NULL after IS NOT, found the number 5"),
    .init("n BETWEEN 1 OR 2", "character 13: expected AND between the bounds of BETWEEN, found 'OR'"),
    .init("n IN 5", "character 6: expected '(' before the list of IN, found the number 5"),
    .init("n IN ()", "character 7: expected a value in the list of IN, found ')'"),
    .init("n IN (1, 2", "character 11: expected ',' or ')' after the number 2, found the end of the filter"),
    .init("n IN (1 2)", "character 9: expected ',' or ')' after the number 1, found the number 2"),
    .init(
      "n IN (1, (2, 3))",
      "character 10: a list may stand only after IN, in array functions (A_EQUALS, A_CONTAINS, …) and in function "
        + "arguments"),
    .init("n = NULL", "character 5: NULL is no value to compare with; write IS NULL or IS NOT NULL"),
    .init(
      "and = 5",
      "character 1: expected a property, a value or a function (a property of that name needs double quotes), "
        + "found 'and'"),
  ]

  static let values: [BadText] = [
    .init("n != 5", "character 3: '!' has no meaning in CQL2; 'not equal' is written <>"),
    .init("n == 5", "character 3: '==' has no meaning in CQL2; 'equal' is written ="),
    .init("n = 5;", "character 6: ';' has no meaning here; a string is written in single quotes"),
    .init("n = 'abc", "character 5: the string that begins here has no closing quote (')"),
    .init("n = 'abc\\'", "character 5: the string that begins here has no closing quote (')"),
    .init("n = 'a\u{0}'", "character 7: the character U+0000 must not occur"),
    .init("\"n\u{0}\" = 1", "character 3: the character U+0000 must not occur"),
    .init("n \u{0} 1", "character 3: the character U+0000 must not occur"),
    .init("\"abc", "character 1: the name that begins here has no closing double quote (\")"),
    .init("\"\" = 5", "character 1: expected a property name between the double quotes"),
    .init("é = ü AND 'ö' = ;", "character 17: ';' has no meaning here; a string is written in single quotes"),
    .init(
      "n = 5abc",
      "character 6: a number must not be followed by 'a'; a name that begins with a digit needs double quotes"),
    .init("n = .", "character 5: expected a digit before or after the decimal point"),
    .init("n = 1e", "character 7: expected the digits of an exponent"),
    .init("n = 1e400", "character 5: the number 1e400 is too long or beyond an IEEE 754 double"),
    .init("n = +n", "character 6: expected a number after '+', found 'n'"),
    .init("n = 2 ^ 3 ^ 4", "character 11: '^' must not follow '^' without parentheses"),
    .init("n = 1 + 'a'", "character 9: arithmetic needs a number, a property or a function, found the string 'a'"),
    .init("n = 1 + (n = 1)", "character 10: arithmetic needs a number, a property or a function, found a comparison"),
    .init("abs(n", "character 6: expected ',' or ')' in the arguments of 'abs', found the end of the filter"),
    .init("abs(,n)", "character 5: expected a property, a value, a function or '(', found ','"),
    .init("CASEI(s, s) = 'a'", "character 8: expected ')' after the argument of CASEI, found ','"),
    .init("A_EQUALS(a)", "character 11: expected ',' and the second argument of A_EQUALS, found ')'"),
    .init(
      "A_EQUALS(a, ('a' 'b'))", "character 18: expected an operator or ')' after the string 'a', found the string 'b'"),
    .init(
      "\"f\"(n) = 1",
      "character 4: expected a comparison operator, IS, IN, LIKE or BETWEEN after the property 'f', found '('"),
  ]

  static let geometries: [BadText] = [
    .init("S_INTERSECTS(g, POINT(1))", "character 24: expected a latitude, found ')'"),
    .init("S_INTERSECTS(g, POINT(1,2))", "character 24: expected a latitude, found ','"),
    .init("S_INTERSECTS(g, POINT(1 2 3 4))", "character 29: expected ')' after the position, found the number 4"),
    .init("S_INTERSECTS(g, POINT(1 -200))", "character 25: a latitude must lie between -90 and 90, found -200"),
    .init("S_INTERSECTS(g, POINT(200 1))", "character 23: a longitude must lie between -180 and 180, found 200"),
    .init("S_INTERSECTS(g, POINT EMPTY)", "character 23: an empty geometry intersects nothing; expected coordinates"),
    .init(
      "S_INTERSECTS(g, POLYGON Z EMPTY)", "character 27: an empty geometry intersects nothing; expected coordinates"),
    .init("S_INTERSECTS(g, POLYGON(EMPTY))", "character 25: an empty geometry intersects nothing; expected a position"),
    .init(
      "S_INTERSECTS(g, POINT M (1 2 3))",
      "character 23: measures (M) have no place in a filter's geometry; expected '(' or Z"),
    .init("S_INTERSECTS(g, LINESTRING(1 2))", "character 27: a line has two positions at least, one found"),
    .init(
      "S_INTERSECTS(g, POLYGON((0 0, 1 1, 0 0)))", "character 25: a ring has four positions at least, 3 found"),
    .init("S_INTERSECTS(g, POLYGON((0 0, 1 1, 0 1, 2 2)))", "character 25: a ring must end where it starts"),
    .init("S_INTERSECTS(g, POLYGON(0 0, 1 1))", "character 25: expected '(' before a position, found the number 0"),
    .init(
      "S_INTERSECTS(g, GEOMETRYCOLLECTION(FOO(1 2)))",
      "character 36: expected POINT, LINESTRING, POLYGON or another geometry in GEOMETRYCOLLECTION, found 'FOO'"),
    .init("S_INTERSECTS(g, BBOX(1,2,3))", "character 21: BBOX: four or six numbers were expected, 3 found"),
    .init("S_INTERSECTS(g, BBOX(1,a,3,4))", "character 24: expected a number of BBOX, found 'a'"),
    .init("S_INTERSECTS(g, BBOX(1,20,3,4))", "character 21: BBOX: the southern latitude must not exceed the northern"),
  ]

  static let instants: [BadText] = [
    .init("T_AFTER(t, DATE('2020-13-01'))", "character 17: expected a date such as '2020-02-09', found '2020-13-01'"),
    .init("T_AFTER(t, DATE(5))", "character 17: expected a date such as '2020-02-09', found the number 5"),
    .init(
      "T_AFTER(t, TIMESTAMP('2020-01-01'))",
      "character 22: expected a timestamp such as '2020-02-09T10:00:00Z', found '2020-01-01'"),
    .init(
      "T_AFTER(t, TIMESTAMP('0000-01-01T00:00:00+02:00'))",
      "character 22: expected a timestamp such as '2020-02-09T10:00:00Z', found '0000-01-01T00:00:00+02:00'"),
    .init(
      "T_AFTER(t, INTERVAL('2020-01-01'))", "character 33: expected ',' between the ends of INTERVAL, found ')'"),
    .init(
      "T_AFTER(t, INTERVAL('2020-01-01', 'x'))",
      "character 35: expected a date, a timestamp, '..', a property or a function as the end of an interval, found the "
        + "string 'x'"),
  ]
}
