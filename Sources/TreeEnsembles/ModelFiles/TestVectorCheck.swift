extension TestVector {
  /// How far an output may be from its expected value: absolutely up to 1, relatively beyond.
  public static let tolerance: Float = 1e-6

  /// Checks that a model gives the expected outputs.
  ///
  /// - Returns: The largest difference found.
  /// - Throws: ``ModelFileError`` with ``ModelFileError/Code/mismatch`` when the features, the number of outputs or a
  ///   value differ; the message names the row, the column and both values.
  @discardableResult
  public func verify(_ classifier: some Classifier) throws(ModelFileError) -> Float {
    try checkNames(classifier)
    let width = outputNames.count
    let isPair = classifier.kind.isBinary && classifier.outputCount == 1 && width == 2
    guard isPair || classifier.outputCount == width else {
      throw ModelFileError(
        .mismatch,
        "The test vector expects \(width) outputs and the model gives \(classifier.outputCount); "
          + "write one 'expected:' column for each class, in the model's order.")
    }
    let got = try classifier.predict(features, rows: rows)
    var largest: Float = 0
    for index in expected.indices {
      let value = isPair ? (index % 2 == 0 ? 1 - got[index / 2] : got[index / 2]) : got[index]
      let difference = abs(value - expected[index])
      guard difference <= Self.tolerance * max(1, abs(expected[index])) else { throw mismatch(index, value) }
      largest = max(largest, difference)
    }
    return largest
  }

  private func checkNames(_ classifier: some Classifier) throws(ModelFileError) {
    guard featureNames.count == classifier.featureCount else {
      throw ModelFileError(
        .mismatch,
        "The test vector has \(featureNames.count) features and the model \(classifier.featureCount); "
          + "write one column for each feature, in the model's order.")
    }
    guard let names = classifier.featureNames else { return }
    for (index, name) in names.enumerated() where name != featureNames[index] {
      throw ModelFileError(
        .mismatch,
        "Feature \(index) is '\(featureNames[index].prefix(60))' in the test vector and '\(name.prefix(60))' in the "
          + "model; order the columns as the model was trained.")
    }
  }

  private func mismatch(_ index: Int, _ value: Float) -> ModelFileError {
    let (row, column) = (index / outputNames.count, index % outputNames.count)
    return ModelFileError(
      .mismatch,
      "Row \(row + 1) of the test vector expects \(expected[index]) for '\(outputNames[column].prefix(60))' and the model "
        + "gives \(value); check that model and test vector belong together and that the features are the same.")
  }
}
