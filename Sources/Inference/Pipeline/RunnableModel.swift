import Digests
public import MLMExtension
public import StacModel
public import TreeEnsembles

/// A model item and its file, checked against each other and ready to predict pixels.
///
/// Runnable are models with one input, whose dimensions are `batch`, `bands` and at most `time` (others only where their
/// size is 1), without functions of their own but ``PostProcessing`` and without resizing, that classify: `binary:logistic`,
/// `binary:logitraw`, `binary:hinge`, `multi:softprob`, `multi:softmax`, or LightGBM's `binary`, `multiclass` and
/// `multiclassova`, with as many `classification:classes` as the model has outputs (two for a binary one). Anything else,
/// regressions, ranks and labels that do not exclude each other among it, is refused with a sentence.
public struct RunnableModel: Sendable {
  public let item: Item
  public let properties: ModelProperties
  /// What the model's file says of itself.
  public let facts: ModelFacts
  /// SHA-256 of the file, as a multihash in hexadecimal.
  public let checksum: String
  /// The classes in the order of the model's outputs.
  public let classes: [ModelClass]
  /// The classes as the model's item writes them.
  let classDocuments: [JSONValue]
  let layout: FeatureLayout
  /// The model itself, which any number of threads may use at once.
  public let evaluator: EnsembleEvaluator

  /// Checks a model.
  ///
  /// - Parameter instructionSet: the instructions that evaluate it; nil is the fastest that the processor has.
  /// - Throws: ``InferenceError``.
  public init(item: Item, bytes: [UInt8], instructionSet: InstructionSet? = nil) throws(InferenceError) {
    self.item = item
    guard let asset = item.modelAsset else {
      throw InferenceError(.invalidModel, "The item has no asset with the role mlm:model.")
    }
    checksum = try Self.checkedChecksum(bytes, asset)
    let findings = MLMExtension.validate(item)
    properties = try Self.properties(of: item, findings: findings)
    do {
      evaluator = try EnsembleEvaluator(EnsembleModel(bytes: bytes), instructionSet: instructionSet)
      facts = evaluator.facts
    } catch {
      throw Self.refusal(error, of: bytes)
    }
    (classes, classDocuments) = try Self.classes(properties, item, evaluator)
    layout = try FeatureLayout(properties, facts)
    try Self.demandNoBars(findings)
    // What is wrong with a declaration is told where it is read.
    if let declared = try? PostProcessingPlan(of: item, override: PostProcessingOverride()) {
      try demandProbabilities(for: declared.effective, otherwise: .invalidModel)
    }
  }

  /// Refuses to ask a model for probabilities that gives none.
  func demandProbabilities(
    for steps: PostProcessing, confidence: Bool = false, otherwise code: InferenceError.Code = .unsupportedModel
  ) throws(InferenceError) {
    guard facts.kind == .binaryDecision, confidence || steps.winnerRule(classes).needsProbability else { return }
    throw InferenceError(
      code,
      "The model's objective is \(facts.objective), which gives classes and no probabilities: it has no confidence and "
        + "takes no thresholds; train binary:logistic for both.")
  }

  /// Checks a file of a model that is not run: it is the one that its checksum names, and a format that holds data only.
  ///
  /// - Throws: ``InferenceError``.
  public static func checkFile(_ bytes: [UInt8], of asset: Asset) throws(InferenceError) {
    _ = try checkedChecksum(bytes, asset)
    do {
      _ = try EnsembleModel(bytes: bytes)
    } catch {
      let refusal = refusal(error, of: bytes)
      // Data of other libraries may lie beside the model.
      guard refusal.code == .unsupportedModel else { throw refusal }
    }
  }

  private static func refusal(_ error: ModelFileError, of bytes: [UInt8]) -> InferenceError {
    guard error.code == .format, let format = DataFormat(bytes) else { return InferenceError(error) }
    return InferenceError(format.isWhole ? .unsupportedModel : .modelFile, format.sentence)
  }

  /// Checks the golden vector of the model.
  ///
  /// - Parameter asset: which golden vector it is; nil is the first of the item.
  /// - Returns: the largest difference between an expected and a predicted output.
  /// - Throws: ``InferenceError`` that names the row where the model differs.
  public func verify(testVector bytes: [UInt8], of asset: Asset? = nil) throws(InferenceError) -> Float {
    if let asset = asset ?? item.testVectorAsset { try Self.compare(bytes, with: asset, what: "The test vector") }
    do {
      let vector = try TestVector(csv: bytes)
      let difference = try vector.verify(evaluator)
      try checkNames(vector)
      return difference
    } catch let error as ModelFileError {
      throw InferenceError(error)
    } catch {
      throw InferenceError.wrapping(error)
    }
  }

  /// Why a model cannot be run here, as far as its document tells; nil where nothing speaks against it.
  ///
  /// What only the model's file can tell (damage, number of features, a golden vector that is not met) is found by
  /// ``init(item:bytes:)``.
  public static func obstacle(to item: Item) -> InferenceError? {
    do {
      let findings = MLMExtension.validate(item)
      let properties = try properties(of: item, findings: findings)
      guard let asset = item.modelAsset else {
        return InferenceError(.invalidModel, "The item has no asset with the role mlm:model.")
      }
      if let advice = asset.executableFormatAdvice { return InferenceError(.modelFile, advice) }
      try FeatureLayout.check(properties)
      guard let output = properties.outputs.first(where: { !$0.classes.isEmpty }) else {
        return InferenceError(.unsupportedModel, "The model's output names no classes.")
      }
      try check(output.classes, post: output.postProcessing)
      try demandNoBars(findings)
      return nil
    } catch {
      return error
    }
  }

  /// The model an item describes, as its schemas take it.
  private static func properties(
    of item: Item, findings: ModelFindings
  ) throws(InferenceError) -> ModelProperties {
    do {
      return try MLMExtension.properties(of: item, findings: findings)
    } catch {
      throw InferenceError(.invalidModel, "The item describes no runnable model: \(error.description).")
    }
  }

  /// Refuses what the document lets expect to be impossible or wrong, where no other check has a word of its own for it.
  private static func demandNoBars(_ findings: ModelFindings) throws(InferenceError) {
    let bars = findings.runBars
    guard !bars.isEmpty else { return }
    let told = bars.prefix(3).map(\.description).joined(separator: "; ")
    throw InferenceError(.invalidModel, "The model is barred from running: \(told).")
  }

  private static func check(
    _ classes: [ModelClass], post: [ProcessingExpression]
  ) throws(InferenceError) {
    guard post.allSatisfy({ $0.format == PostProcessing.format }) else {
      throw InferenceError(
        .unsupportedModel,
        "The model asks for a post_processing_function that is not run here; \(PostProcessing.format) is.")
    }
    guard Set(classes.map(\.value)).count == classes.count, classes.allSatisfy({ 0...65_534 ~= $0.value }) else {
      throw InferenceError(.unsupportedModel, "The values of the classes must differ and lie between 0 and 65534.")
    }
  }

  /// The outputs that a golden vector names are the classes, in their order: else the map would have wrong names.
  private func checkNames(_ vector: TestVector) throws(InferenceError) {
    let isPair = classes.count == 2 && vector.outputNames.count == 1
    let expected = isPair ? [classes[1]] : classes
    guard vector.outputNames.count == expected.count else { return }
    for (name, entry) in zip(vector.outputNames, expected) {
      let names = [entry.name, entry.title, entry.description, String(entry.value)].compactMap(\.self)
      guard names.contains(name) else {
        throw InferenceError(
          .modelFile,
          "The test vector expects '\(name.prefix(60))' where classification:classes has '\(entry.label.prefix(60))': "
            + "name the classes in the order of the model's outputs, in both.")
      }
    }
  }

  private static func checkedChecksum(_ bytes: [UInt8], _ asset: Asset) throws(InferenceError) -> String {
    try compare(bytes, with: asset, what: "The model file")
    guard let own = try? Multihash.sha256(of: bytes) else {
      throw InferenceError(.failed, "The model file's checksum cannot be computed.")
    }
    return own.hexadecimal
  }

  /// Refuses a file that is not the one that its asset describes.
  private static func compare(_ bytes: [UInt8], with asset: Asset, what: String) throws(InferenceError) {
    if let text = asset.checksum { try compare(bytes, with: text, what: what) }
    guard let size = asset.size, size != Int64(bytes.count) else { return }
    throw InferenceError(.size, "\(what) has \(bytes.count) bytes, and file:size says \(size).")
  }

  private static func compare(_ bytes: [UInt8], with text: String, what: String) throws(InferenceError) {
    do {
      guard try Multihash(hexadecimal: text).matches(bytes) else {
        throw InferenceError(.checksum, "\(what) is not the one that file:checksum names: it was changed.")
      }
    } catch let error as InferenceError {
      throw error
    } catch {
      throw InferenceError(.checksum, "\(what)'s file:checksum cannot be read: it must be a multihash in hexadecimal.")
    }
  }

  /// Why a model that tells no classes apart makes no map.
  private static func noMap(of facts: ModelFacts) -> String {
    let objective = "The model's objective is \(facts.objective)"
    guard facts.kind == .multilabel else { return "\(objective): only classifications are mapped." }
    return "\(objective) for \(facts.outputCount) labels that do not exclude each other, and a map has one class a "
      + "pixel: train multi:softprob, or one model a label."
  }

  private static func classes(
    _ properties: ModelProperties, _ item: Item, _ evaluator: EnsembleEvaluator
  ) throws(InferenceError) -> ([ModelClass], [JSONValue]) {
    guard let count = evaluator.classCount else {
      throw InferenceError(.unsupportedModel, noMap(of: evaluator.facts))
    }
    let position = properties.outputs.firstIndex { !$0.classes.isEmpty } ?? 0
    let classes = position < properties.outputs.count ? properties.outputs[position].classes : []
    guard classes.count == count else {
      throw InferenceError(
        .invalidModel,
        "The model tells \(count) classes apart, its item names \(classes.count) in classification:classes.")
    }
    try check(classes, post: properties.outputs[position].postProcessing)
    let output = item.properties["mlm:output"]?.array?[position].object
    return (classes, output?["classification:classes"]?.array ?? [])
  }
}
