import Testing
import TreeEnsembles

@Suite("Classes and probabilities of planes")
struct ClassTests {
  /// The features of a fixture as planes, each `stride` long.
  private func planes(_ features: [Float], columns: Int, stride: Int) -> [Float] {
    var planes = [Float](repeating: .nan, count: columns * stride)
    for index in features.indices { planes[index % columns * stride + index / columns] = features[index] }
    return planes
  }

  @Test(
    "Planes give the classes and probabilities that rows give",
    arguments: [
      "lulc20_xgb3.2.0.ubj", "binlog_xgb3.2.0.ubj", "multiout_xgb3.2.0.ubj", "lgbm4.7_multiclass.txt",
      "lgbm4.7_binary.txt",
    ])
  func classes(file: String) throws {
    let model = try ModelFixtures.model(file)
    let features = try ModelFixtures.features(file)
    let planes = planes(features, columns: 14, stride: 512)
    for set in InstructionSet.available {
      let evaluator = try EnsembleEvaluator(model, instructionSet: set)
      let outputs = try evaluator.predict(features, rows: 500)
      let winners = try evaluator.winners(features, rows: 500)
      #expect(try evaluator.classes(features, rows: 500) == winners)
      let classCount = try #require(evaluator.classCount)
      let plan = try evaluator.plan((0..<14).map { .computed(plane: $0) })
      let found = try Classes(
        evaluator, plan, computed: planes, layout: PlaneLayout(pixelCount: 500, stride: 512))
      for row in 0..<500 {
        #expect(found.winners[row] == winners[row])
        let expected =
          evaluator.outputCount > 1
          ? outputs[row * classCount + winners[row]] : winners[row] == 1 ? outputs[row] : 1 - outputs[row]
        #expect(abs(found.probabilities[row] - expected) <= 5e-7)
      }
    }
  }

  /// What the evaluator finds for planes.
  private struct Classes {
    var winners: [UInt16]
    var probabilities: [Float]

    init(
      _ evaluator: EnsembleEvaluator, _ plan: FeaturePlan, computed: [Float], bands: [UInt16] = [],
      layout: PlaneLayout
    ) throws {
      var winners = [UInt16](repeating: 0, count: layout.pixelCount)
      var probabilities = [Float](repeating: 0, count: layout.pixelCount)
      var found = winners.mutableSpan
      var certain = probabilities.mutableSpan
      var scratch = evaluator.makeScratch()
      try evaluator.classify(
        plan, computed: computed.span, bands: bands.span, layout: layout, winners: &found, probabilities: &certain,
        scratch: &scratch)
      (self.winners, self.probabilities) = (winners, probabilities)
    }
  }

  @Test(
    "Bands give by table what their values give",
    arguments: ["lulc20_xgb3.2.0.ubj", "cat_xgb3.2.0.ubj", "linear_xgb3.2.0.ubj"])
  func bands(file: String) throws {
    let model = try ModelFixtures.model(file)
    let codes = (0..<(3 * 1_000)).map { UInt16(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    func value(_ code: UInt16) -> Float { code == 0 ? .nan : Float(Double(code) * 0.1 - 1_000) }
    let values = codes.map(value)
    for set in InstructionSet.available {
      let evaluator = try EnsembleEvaluator(model, instructionSet: set)
      let layout = PlaneLayout(pixelCount: 1_000, stride: 1_000)
      let fromValues = try evaluator.plan((0..<14).map { .computed(plane: $0 % 3) })
      let mixed = try evaluator.plan(
        (0..<14).map { $0 == 5 ? .computed(plane: 2) : .band(plane: $0 % 3, value: value) })
      let results = try [fromValues, mixed].map {
        try Classes(evaluator, $0, computed: values, bands: codes, layout: layout)
      }
      #expect(results[0].winners == results[1].winners)
      #expect(results[0].probabilities == results[1].probabilities)
    }
  }

  @Test("Planes and results that are too short are refused")
  func shapes() throws {
    let evaluator = try EnsembleEvaluator(ModelFixtures.model("binlog_xgb3.2.0.ubj"))
    #expect(throws: ModelFileError.self) { try evaluator.plan([.computed(plane: 0)]) }
    #expect(throws: ModelFileError.self) { try evaluator.plan((0..<14).map { .computed(plane: -$0) }) }
    let plan = try evaluator.plan((0..<14).map { .computed(plane: $0) })
    let planes = [Float](repeating: 1, count: 14 * 100)
    func refuses(_ layout: PlaneLayout, room: Int) {
      var winners = [UInt16](repeating: 9, count: room)
      var probabilities = [Float](repeating: 9, count: room)
      var found = winners.mutableSpan
      var certain = probabilities.mutableSpan
      var scratch = evaluator.makeScratch()
      var code: ModelFileError.Code?
      do throws(ModelFileError) {
        try evaluator.classify(
          plan, computed: planes.span, bands: [UInt16]().span, layout: layout, winners: &found,
          probabilities: &certain, scratch: &scratch)
      } catch {
        code = error.code
      }
      #expect(code == .shape)
      #expect(winners.allSatisfy { $0 == 9 } && probabilities.allSatisfy { $0 == 9 })
    }
    refuses(PlaneLayout(pixelCount: 101, stride: 100), room: 101)
    refuses(PlaneLayout(pixelCount: 100, stride: 101), room: 100)
    refuses(PlaneLayout(pixelCount: 100, stride: 100), room: 99)
    refuses(PlaneLayout(pixelCount: -1, stride: 100), room: 100)
    refuses(PlaneLayout(pixelCount: 100, stride: .max), room: 100)
  }

  @Test("Of equal margins the first class wins, and one half is not above one half")
  func ties() throws {
    let model = try ModelFixtures.model("binlog_xgb3.2.0.ubj")
    let evaluator = try EnsembleEvaluator(model)
    #expect(evaluator.classCount == 2)
    let several = try EnsembleEvaluator(ModelFixtures.model("lulc20_xgb3.2.0.ubj"))
    let missing = [Float](repeating: .nan, count: 14)
    #expect(try several.classes(missing, rows: 1) == several.winners(missing, rows: 1))
    #expect(try EnsembleEvaluator(ModelFixtures.model("reg_xgb3.2.0.ubj")).classCount == nil)
  }
}
