import MLflow
import StacModel
import Testing

/// The file MLmodel: which library, what goes in and out.
@Suite struct MLmodelTests {
  private static let xgboost = #"""
    flavors:
      python_function:
        data: model.ubj
        loader_module: mlflow.xgboost
        python_version: 3.11.2
      xgboost:
        code: null
        data: model.ubj
        model_class: xgboost.core.Booster
        xgb_version: 3.2.0
    mlflow_version: 3.17.2
    model_id: m-037332731c964d8f8bd1b0429313f0f0
    model_size_bytes: 8454
    run_id: 7cdcfb9ced6547848cb9de54fb31c438
    signature:
      inputs: '[{"type": "float", "name": "red", "required": true}, {"type": "float",
        "name": "nir", "required": true}]'
      outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1,
        2]}}]'
      params: null
    """#

  @Test func `The library, its file and the signature are read`() throws {
    let model = try MLmodel(Array(Self.xgboost.utf8))
    let framework = try #require(model.framework)
    #expect(framework.name == "XGBoost")
    #expect(framework.version == "3.2.0")
    #expect(framework.file == "model.ubj")
    #expect(framework.artifactType == "xgboost.Booster.save_model")
    #expect(model.runID == "7cdcfb9ced6547848cb9de54fb31c438")
    #expect(model.size == 8454)
    #expect(model.signature?.inputs.map(\.name) == ["red", "nir"])
    #expect(model.signature?.inputs.map(\.dataType) == ["float32", "float32"])
    #expect(model.signature?.outputs.first?.shape == [-1, 2])
  }

  @Test func `Parameters of a prediction are named, and a scalar has one size`() throws {
    let parameters = #"params: '[{"name": "top", "type": "long", "default": 3}]'"#
    let text = Self.xgboost.replacing("params: null", with: parameters)
    let signature = try #require(try MLmodel(Array(text.utf8)).signature)
    #expect(signature.parameters == ["top"])
    let plain = try #require(try MLmodel(Array(Self.xgboost.utf8)).signature)
    #expect(plain.parameters.isEmpty && plain.outputs.first?.shape == [-1, 2])
    let scalar = #"""
      flavors: {python_function: {loader_module: x}}
      signature:
        inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": []}}]'
      """#
    #expect(try MLmodel(Array(scalar.utf8)).signature?.inputs.map(\.shape) == [[-1]])
  }

  @Test(arguments: [("2.1", "2.1.0"), ("2.1.0+cu121", "2.1.0"), ("1", "1.0.0"), ("1.2.3.4", "1.2.3")])
  func `Versions have three numbers`(_ written: String, _ expected: String) throws {
    let text = "flavors:\n  pytorch:\n    model_data: data\n    pytorch_version: '\(written)'\n"
    #expect(try MLmodel(Array(text.utf8)).framework?.version == expected)
  }

  @Test(arguments: [
    "flavors:\n  xgboost:\n    data: ../../etc/passwd\n    xgb_version: 3.2.0\n",
    "flavors:\n  xgboost:\n    data: a/%2e%2e/b\n    xgb_version: 3.2.0\n",
  ])
  func `A file that leads elsewhere is none`(_ text: String) throws {
    #expect(try MLmodel(Array(text.utf8)).framework?.file == nil)
  }

  @Test func `What is no mapping, too large, deep or entangled is refused`() {
    let entangled =
      "a: &a [x, x, x, x, x, x, x, x, x]\n"
      + (1...9).map {
        "\(Character(UnicodeScalar(UInt8(97 + $0)))): &\(Character(UnicodeScalar(UInt8(97 + $0)))) ["
          + Array(repeating: "*\(Character(UnicodeScalar(UInt8(96 + $0))))", count: 9).joined(separator: ", ") + "]\n"
      }
      .joined()
    let texts = [
      "- a\n- b\n", "just text", "a: [", "a: \u{0}", String(repeating: "a: b\n", count: 300_000),
      "a: " + String(repeating: "[", count: 20_000), String(repeating: "- ", count: 20_000) + "a",
      "a: " + String(repeating: "{b: ", count: 5_000) + "c" + String(repeating: "}", count: 5_000), entangled,
    ]
    for text in texts {
      #expect(throws: MLflowError.self, "\(text.prefix(40))") { try MLmodel(Array(text.utf8)) }
    }
    #expect(throws: MLflowError.self) { try MLmodel([0xff, 0xfe, 0x00]) }
  }

  @Test(arguments: [
    String(repeating: "[", count: 400_000), "a: &a [x, x]\nb: *a", String(repeating: "- ", count: 400_000),
    "flavors: [" + String(repeating: "x, ", count: 250_000) + "x]", "- no mapping", "",
  ])
  func `A file that would make the parser recurse or copy without end is refused`(text: String) {
    #expect(throws: MLflowError.self) { try MLmodel(Array(text.utf8)) }
  }
}
