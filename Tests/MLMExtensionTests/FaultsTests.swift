import MLMExtension
import StacModel
import Testing

/// One change of the demo model and what it must be told.
struct Spoiling: Sendable, CustomTestStringConvertible {
  let pointer: String
  let path: [String]
  let value: JSONValue?
  var testDescription: String { "\(path.joined(separator: "/")) -> \(value.map(JSONSerializer.text) ?? "absent")" }

  init(_ path: String..., value: JSONValue?, at pointer: String? = nil) {
    self.path = path
    self.value = value
    self.pointer = pointer ?? "/" + path.joined(separator: "/")
  }

  /// The document with the member at `path` replaced; array elements are named by their index, the one after the
  /// last is new.
  static func changed(_ json: JSONValue, _ path: ArraySlice<String>, _ value: JSONValue?) -> JSONValue? {
    guard let name = path.first else { return value }
    switch json {
    case .object(var object):
      object[name] = changed(object[name] ?? .null, path.dropFirst(), value)
      return .object(object)
    case .array(var list):
      guard let index = Int(name), index <= list.count else { return json }
      let element = changed(index < list.count ? list[index] : .null, path.dropFirst(), value)
      list.replaceSubrange(index..<min(index + 1, list.count), with: element.map { [$0] } ?? [])
      return .array(list)
    default: return path.count == 1 ? value : json
    }
  }

  func item(version: String? = nil) throws -> Item {
    let demo = try MLMExtensionTests.item("catalog/models/amazon-land-cover.json")
    var json = Self.changed(.object(demo.document), path[...], value) ?? .null
    if let version {
      let url = JSONValue.string("https://stac-extensions.github.io/mlm/v\(version)/schema.json")
      json = Self.changed(json, ["stac_extensions", "0"], url) ?? .null
    }
    return try Item(json)
  }
}

@Suite struct FaultsTests {
  @Test func anUnknownVersionIsRefusedBesideAKnownOneToo() throws {
    let unknown = "https://stac-extensions.github.io/mlm/v9.9.0/schema.json"
    var document = try Item(example("1.5.2/item_basic.json")).document
    document["stac_extensions"] = .array((document["stac_extensions"]?.array ?? []) + [.string(unknown)])
    let count = document["stac_extensions"]?.array?.count ?? 0
    let findings = MLMExtension.validate(try Item(.object(document)))
    #expect(findings.refusals.map(\.rule) == [.knownVersion])
    #expect(findings.refusals.first?.pointer.description == "/stac_extensions/\(count - 1)")
  }

  @Test func anUnknownVersionIsRefusedAndTheKnownAreNamed() throws {
    let findings = MLMExtension.validate(try Spoiling("id", value: "x").item(version: "9.9.9"))
    #expect(findings.faults.map(\.pointer.description) == ["/stac_extensions/0"])
    #expect(findings.faults[0].message.contains("1.5.2"))
    #expect(findings.all[0].rule == .knownVersion)
  }

  @Test(arguments: ["1.5.02", "01.5.2", "1.5.2.0", "1.5", "+1.5.2"]) func anotherSpellingOfAVersionIsNone(text: String)
  {
    #expect(MLMVersion(schemaURL: "https://stac-extensions.github.io/mlm/v\(text)/schema.json") == nil)
  }

  @Test(arguments: ["1.5.0", "1.5.1", "1.5.2", "1.6.0"]) func theDemoModelIsGoodInEveryVersionOf15(
    version: String
  ) throws {
    let findings = MLMExtension.validate(try Spoiling("id", value: "x").item(version: version))
    #expect(findings.all == [])
    #expect(findings.mayBePromoted)
  }

  /// No schema of 1.6.0 was published, so what is new to 1.5.2 may well be good.
  @Test(arguments: [
    Spoiling("properties", "mlm:loss", value: 1),
    Spoiling("properties", "mlm:accelerator", value: "cpu"),
    Spoiling("properties", "mlm:hyperparameters", "a b", value: 1),
    Spoiling("properties", "mlm:input", "0", "bands", "0", "unit", value: "1"),
  ])
  func whatMayBeNewIn160IsAWarningThereAndARefusalIn152(spoiling: Spoiling) throws {
    let now = MLMExtension.validate(try spoiling.item())
    #expect(now.refusals.map(\.pointer.description) == [spoiling.pointer])
    let later = MLMExtension.validate(try spoiling.item(version: "1.6.0"))
    #expect(later.refusals == [])
    #expect(later.all.map(\.pointer.description) == [spoiling.pointer])
    #expect(later.all.map(\.rule) == [.laterVersion])
  }

  @Test func a160ItemIsStillHeldToWhatNoLaterVersionLifts() throws {
    let item = try Spoiling("properties", "mlm:input", value: "bands").item(version: "1.6.0")
    #expect(MLMExtension.validate(item).refusals.map(\.pointer.description) == ["/properties/mlm:input"])
  }

  @Test func theAddressesOfBefore14AreKnown() throws {
    let url = "https://crim-ca.github.io/mlm-extension/v1.2.0/schema.json"
    #expect(MLMVersion(schemaURL: url) == MLMVersion(major: 1, minor: 2, patch: 0))
    let item = try Spoiling("stac_extensions", "0", value: .string(url)).item()
    #expect(item.declaresModel)
    #expect(MLMExtension.version(of: item)?.description == "1.2.0")
  }

  @Test func everySchemaThatAnItemDeclaresIsHeld() throws {
    let older = "https://stac-extensions.github.io/mlm/v1.4.0/schema.json"
    let item = try Spoiling("stac_extensions", "3", value: .string(older)).item()
    #expect(MLMExtension.version(of: item)?.description == "1.5.2")
  }

  @Test func aHugeDocumentIsJudgedInTimeAndToldInBrief() throws {
    let many = JSONValue.array((0..<20_000).map { .string("task \($0)") })
    let tasks = MLMExtension.validate(try Spoiling("properties", "mlm:tasks", value: many).item())
    #expect((1...300).contains(tasks.all.count))
    let names = JSONValue.array((0..<20_000).map { .string("B\($0 % 10_000)") })
    let bands = MLMExtension.validate(try Spoiling("properties", "mlm:input", "0", "bands", value: names).item())
    #expect(bands.refusals == [])
    #expect(bands.all.count { $0.rule == .bandUnique } == 20)
    #expect(bands.runBars.contains { $0.rule == .bandCount })
  }

  @Test func aRunIsBarredByWhatMakesItWrongAndPromotionByAnything() throws {
    let unpinned = MLMExtension.validate(try Spoiling("links", value: []).item())
    #expect(unpinned.runBars == [])
    #expect(!unpinned.mayBePromoted)
    let wrong = MLMExtension.validate(
      try Spoiling("properties", "mlm:input", "0", "value_scaling", value: [["type": "scale", "value": 0]]).item())
    #expect(wrong.runBars.map(\.rule) == [.scalingRange])
    #expect(wrong.faults == [])
  }

  @Test func executableFormatsComeWithAdvice() {
    for href in ["m.pkl", "https://x/m.joblib?version=3", "M.PT"] {
      #expect(Asset(key: "model", json: ["href": .string(href)]).executableFormatAdvice?.contains("save_model") == true)
    }
    #expect(Asset(key: "model", json: ["href": "m.ubj"]).executableFormatAdvice == nil)
  }

  @Test func whatTheCoreAndTheSchemaRefuseIsToldTogether() throws {
    var document = try #require(try example("1.5.2/item_basic.json").object)
    document["bbox"] = [1]
    var properties = try #require(document["properties"]?.object)
    properties["mlm:name"] = JSONValue?.none
    properties["datetime"] = 7
    document["properties"] = .object(properties)
    let refusal = #expect(throws: DocumentRefusal.self) { try MLMExtension.item(JSONText(.object(document))) }
    let faults = try #require(refusal?.faults)
    #expect(faults.map(\.pointer.description) == ["/bbox", "/bbox", "/properties/datetime", "/properties/mlm:name"])
    #expect(faults.map(\.rule) == ["core-schema", "core-schema", "core-schema", "schema"])
    document["stac_extensions"] = []
    let plain = #expect(throws: DocumentRefusal.self) { try MLMExtension.item(JSONText(.object(document))) }
    #expect(plain?.faults.count == 3)
  }
}
