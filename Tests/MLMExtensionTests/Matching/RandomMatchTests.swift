import MLMExtension
import SeededRandom
import StacModel
import Testing

/// Random models and scenes against a plain statement of the rules.
@Suite struct RandomMatchTests {
  /// A band as the test knows it.
  private struct PlainBand {
    let name: String?
    let commonName: String?
    let gsd: Double?
    let scale: JSONValue?

    init(_ random: inout SeededGenerator) {
      name = Int.random(in: 0..<8, using: &random) == 0 ? nil : ["a", "b", "c", "d", "e"].randomElement(using: &random)
      commonName = [nil, nil, "a", "b", "red"].randomElement(using: &random) ?? nil
      gsd = [nil, 10, 14, 20, 30].randomElement(using: &random) ?? nil
      let scales: [JSONValue?] = [nil, nil, nil, nil, JSONValue(0.5), 0, "x"]
      scale = scales.randomElement(using: &random) ?? nil
    }

    var json: JSONValue {
      var object: JSONObject = [:]
      if let name { object["name"] = .string(name) }
      if let commonName { object["eo:common_name"] = .string(commonName) }
      if let gsd { object["gsd"] = JSONValue(gsd) }
      if let scale { object["raster:scale"] = scale }
      return .object(object)
    }
  }

  private struct PlainScene {
    let bands: [PlainBand]
    let box: BoundingBox
    let month: Int
    let day: Int
    let platform: String?

    init(_ random: inout SeededGenerator) {
      bands = (0..<Int.random(in: 0...5, using: &random)).map { _ in PlainBand(&random) }
      let (west, south) = (Double(Int.random(in: 0...6, using: &random)), Double(Int.random(in: 0...6, using: &random)))
      box = BoundingBox(west: west, south: south, east: west + 2, north: south + 2)
      month = Int.random(in: 1...12, using: &random)
      day = Int.random(in: 1...3, using: &random)
      platform = [nil, "p1", "p2"].randomElement(using: &random) ?? nil
    }

    func item() throws -> Item {
      let number = month < 10 ? "0\(month)" : "\(month)"
      var properties: JSONObject = ["datetime": .string("2020-\(number)-0\(day)T00:00:00Z")]
      if let platform { properties["platform"] = .string(platform) }
      let numbers = box.numbers.map { JSONValue($0) }
      let ring: JSONValue = [
        [numbers[0], numbers[1]], [numbers[2], numbers[1]], [numbers[2], numbers[3]], [numbers[0], numbers[3]],
        [numbers[0], numbers[1]],
      ]
      return try Item([
        "type": "Feature", "stac_version": "1.1.0", "id": "s", "links": [], "bbox": .array(numbers),
        "geometry": ["type": "Polygon", "coordinates": [ring]], "properties": .object(properties),
        "assets": ["data": ["href": "a.tif", "bands": .array(bands.map(\.json))]],
      ])
    }
  }

  private struct PlainModel {
    let names: [String]
    let steps: Int?
    let gsd: Double?
    let box: BoundingBox?
    let months: [Int]?
    let platform: String?

    init(_ random: inout SeededGenerator) {
      let all = ["a", "b", "c", "d", "e"].shuffled(using: &random)
      names = Array(all.prefix(Int.random(in: 1...3, using: &random)))
      steps = [nil, nil, 1, 2, 3].randomElement(using: &random) ?? nil
      gsd = [nil, 10, 20].randomElement(using: &random) ?? nil
      let (west, south) = (Double(Int.random(in: 0...6, using: &random)), Double(Int.random(in: 0...6, using: &random)))
      box = Bool.random(using: &random) ? nil : BoundingBox(west: west, south: south, east: west + 4, north: south + 3)
      months = Bool.random(using: &random) ? nil : (1...12).filter { _ in Bool.random(using: &random) }
      platform = [nil, nil, "p1", "p2"].randomElement(using: &random) ?? nil
    }

    var requirements: ModelRequirements {
      ModelRequirements(
        bands: BandNeeds(names.map { BandNeed(name: $0) }), steps: steps.map { .count($0) } ?? .none, resolution: gsd,
        mission: Mission(platforms: platform.map { [$0] } ?? []), region: box.flatMap { Region($0) },
        season: months.map { Season(months: $0) })
    }

    /// What speaks against bands, by the words of docs/models.md.
    func faults(_ bands: [PlainBand]) -> Set<MatchReason.Code> {
      var faults: Set<MatchReason.Code> = []
      var pixels: [Double] = []
      for name in names {
        let named = bands.filter { $0.name == name }
        let found = named.isEmpty ? bands.filter { $0.commonName == name } : named
        if found.isEmpty { faults.insert(.missingBand) }
        if found.count > 1 { faults.insert(.ambiguousBand) }
        guard found.count == 1 else { continue }
        if found[0].scale == 0 || found[0].scale == "x" { faults.insert(.scaling) }
        if let gsd = found[0].gsd { pixels.append(gsd) }
      }
      if let gsd, let finest = pixels.min(), finest > gsd * 1.5 || gsd > finest * 1.5 { faults.insert(.resolution) }
      return faults
    }

    func placeFaults(_ scene: PlainScene) -> Set<MatchReason.Code> {
      var faults: Set<MatchReason.Code> = []
      if let box {
        let meets =
          box.west < scene.box.east && scene.box.west < box.east && box.south < scene.box.north
          && scene.box.south < box.north
        if !meets { faults.insert(.region) }
      }
      if let months, !months.contains(scene.month) { faults.insert(.season) }
      if let platform, let other = scene.platform, platform != other { faults.insert(.platform) }
      return faults
    }

    func faultsTogether(_ scenes: [PlainScene]) -> Set<MatchReason.Code> {
      var faults = scenes.reduce(into: Set<MatchReason.Code>()) { $0.formUnion(placeFaults($1)) }
      guard let steps else { return faults.union(self.faults(scenes.flatMap(\.bands))) }
      for scene in scenes { faults.formUnion(self.faults(scene.bands)) }
      if scenes.count != steps || Set(scenes.map { [$0.month, $0.day] }).count != steps { faults.insert(.timeSteps) }
      return faults
    }

    func isFeedableByChoice(_ scenes: [PlainScene]) -> Bool {
      let good = scenes.filter { faults($0.bands).isEmpty && placeFaults($0).isEmpty }
      return Set(good.map { [$0.month, $0.day] }).count >= (steps ?? 1)
    }
  }

  @Test func judgementsAreTheRules() throws {
    var random = SeededGenerator(seed: 2_026)
    var fed = 0
    for round in 0..<600 {
      let plain = (0..<Int.random(in: 1...3, using: &random)).map { _ in PlainScene(&random) }
      var reader = SceneReader()
      let items = try plain.map { try $0.item() }
      let scenes = items.compactMap { reader.scene(of: $0, in: "c", itemAssets: nil) }
      #expect(scenes.count == plain.count)
      var together = ModelMatcher(MatchSource(.together, scenes))
      var choice = ModelMatcher(MatchSource(.choice, scenes))
      for _ in 0..<20 {
        let model = PlainModel(&random)
        let judgement = together.judge(model.requirements)
        #expect(Set(judgement.codes.codes) == model.faultsTogether(plain), "round \(round): \(model) \(plain)")
        let explained = together.judge(model.requirements, explaining: true)
        #expect(explained.codes == judgement.codes && Set(explained.reasons.map(\.code)) == Set(explained.codes.codes))
        #expect(explained.score == judgement.score && 0...1 ~= judgement.score.total)
        let chosen = choice.judge(model.requirements)
        #expect(chosen.isFeedable == model.isFeedableByChoice(plain), "round \(round): \(model) \(plain)")
        #expect(choice.judge(model.requirements, explaining: true).codes == chosen.codes)
        fed += judgement.isFeedable ? 1 : 0
      }
    }
    #expect(fed > 100)
  }
}
