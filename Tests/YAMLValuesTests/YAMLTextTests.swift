import StacModel
import Testing
import YAMLValues

@Suite struct YAMLTextTests {
  @Test func `Aliases, deep nesting and much text are refused before anything is copied`() {
    let bomb =
      "a: &a [x,x,x,x,x,x,x,x,x]\n"
      + (0..<30).map { "\(Character(UnicodeScalar(98 + UInt8($0 % 24))))\($0): &n\($0) [*a,*a,*a,*a]" }
      .joined(separator: "\n")
    let texts = [
      bomb, String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 50_000),
      String(repeating: "- ", count: 100_000),
      (0..<5_000).map { String(repeating: " ", count: $0) + "a:" }
        .joined(separator: "\n"), String(repeating: "x", count: 300_000), "outs: *nothing",
      "outs:\n" + String(repeating: "- {path: a}\n", count: 21_000),
    ]
    for text in texts {
      #expect(throws: YAMLError.self) { try YAMLText.parse(Array(text.utf8)) }
    }
    #expect(throws: YAMLError.self) { try YAMLText.parse([0x61, 0x3A, 0xFF, 0xFE]) }
  }

  @Test func `Ampersands and stars in commands are no aliases`() throws {
    let value = try YAMLText.parse(Array("cmd: cp data/*.tif out 2>&1 && ls * # &x\nother: 'a & b'".utf8))
    #expect(value.object?["cmd"]?.string == "cp data/*.tif out 2>&1 && ls *")
  }

  @Test(arguments: [
    ("cmd: python train.py --files *data --flag", "python train.py --files *data --flag"),
    ("cmd: ls *.tif *.csv", "ls *.tif *.csv"), ("cmd: \"*a\"", "*a"), ("cmd: '*a &b'", "*a &b"),
    ("cmd: python -c 'f(*args, **kw)'", "python -c 'f(*args, **kw)'"),
    ("cmd: |\n  *first\n  cp a/*b &c\n", "*first\ncp a/*b &c\n"), ("cmd: >-\n  ls\n  *x\n", "ls *x"),
    ("cmd: a\n  *b &c", "a *b &c"), ("cmd: \"a\n  *b\"", "a *b"), ("cmd: &only once", "once"),
    ("cmd: x - *y", "x - *y"), ("cmd: echo [[[[ {{{{", "echo [[[[ {{{{"),
  ])
  func `Scalars hold what they hold`(text: String, command: String) throws {
    #expect(try YAMLText.parse(Array(text.utf8)).object?["cmd"]?.string == command)
  }

  @Test(arguments: [
    ("a: &x 1\nb: *x", 2), ("- &a [1]\n- *a", 2), ("? &k {a: 1}\n: 2\nb:\n  - *k", 4), ("a: 1\n<<: *base", 2),
    ("a: {b: *c}", 1),
  ])
  func `An alias is refused by its line`(text: String, line: Int) {
    let error = #expect(throws: YAMLError.self) { try YAMLText.parse(Array(text.utf8)) }
    #expect(error?.description.hasPrefix("line \(line) has an alias") == true)
  }
}
