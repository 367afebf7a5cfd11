import MLMExtension
import StacModel
import Testing

/// What people get wrong most, and the very words that they are told.
@Suite struct WordsOfFindingsTests {
  @Test(arguments: [
    (FaultyModel(basic, "properties/mlm:task", ["classification"]), "no member that is known", "write mlm:tasks"),
    (FaultyModel(basic, "properties/mlm:hyperparameter", ["a": 1]), "no member", "write mlm:hyperparameters"),
    (FaultyModel(basic, "properties/mlm:Accelerator", "cuda"), "no member", "write mlm:accelerator"),
    (FaultyModel(basic, "properties/mlm:loss", 1), "no member", "prefix of another extension"),
    (
      FaultyModel(bands, "properties/mlm:memory_size", .number(JSONNumber(1.5) ?? JSONNumber(0))), "here it is 1.5",
      "an integer"
    ),
    (FaultyModel(bands, "properties/mlm:memory_size", "100"), "here it is a string", "an integer"),
    (
      FaultyModel(cube, "\(input)/variables/0", "t3m", .bandDescribed), "the variable 't3m' is described nowhere",
      "cube:variables"
    ),
    (FaultyModel(bands, "\(input)/bands/0", "B77", .bandDescribed), "the band 'B77' is", "eo:bands"),
    (
      FaultyModel("1.0.0/item_eo_bands", "\(input)/bands/0", ["name": "B01"]), "must be a string",
      "objects are bands in later"
    ),
    (
      FaultyModel(
        "1.3.0/item_bands_expression", "\(input)/value_scaling", [["type": "z-score", "mean": 0]], .scalingReadable,
        at: "\(input)/value_scaling/0"), "'z-score' lacks its numbers", "mean and stddev"
    ),
    (
      FaultyModel(basic, "assets/model/file:checksum", .string(String(repeating: "0a", count: 32)), .checksumForm),
      "does not say that it is a SHA-256", "write 1220 before"
    ),
    (
      FaultyModel(basic, "properties/classification:classes", [["value": 0, "description": "x"]], .memberPlace),
      "stand in its outputs", "move them"
    ),
  ]) func whatIsWrongIsToldWithWhatWasMeant(model: FaultyModel, message: String, remedy: String) throws {
    let told = try model.findings().all.filter { $0.rule == model.rule && $0.pointer.description == model.pointer }
    #expect(told.count == 1)
    #expect(told.first?.message.contains(message) == true && told.first?.remedy.contains(remedy) == true, "\(told)")
  }
}
