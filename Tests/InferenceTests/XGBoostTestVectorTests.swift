import Inference
import Testing
import TreeEnsembles

@Suite("Test vectors")
struct XGBoostTestVectorTests {
  @Test("The demo models give what their test vectors say", arguments: ["amazon-land-cover", "sinop-crops"])
  func demoModels(name: String) throws {
    let vector = try TestVector(csv: XGBoostFixtures.catalogModel("\(name).test-vector.csv"))
    let classifier = try XGBoostClassifier(bytes: XGBoostFixtures.catalogModel("\(name).ubj"))
    #expect(try vector.verify(classifier) <= 1e-6)
    #expect(vector.outputNames.count == classifier.outputCount)
    #expect(vector.features.contains { $0.isNaN })
  }

  @Test("A wrong value is named with its row, column and both numbers")
  func wrongValue() throws {
    let text = String(decoding: try XGBoostFixtures.catalogModel("sinop-crops.test-vector.csv"), as: UTF8.self)
    let changed = text.replacing("0.0114044379", with: "0.5114044379", maxReplacements: 1)
    let classifier = try XGBoostClassifier(bytes: XGBoostFixtures.catalogModel("sinop-crops.ubj"))
    let error = #expect(throws: ModelFileError.self) { try TestVector(csv: Array(changed.utf8)).verify(classifier) }
    #expect(error?.code == .mismatch)
    #expect(error?.message.hasPrefix("Row 1 of the test vector expects 0.5114") == true)
    #expect(error?.message.contains("'Forest'") == true)
  }

  @Test("Features in another order, of another number, and other numbers of outputs are refused")
  func shapes() throws {
    let classifier = try XGBoostClassifier(bytes: XGBoostFixtures.bytes("lulc20_xgb3.2.0.ubj"))
    let names = try #require(classifier.featureNames)
    let outputs = (0..<10).map { "expected:\($0)" }
    let row = (names.map { _ in "1" } + outputs.map { _ in "0.1" }).joined(separator: ",")
    let swapped = (["B03", "B02"] + names.dropFirst(2) + outputs).joined(separator: ",")
    let error = #expect(throws: ModelFileError.self) {
      try TestVector(csv: Array("\(swapped)\n\(row)\n".utf8)).verify(classifier)
    }
    #expect(error?.message.contains("Feature 0 is 'B03' in the test vector and 'B02' in the model") == true)
    for header in [names.dropLast() + ["expected:x"] + outputs, names + ["expected:0"]] {
      let line = header.map { _ in "1" }.joined(separator: ",")
      let vector = try TestVector(csv: Array("\(header.joined(separator: ","))\n\(line)".utf8))
      #expect(throws: ModelFileError.self) { try vector.verify(classifier) }
    }
  }

  @Test("A binary model's test vector may have one probability or both")
  func binary() throws {
    let classifier = try XGBoostClassifier(bytes: XGBoostFixtures.bytes("binlog_xgb3.2.0.ubj"))
    let p = try classifier.predict([Float](repeating: 1, count: 14), rows: 1)[0]
    let header = (0..<14).map { "f\($0)" }.joined(separator: ",")
    let row = [String](repeating: "1", count: 14).joined(separator: ",")
    try TestVector(csv: Array("\(header),expected:1\n\(row),\(p)".utf8)).verify(classifier)
    try TestVector(csv: Array("\(header),expected:0,expected:1\n\(row),\(1 - p),\(p)".utf8)).verify(classifier)
    #expect(throws: ModelFileError.self) {
      try TestVector(csv: Array("\(header),expected:0,expected:1\n\(row),\(p),\(1 - p)".utf8)).verify(classifier)
    }
  }

  @Test("Quotes, blanks, empty cells, nan and Windows line ends are read")
  func csvForms() throws {
    let text = "\u{FEFF}\"a \"\"b\"\", c\", d ,expected:x\r\n1, ,2\r\nNaN,\"3\",4\r\n\r\n"
    let vector = try TestVector(csv: Array(text.utf8))
    #expect(vector.featureNames == ["a \"b\", c", "d"])
    #expect(vector.rows == 2)
    #expect(vector.features[0] == 1 && vector.features[1].isNaN && vector.features[2].isNaN && vector.features[3] == 3)
    #expect(vector.expected == [2, 4])
  }

  @Test(
    "A test vector that cannot be read is refused",
    arguments: [
      "", "a,b\n1,2\n", "expected:x\n1\n", "a,expected:x\n", "a,expected:x\n1\n", "a,expected:x\n1,\n",
      "a,expected:x\n1,nan\n", "a,expected:x\none,1\n", "a,a,expected:x\n1,1,1\n", "a,expected:x,b\n1,1,1\n",
      "\"a,expected:x\n1,1\n",
    ])
  func refusals(text: String) {
    let error = #expect(throws: ModelFileError.self) { try TestVector(csv: Array(text.utf8)) }
    #expect(error?.code == .testVector)
  }
}
