import CQL2
import StacModel
import Testing

/// Properties of every type; `x` and `y` may be anything, no other name is known.
private struct Properties: PropertyTypes {
  func type(ofProperty name: String) -> ValueType? {
    switch name {
    case "n": .number
    case "s": .string
    case "t": .timestamp
    case "d": .date
    case "b": .boolean
    case "g": .geometry
    case "a": .array
    case "x", "y": .any
    default: nil
    }
  }
}

@Suite struct TypeCheckTests {
  @Test(arguments: [
    "b", "x", "TRUE", "NOT b AND x", "b = TRUE", "b = (n = 1)", "n = 1 + 2 * x", "s > 'a'", "x = 1 AND x = 'a'",
    "x = y", "n IN (1, x)", "x IN (1, 'a')", "n BETWEEN 1 AND x", "x BETWEEN 1 AND 2", "s LIKE 'a%'",
    "CASEI(s) LIKE ACCENTI(CASEI('a%'))", "x LIKE 'a'", "CASEI(x) = 'a'", "g IS NULL", "a IS NULL", "(n = 1) IS NULL",
    "t = TIMESTAMP('2020-01-01T00:00:00Z')", "t = DATE('2020-01-01')", "t = d", "d < TIMESTAMP('2020-01-01T00:00:00Z')",
    "t = '2020-01-01T00:00:00Z'", "'2020-01-01' <= d", "t IN ('2020-01-01T00:00:00Z', '2020-01-01')",
    "t BETWEEN '2020-01-01T00:00:00Z' AND DATE('2021-01-01')", "x > DATE('2020-01-01')",
    "T_AFTER(t, INTERVAL('..', '2020-01-01'))", "T_DURING(INTERVAL(t, x), INTERVAL(d, '..'))", "T_MEETS(x, t)",
    "T_EQUALS(t, INTERVAL('2020-01-01', '2020-01-01T12:00:00Z'))", "S_WITHIN(g, BBOX(1, 2, 3, 4))", "S_WITHIN(g, x)",
    "A_CONTAINS(a, ('a', 1, TRUE, DATE('2020-01-01'), n, n + 1))", "A_EQUALS((), x)", "abs(n) = 1", "ABS((n)) = 1",
    "max(1, 2, n) = 3", "year(t) = 2020", "year('2020-01-01') = 2020", "size(a) = 0", "size(('a')) = 1",
  ]) func aSoundFilterPasses(_ text: String) throws {
    let filter = try Filter(text: text)
    #expect(try filter.expression.type(properties: Properties()) != .number)
    #expect(throws: Never.self) { try filter.check(properties: Properties()) }
  }

  @Test(arguments: misfits) func aMisfitIsNamedWithItsPlace(_ bad: BadText) throws {
    let filter = try Filter(text: bad.text)
    let error = #expect(throws: CQL2SyntaxError.self) { try filter.check(properties: Properties()) }
    #expect(error?.description == bad.message)
  }

  static let misfits: [BadText] = [
    .init("n", "character 1: expected a condition, which is true or false, found the property 'n', which is a number"),
    .init("n = 5 AND foo LIKE 'a'", "character 11: there is no queryable property 'foo'"),
    .init("s = 5", "character 5: expected a string to compare with the property 's', found the number 5"),
    .init(
      "n = s",
      "character 5: expected a number to compare with the property 'n', found the property 's', which is a string"),
    .init("n IN (1, 'a')", "character 10: expected a number to compare with the property 'n', found the string 'a'"),
    .init("b AND s", "character 7: expected a condition for AND, found the property 's', which is a string"),
    .init("NOT n", "character 5: expected a condition for NOT, found the property 'n', which is a number"),
    .init("n LIKE 'a'", "character 1: expected a string before LIKE, found the property 'n', which is a number"),
    .init(
      "s LIKE s",
      "character 8: expected a string in quotes, or CASEI or ACCENTI around one, as the pattern of LIKE, found the "
        + "property 's', which is a string"),
    .init("CASEI(n) = 'a'", "character 7: expected a string in CASEI, found the property 'n', which is a number"),
    .init("n + s = 5", "character 5: expected a number for '+', found the property 's', which is a string"),
    .init(
      "s BETWEEN 'a' AND 'b'",
      "character 1: expected a number or an instant for BETWEEN (strings are compared with >= and <=), found the "
        + "property 's', which is a string"),
    .init(
      "t = 'foo'",
      "character 5: expected a timestamp such as '2020-02-09T10:00:00Z' to compare with the property 't', found the "
        + "string 'foo'"),
    .init(
      "'foo' = d",
      "character 1: expected a date such as '2020-02-09' to compare with the property 'd', found the string 'foo'"),
    .init(
      "t = s",
      "character 5: expected a timestamp to compare with the property 't', found the property 's', which is a string"),
    .init(
      "T_AFTER(t, '2020-01-01')",
      "character 12: expected a timestamp, a date or an interval in T_AFTER, found a string; write DATE('2020-01-01')"),
    .init(
      "T_AFTER(t, INTERVAL('2020-01-01', '2019-01-01'))", "character 12: the interval must not end before it starts"),
    .init(
      "T_AFTER(t, INTERVAL(t, n))",
      "character 24: expected a timestamp or a date as the end of an interval, found the property 'n', which is a number"
    ),
    .init("S_WITHIN(g, s)", "character 13: expected a geometry in S_WITHIN, found the property 's', which is a string"),
    .init(
      "g = POINT(1 2)",
      "character 1: expected a scalar to compare (geometries are compared with S_EQUALS), found the property 'g', "
        + "which is a geometry"),
    .init(
      "t = INTERVAL('..', '..')",
      "character 5: expected a scalar to compare (intervals are compared with T_EQUALS), found an interval"),
    .init(
      "a = a",
      "character 1: expected a scalar to compare (arrays are compared with A_EQUALS), found the property 'a', which is "
        + "an array"),
    .init("A_EQUALS(a, 'b')", "character 13: expected an array in A_EQUALS, found the string 'b'"),
    .init("A_EQUALS(a, (1, foo))", "character 17: there is no queryable property 'foo'"),
    .init(
      "foo(n) = 5",
      "character 1: there is no function 'foo'; the functions are "
        + FilterFunction.all.map(\.name).joined(separator: ", ")),
    .init("abs() = 5", "character 1: the function 'abs' takes 1 argument, found 0"),
    .init("max() = 5", "character 1: the function 'max' takes 1 argument or more, found 0"),
    .init(
      "abs(s) = 5", "character 5: expected a number as the value of 'abs', found the property 's', which is a string"),
  ]

  @Test func theSameMisfitIsFoundInJSON() throws {
    let filter = try Filter(json: ["op": "not", "args": [["op": "in", "args": [["property": "n"], [1, "a"]]]]])
    let error = #expect(throws: FilterTypeError.self) { try filter.expression.check(properties: Properties()) }
    #expect(error?.path == [0, 1, 1])
    #expect(error.map { filter.location(of: $0.path) } == "/args/0/args/1/1")
  }

  @Test(arguments: [
    Expression.operation(.equal, [.number(JSONNumber(1))]), .operation(.and, [.boolean(true)]),
    .operation(.in, [.number(JSONNumber(1)), .property("a")]), .operation(.in, [.number(JSONNumber(1)), .array([])]),
    .operation(.tAfter, [.property("t"), .unbounded]), .unbounded, .operation(.isNull, []),
  ]) func aTreeThatNoParserMakesIsRefused(_ expression: Expression) {
    #expect(throws: FilterTypeError.self) { try expression.check(properties: Properties()) }
  }
}
