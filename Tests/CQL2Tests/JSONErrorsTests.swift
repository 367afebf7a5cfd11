import CQL2
import StacModel
import Testing

@Suite struct JSONErrorsTests {
  @Test(arguments: cases) func anErrorPointsToTheValueAndSaysWhatWasExpected(_ bad: BadText) throws {
    let json = try JSONParser.parse(bad.text)
    let error = #expect(throws: CQL2SyntaxError.self) { try Filter(json: json) }
    #expect(error?.description == bad.message)
  }

  static let cases: [BadText] = [
    .init("null", "the filter: null is no value to compare with; use {\"op\": \"isNull\", …}"),
    .init("5", "the filter: expected a condition such as {\"op\": \"=\", …}, found the number 5"),
    .init("[]", "the filter: expected a condition such as {\"op\": \"=\", …}, found a list"),
    .init(
      "{\"foo\": 1}",
      "the filter: expected an object with 'op', 'property', 'date', 'timestamp', 'interval', 'bbox' or 'type', found "
        + "'foo'"),
    .init("{\"op\": 5, \"args\": []}", "/op: expected the name of an operator or a function, found a number"),
    .init("{\"op\": \"=\"}", "the filter: expected an array 'args' with the operands of '=', which is missing"),
    .init("{\"op\": \"=\", \"args\": 5}", "/args: expected an array 'args' with the operands of '=', found a number"),
    .init("{\"op\": \"=\", \"args\": [1, 2, 3]}", "/args: expected 2 operands of '=', 3 found"),
    .init("{\"op\": \"and\", \"args\": []}", "/args: expected 2 operands or more of 'and', 0 found"),
    .init("{\"op\": \"=\", \"args\": [1, 2], \"x\": 1}", "/x: expected no member besides 'args', 'op'"),
    .init(
      "{\"op\": \"=\", \"args\": [{\"property\": 5}, 5]}",
      "/args/0/property: expected a property's name, found a number"),
    .init(
      "{\"op\": \"=\", \"args\": [{\"property\": \"a\", \"b\": 1}, 5]}",
      "/args/0/b: expected no member besides 'property'"),
    .init(
      "{\"op\": \"=\", \"args\": [1, null]}", "/args/1: null is no value to compare with; use {\"op\": \"isNull\", …}"),
    .init("{\"op\": \"!=\", \"args\": [1, 2]}", "/op: '!=' is no operator of CQL2; expected <>"),
    .init(
      "{\"op\": \"date\", \"args\": [\"2020-01-01\"]}", "/op: expected an operator; a literal is written {\"date\": …}"),
    .init("{\"op\": \"a b\", \"args\": []}", "/op: 'a b' is no operator of CQL2, and no name that a function can have"),
    .init(
      "{\"op\": \"and\", \"args\": [true, {\"op\": \"<\", \"args\": [{\"op\": \"+\", \"args\": [1, \"a\"]}, 3]}]}",
      "/args/1/args/0/args/1: arithmetic needs a number, a property or a function, found the string 'a'"),
    .init(
      "{\"op\": \"in\", \"args\": [1, []]}", "/args/1: expected an array of at least one value, found an empty one"),
    .init("{\"op\": \"in\", \"args\": [1, 2]}", "/args/1: expected an array of at least one value, found a number"),
    .init(
      "{\"op\": \"t_after\", \"args\": [{\"property\": \"a\"}, {\"timestamp\": \"2020\"}]}",
      "/args/1/timestamp: expected a timestamp such as 2020-02-09T10:00:00Z, found '2020'"),
    .init(
      "{\"op\": \"t_after\", \"args\": [{\"property\": \"a\"}, {\"interval\": [\"..\"]}]}",
      "/args/1/interval: expected an array of the interval's two ends, found 1 of them"),
    .init(
      "{\"op\": \"s_within\", \"args\": [{\"property\": \"a\"}, {\"bbox\": [1, 2, 3, \"a\"]}]}",
      "/args/1/bbox/3: expected a number, found a string"),
    .init(
      "{\"op\": \"s_within\", \"args\": [{\"property\": \"a\"}, {\"type\": \"Point\", \"coordinates\": [1, 200]}]}",
      "/args/1/coordinates: a latitude must lie between -90 and 90"),
  ]
}
