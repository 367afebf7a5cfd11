import SeededRandom
import Testing
import TreeEnsembles

@Suite("JSON of model files")
struct ModelTextTests {
  /// A model of one leaf, whose margin is the number as it was read.
  private func margin(of number: String) throws -> Double {
    let text = """
      {"learner":{"attributes":{"a\\u00e9\\n":"\\ud83d\\ude00"},"feature_names":[],"feature_types":[],"gradient_booster":\
      {"model":{"gbtree_model_param":{"num_trees":"1"},"tree_info":[0],"trees":[{"left_children":[-1],"right_children":[-1],\
      "split_indices":[0],"split_conditions":[\(number)],"default_left":[0],"tree_param":{"num_nodes":"1"}}]},\
      "name":"gbtree"},"learner_model_param":{"base_score":"0E0","num_class":"0","num_feature":"1"},"objective":\
      {"name":"reg:squarederror"}},"version":[2,1,4]}
      """
    return try EnsembleEvaluator(EnsembleModel(bytes: Array(text.utf8))).margins([0], rows: 1)[0]
  }

  @Test("Numbers are rounded once to float32, however they are written")
  func numbers() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<300 {
      let float = Float(bitPattern: UInt32.random(in: 0..<0x7D00_0000, using: &random))
      #expect(try margin(of: "\(float)") == Double(float))
      #expect(try margin(of: "-\(Double(float))") == Double(-float))
    }
    // 1 + 2^-24 lies between two of them and goes to the even one, what is a little more goes up.
    for text in ["1.000000059604644775390625", "1.0000000596046448", "1.00000005960464478", "1.0000000596046449"] {
      #expect(try margin(of: text) == Double(try #require(Float(text))))
    }
    for text in [
      "0", "-0.0", "7", "1E2", "1e-45", "1.4028234e38", "123456789012345678", "12345678901234567890", "0.1e+1",
    ] {
      #expect(try margin(of: text) == Double(try #require(Float(text))))
    }
  }

  @Test(
    "What is not JSON is refused",
    arguments: [
      "1.", "1e", "-", "+1", ".5", "1,", "NaM", "Inf", "1 2", "\"1\"", "[1]", "{}", "1]]", "nul", "1e+", "1\u{0}", "",
    ])
  func refusals(number: String) {
    let error = #expect(throws: ModelFileError.self) { try margin(of: number) }
    #expect(error?.code == .damaged)
  }
}
