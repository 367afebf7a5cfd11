import MLMExtension
import StacModel
import Testing

/// Tags of MLflow are texts; what they become is decided by the schema of the property.
@Suite struct PropertyFromTextTests {
  @Test(arguments: [
    ("mlm:architecture", "50"), ("mlm:architecture", "true"), ("mlm:architecture", "null"), ("mlm:architecture", "[1]"),
    ("mlm:framework_version", "2.0"), ("mlm:accelerator_summary", "8"), ("mlm:name", "007"), ("mlm:framework", "1e3"),
    ("mlm:pretrained_source", "2024"), ("sci:doi", "10.1234"), ("sci:citation", "{}"), ("title", "3"),
    ("title", "\"x\""),
    ("description", "True"), ("license", "0"), ("processing:level", "2"), ("processing:facility", "7"),
  ]) func aPropertyOfTextsKeepsTheText(name: String, text: String) {
    #expect(MLMExtension.property(name, fromText: text) == .string(text))
  }

  @Test(
    arguments: [
      ("mlm:memory_size", "1024", 1024), ("mlm:total_parameters", "11700000", 11_700_000),
      ("mlm:pretrained", "true", true),
      ("mlm:pretrained", "True", true), ("mlm:pretrained", "False", false),
      ("mlm:accelerator_constrained", "false", false),
      ("mlm:pretrained_source", "null", .null), ("mlm:pretrained_source", "None", .null),
      ("mlm:accelerator", "null", .null),
      ("mlm:accelerator", "cuda", "cuda"), ("mlm:tasks", #"["regression"]"#, ["regression"]),
      ("mlm:hyperparameters", #"{"a": 1}"#, ["a": 1]), ("keywords", #"["a"]"#, ["a"]), ("eo:cloud_cover", "12", 12),
      // What is of no kind that the schema takes is left to the schema to refuse.
      ("mlm:memory_size", "1 GB", "1 GB"), ("mlm:tasks", "regression", "regression"), ("mlm:pretrained", "1", 1),
      ("mlm:memory_size", "1.5", .number(JSONNumber(1.5) ?? JSONNumber(0))),
      // Of these no schema is known.
      ("acme:score", "0.5", .number(JSONNumber(0.5) ?? JSONNumber(0))), ("acme:ticket", "A-7", "A-7"),
      ("acme:on", "true", true),
    ] as [(String, String, JSONValue)])
  func aPropertyOfAnotherKindIsRead(name: String, text: String, value: JSONValue) {
    #expect(MLMExtension.property(name, fromText: text) == value)
  }
}
