import MLMExtension
import StacModel
import Testing

/// The demo models and the imagery of the demo catalog.
@Suite struct DemoMatchTests {
  private let amazon: ModelRequirements
  private let sinop: ModelRequirements
  private var reader = SceneReader()

  init() throws {
    amazon = ModelRequirements(of: try item("catalog/models/amazon-land-cover.json"), obstacle: nil)
    sinop = ModelRequirements(of: try item("catalog/models/sinop-crops.json"), obstacle: nil)
  }

  private mutating func scene(_ path: String) throws -> Scene {
    let item = try item("catalog/\(path).json")
    let scene = reader.scene(of: item, in: String(path.split(separator: "/")[0]), itemAssets: nil)
    return try #require(scene)
  }

  private static let dates = [
    "2013-09-14", "2013-10-16", "2013-11-17", "2013-12-19", "2014-01-17", "2014-02-18", "2014-03-22", "2014-04-23",
    "2014-05-25", "2014-06-26", "2014-07-28", "2014-08-29",
  ]

  private mutating func series() throws -> [Scene] {
    var scenes: [Scene] = []
    for date in Self.dates { scenes.append(try scene("modis-sinop/MOD13Q1_\(date)")) }
    return scenes
  }

  @Test func requirementsAreReadFromTheItem() {
    #expect(
      amazon.bands.bands.map(\.name) == ["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B11", "B12"])
    #expect(
      amazon.bands.bands[7].commonName == "nir" && amazon.bands.bands[7].light == BandLight(center: 0.842, width: 0.145)
    )
    #expect(amazon.steps == .none && amazon.season == nil && amazon.resolution == nil)
    #expect(amazon.origins == ["training-data", "sentinel-2-amazon"])
    #expect(sinop.bands.bands.map(\.name) == ["NDVI"] && sinop.steps == .count(12))
  }

  @Test(arguments: [
    ("../../sentinel-2-amazon/items/s2-amazon", "sentinel-2-amazon"), ("../../sentinel-2-amazon", "sentinel-2-amazon"),
    ("https://example.org/stac/collections/a%20b/items/one?x=/items/", "a b"), ("../a/one.json", "a"),
    ("https://example.org/data/one.tif", nil), ("../../../items/one", nil),
  ])
  func aLinkToWhatAModelWasMadeFromNamesItsCollection(href: String, collection: String?) throws {
    var document = try Item(example("1.5.2/item_basic.json")).document
    document["links"] = [["rel": "derived_from", "href": .string(href)]]
    let requirements = ModelRequirements(of: try Item(.object(document)), obstacle: nil)
    #expect(requirements.origins == [collection].compactMap(\.self))
  }

  @Test mutating func theSceneFeedsItsModelAndNoOther() throws {
    var matcher = ModelMatcher(MatchSource(.together, [try scene("sentinel-2-amazon/s2-amazon")]))
    let fed = matcher.judge(amazon, explaining: true)
    #expect(fed.isFeedable && fed.reasons.isEmpty)
    #expect(fed.score[.bands] == 1 && fed.score[.region] == 1 && fed.score[.origin] == 1)
    let refused = matcher.judge(sinop, explaining: true)
    #expect(refused.codes.codes == [.missingBand, .region, .timeSteps])
    #expect(Set(refused.reasons.map(\.code)) == [.missingBand, .region, .timeSteps])
    #expect(refused.reasons.first { $0.code == .missingBand }?.bands == ["NDVI"])
  }

  @Test mutating func aSeriesFeedsAModelOfAsManySteps() throws {
    let series = try series()
    var all = ModelMatcher(MatchSource(.together, series))
    #expect(all.judge(sinop).isFeedable)
    #expect(all.judge(amazon).codes.contains(.missingBand))
    var fewer = ModelMatcher(MatchSource(.together, Array(series.dropLast())))
    #expect(fewer.judge(sinop, explaining: true).reasons.map(\.code) == [.timeSteps])
    var twice = ModelMatcher(MatchSource(.together, Array(series.dropLast()) + [series[0]]))
    #expect(twice.judge(sinop).codes.codes == [.timeSteps])
  }

  @Test mutating func ofACollectionAsManyAsAreNeededAreChosen() throws {
    let series = try series()
    var all = ModelMatcher(MatchSource(.choice, series + [series[3], try scene("sentinel-2-amazon/s2-amazon")]))
    #expect(all.judge(sinop).scenes == Array(0..<12))
    #expect(all.judge(amazon).scenes == [13])
    var fewer = ModelMatcher(MatchSource(.choice, Array(series.dropLast()) + [series[3]]))
    let judgement = fewer.judge(sinop, explaining: true)
    #expect(
      judgement.reasons.map(\.message) == [
        "The model reads 12 items of different times; 11 that it can read are there."
      ])
    var none = ModelMatcher(MatchSource(.choice, []))
    #expect(none.judge(sinop).codes.codes == [.noItems])
  }

  @Test mutating func whatKeepsAModelFromRunningRefusesItUnlessNobodyAsks() throws {
    var barred = amazon
    barred = ModelRequirements(of: try item("catalog/models/amazon-land-cover.json"), obstacle: "It is broken.")
    let source = MatchSource(.together, [try scene("sentinel-2-amazon/s2-amazon")])
    var strict = ModelMatcher(source)
    #expect(strict.judge(barred, explaining: true).reasons == [MatchReason(.notRunnable, "It is broken.")])
    var loose = ModelMatcher(source, runnable: false)
    #expect(loose.judge(barred).isFeedable)
    #expect(strict.judge(amazon, ModelStanding(state: "retired")).codes.codes == [.retired])
    #expect(strict.judge(amazon, ModelStanding(state: "proposed", mayRun: false)).codes.codes == [.notApproved])
    #expect(strict.judge(amazon, ModelStanding(state: "production")).score[.state] == 1)
  }
}

@Suite struct BandMeaningTests {
  @Test(
    arguments: [
      (
        BandNeed(name: "B5", commonName: "rededge071", light: BandLight(center: 0.704, width: 0.019)), "nir", 0.865,
        true
      ),
      (BandNeed(name: "B4", commonName: "red", light: BandLight(center: 0.665, width: 0.038)), "red", 0.655, false),
      (BandNeed(name: "B5", commonName: "rededge071"), "rededge", nil, false),
      (BandNeed(name: "B5", commonName: "rededge071"), "rededge078", nil, true),
      (BandNeed(name: "B5", commonName: "rededge071"), "nir", nil, true),
      (BandNeed(name: "B5"), "nir", 0.865, false),
      (BandNeed(name: "B10", light: BandLight(center: 10.9)), "lwir11", 10.6, false),
    ] as [(BandNeed, String?, Double?, Bool)])
  func aNameMayStandForOtherLight(need: BandNeed, commonName: String?, center: Double?, isOther: Bool) {
    var band: JSONObject = ["name": .string(need.name)]
    if let commonName { band["eo:common_name"] = .string(commonName) }
    if let center { band["eo:center_wavelength"] = JSONValue(center) }
    let asset = Asset(key: "data", json: ["href": "a.tif", "bands": [.object(band)]])
    let group = BandGroup(SourceBand.bands(of: [asset], itemAssets: nil, resolution: nil))
    var matcher = ModelMatcher(MatchSource(.described, [Scene(bands: group)]))
    let judgement = matcher.judge(ModelRequirements(bands: BandNeeds([need])), explaining: true)
    #expect(judgement.codes.codes == (isOther ? [.otherBand] : []))
    #expect(judgement.reasons.map(\.code) == judgement.codes.codes)
  }

  @Test func aMissingBandIsHintedAtUnderItsOtherName() {
    let asset = Asset(key: "red", json: ["href": "a.tif", "eo:bands": [["name": "red", "common_name": "red"]]])
    let group = BandGroup(SourceBand.bands(of: [asset], itemAssets: nil, resolution: nil))
    var matcher = ModelMatcher(MatchSource(.described, [Scene(bands: group)]))
    let need = BandNeed(name: "B04", commonName: "red")
    let judgement = matcher.judge(ModelRequirements(bands: BandNeeds([need])), explaining: true)
    #expect(
      judgement.reasons.map(\.message) == [
        "The model reads the band 'B04', which the imagery does not have: it has red. Under other names it may have them: "
          + "'B04' as 'red'."
      ])
  }

  @Test(
    arguments: [
      (["sentinel-2a"], [], ["msi"], ["Sentinel-2B"], [], ["MSI"], false),
      (["sentinel-2"], [], [], ["sentinel-2c"], [], [], false),
      (["landsat-8"], [], [], ["landsat-9"], [], [], true),
      (["landsat-8"], ["landsat"], ["oli"], ["landsat-5"], ["landsat"], ["tm"], true),
      (["landsat-8"], ["landsat"], ["oli"], ["landsat-9"], ["landsat"], ["oli", "tirs"], false),
      (["terra"], [], ["modis"], ["terra"], [], ["aster"], true),
      ([], [], ["modis"], ["terra"], [], [], false),
      (["sentinel-1a"], [], [], ["sentinel-2a"], [], [], true),
      (["terra"], [], [], ["terras"], [], [], true),
    ] as [([String], [String], [String], [String], [String], [String], Bool)])
  func platformsAreOneOrOfOneFamily(
    platforms: [String], constellations: [String], instruments: [String], others: [String], other2: [String],
    other3: [String], isOther: Bool
  ) {
    let model = ModelRequirements(
      bands: BandNeeds([BandNeed(name: "a")]),
      mission: Mission(platforms: platforms, constellations: constellations, instruments: instruments))
    let asset = Asset(key: "data", json: ["href": "a.tif", "bands": [["name": "a"]]])
    let group = BandGroup(SourceBand.bands(of: [asset], itemAssets: nil, resolution: nil))
    let mission = Mission(platforms: others, constellations: other2, instruments: other3)
    var matcher = ModelMatcher(MatchSource(.described, [Scene(bands: group, mission: mission)]))
    #expect(matcher.judge(model).codes.codes == (isOther ? [.platform] : []))
  }
}
