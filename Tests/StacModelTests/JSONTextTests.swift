import StacModel
import Testing

@Suite struct JSONTextTests {
  private static func compact(_ text: String) throws -> String {
    String(decoding: try JSONText(Array(text.utf8)).bytes, as: UTF8.self)
  }

  @Test(arguments: [
    (" { \"a\" : [ 1 , 2.0 ,\t-0 ] , \"b\":{ } }\r\n", #"{"a":[1,2.0,-0],"b":{}}"#),
    (
      #"["\u0061\/\b\f\n\u000A\u001F\u00e9\ud83d\ude00\"\u0022\\\u005c"]"#,
      "[\"a/\\u0008\\u000c\\n\\n\\u001fé😀\\\"\\\"\\\\\\\\\"]"
    ),
    ("[]", "[]"), ("\"\"", "\"\""), ("  null ", "null"), ("[ ]", "[]"), (#"{"a":"x"}"#, #"{"a":"x"}"#),
    (#"{ "\u0061b":1,"c" :"\u0041" }"#, #"{"ab":1,"c":"A"}"#),
  ])
  func `The compact text is what the serializer writes of the value`(text: String, expected: String) throws {
    #expect(try Self.compact(text) == expected)
    let value = try JSONParser.parse(text)
    #expect(JSONSerializer.text(value) == expected)
    #expect(try JSONText(Array(text.utf8)) == JSONText(value))
    #expect(JSONText(value).root.value == value)
  }

  @Test func `A part of a text is what reading it by itself gives`() throws {
    let text = #"{"list":[{"a":[1,{"é":"\n"}],"b":{}},[],"x",-1.50,[[{"c":null}],true]],"after":1}"#
    let list = try #require(try JSONText(Array(text.utf8)).root.object?["list"]?.array)
    for view in list {
      let part = JSONText(view)
      let read = try JSONText(Array(view.bytes))
      #expect(part == read)
      #expect(part.root.value == read.root.value)
      #expect(part.root.value == view.value)
      #expect(part.root.object?["b"]?.object?.count == read.root.object?["b"]?.object?.count)
    }
    #expect(JSONText(try #require(Array(list).first)).root.object?["b"]?.object?.isEmpty == true)
  }

  @Test(arguments: [
    #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"a":2}"#, #"{"\n":1,"\u000a":2}"#, "{\"é\":1,\"e\u{301}\":2}",
    #"{"é":1,"\u00e9":2}"#, #"{ "b":{"x":1}, "a" : 1 , "\u0061" : 2}"#, #"{"":1,"":2}"#,
    #"{"a\/b":1,"a/b":2}"#, #"{"x":"\/","a":1,"a":2}"#, "{\"K\":1,\"\u{212A}\":2}", "{\"\u{212A}\":1,\"b\":2,\"K\":3}",
  ])
  func `A name is repeated however it is written`(text: String) {
    #expect(throws: JSONSyntaxError.self) { try JSONText(Array(text.utf8)) }
  }

  @Test func `Names are found repeated among few and among many, and at other levels they are others`() throws {
    for count in [2, 63, 64, 65, 66, 500] {
      let members = (0..<count).map { #""a longer name \#($0)":{"a longer name 0":\#($0)}"# }
      let text = "{" + members.joined(separator: ",") + "}"
      #expect(try JSONText(Array(text.utf8)).root.object?.count == count)
      for place in [0, count / 2, count - 1] {
        let repeated = "{" + (members + [members[place]]).joined(separator: ",") + "}"
        #expect(throws: JSONSyntaxError.self) { try JSONText(Array(repeated.utf8)) }
      }
    }
  }

  @Test(arguments: [("K", "\u{212A}"), (";", "\u{37E}"), ("`", "\u{1FEF}"), ("\u{E9}", "e\u{301}")])
  func `Two forms of a name are one among few and among many`(name: String, other: String) throws {
    for count in [0, 1, 2, 3, 4, 5, 61, 62, 63, 64, 65, 200] {
      for letter in ["n", "é"] {
        let between = (0..<count).map { #""\#(letter)\#($0)":0"# }
        for (first, last) in [(name, other), (other, name)] {
          let members = [#""\#(first)":0"#] + between
          #expect(try JSONText(Array("{\(members.joined(separator: ","))}".utf8)).root.object?.count == count + 1)
          let repeated = (members + [#""\#(last)":0"#]).joined(separator: ",")
          #expect(throws: JSONSyntaxError.self) { try JSONText(Array("{\(repeated)}".utf8)) }
        }
      }
    }
  }

  @Test func `Values are read where they stand`() throws {
    let text = try JSONText(
      Array(
        #"""
        {"no":null,"yes":true,"number":-12.5e1,"text":"a\"b\n\u0001é","list":[1,[2,{"x":3}],"4"],
         "object":{"inner":{"list":[]},"last":0.1},"":"empty"}
        """#.utf8))
    let object = try #require(text.root.object)
    #expect(object["no"]?.isNull == true && object["yes"]?.bool == true && object["none"] == nil)
    #expect(object["number"]?.double == -125)
    #expect(object["text"]?.string == "a\"b\n\u{1}é")
    #expect(object["list"]?.array?.map(\.kind) == ["a number", "an array", "a string"])
    #expect(object["object"]?.object?["last"]?.double == 0.1)
    #expect(object["object"]?.object?["inner"]?.object?["list"]?.array?.isEmpty == true)
    #expect(object["x"] == nil && object["last"] == nil)
    #expect(object.map(\.name) == ["no", "yes", "number", "text", "list", "object", ""])
    #expect(object["list"]?.bytes.elementsEqual(#"[1,[2,{"x":3}],"4"]"#.utf8) == true)
    #expect(object["yes"]?.isString == false && object[""]?.equals("empty") == true)
    #expect(object[""]?.hasPrefix("emp") == true && object[""]?.equals("empt") == false)
  }

  @Test(arguments: [
    "0", "-0", "1", "-1.5", "0.1", "134.21331", "9007199254740991", "9007199254740993", "90071992547409.93",
    "0.000000000000001", "-179.999999999999", "12345678901234567890", "1e22", "1E-7", "0.30000000000000004",
    "5e-324", "1.7976931348623157e308", "123456789012345.67", "-90.00000000000001", "100000000000000000",
  ])
  func `Numbers are the nearest doubles`(text: String) throws {
    let double = try #require(try JSONText(Array(text.utf8)).root.double)
    #expect(double.bitPattern == Double(text)?.bitPattern)
  }

  @Test func `Numbers that jsonb does not take are noted`() throws {
    for (text, isPlain) in [
      ("[1,2.5e-300]", true), ("[1e0001]", true), ("[1e-00001]", false),
      ("[\(String(repeating: "9", count: 401).dropLast(101))]", true),
      ("[0.\(String(repeating: "1", count: 400))]", false),
    ] {
      let scanned = try JSONText(Array(text.utf8))
      #expect(scanned.hasPlainNumbers == isPlain, "\(text.prefix(20))")
      #expect(JSONText(scanned.root.value).hasPlainNumbers == isPlain)
    }
  }

  @Test func `Strings of every length and with a special character at every place are read`() throws {
    for length in 0...40 {
      for place in 0...length {
        for (special, written) in [
          ("\"", "\\\""), ("\\", "\\\\"), ("é", "é"), ("/", "\\/"), ("\u{1}", "\\u0001"), ("\u{7F}", "\u{7F}"),
        ] {
          let (before, after) = (String(repeating: "x", count: place), String(repeating: "y", count: length - place))
          let text = try JSONText(Array("[\"\(before)\(written)\(after)\",1]".utf8))
          #expect(text.root.array?.first?.string == before + special + after)
        }
        let broken =
          Array(String(repeating: "x", count: place).utf8) + [0x0A] + Array(repeating: 0x79, count: length - place)
        #expect(
          throws: JSONSyntaxError(position: place + 1, message: "A control character must be escaped in a string")
        ) {
          try JSONText([0x22] + broken + [0x22])
        }
        let invalid =
          Array(repeating: UInt8(0x78), count: place) + [0xC3] + Array(repeating: 0x79, count: length - place)
        #expect(throws: JSONSyntaxError.self) { try JSONText([0x22] + invalid + [0x22]) }
      }
    }
  }

  @Test func `An item keeps its text, and the document is made of it`() throws {
    let source =
      #"{ "type":"Feature","stac_version":"1.1.0","id":"a","geometry":null,"properties":{"datetime":"2020-01-01T00:00:00Z"},"links":[{"rel":"self","href":"x"},{"rel":"about","href":"y"}],"assets":{},"collection":"c" }"#
    let item = try Item(JSONText(Array(source.utf8)))
    #expect(try JSONValue.object(item.document) == JSONParser.parse(source))
    #expect(item == (try Item(JSONParser.parse(source))))
    #expect(item.serialized == SerializedDocument(item.document))
    #expect(item.inCollection("c") == item)
    #expect(item.inCollection("d").document["collection"] == "d")
    #expect(String(decoding: item.serialized.bytes, as: UTF8.self).contains(#""links":[{"rel":"about","href":"y"}]"#))
  }
}
