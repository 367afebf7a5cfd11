import MLMExtension
import StacModel
import Testing

/// Assets of MLM 1.0.0 and 1.1.0, whose schemas demand the role `mlm:model` of every asset.
@Suite struct OlderAssetsTests {
  private static let digits = String(repeating: "0a", count: 32)

  private static func item(_ version: String) throws -> Item {
    var document = try #require(try example("\(version)/item_basic.json").object)
    document["assets"] = [
      "container": [
        "href": .string("registry.example.org/a@sha256:\(digits)"), "roles": ["mlm:model", "mlm:container"],
      ],
      "runtime": [
        "href": "https://example.org/compose.yaml", "type": "text/x-yaml; application=compose",
        "roles": ["mlm:model", "mlm:inference-runtime"],
      ],
      "vector": [
        "href": "./v.csv", "type": "text/csv", "roles": ["mlm:model", "test-vector"],
        "file:checksum": .string("1220" + String(repeating: "0b", count: 32)),
      ],
      "code": ["href": "./m.py", "type": "text/x-python", "roles": ["mlm:model", "mlm:source_code", "code"]],
      "preview": ["href": "./p.png", "type": "image/png", "roles": ["mlm:model", "thumbnail"]],
      "model": [
        "href": "./m.ubj", "type": "application/octet-stream; framework=xgboost",
        "roles": ["mlm:model", "mlm:weights", "mlm:compiled"],
        "mlm:artifact_type": "xgboost.Booster.save_model", "file:checksum": .string("1220" + digits),
      ],
    ]
    let file: JSONValue = "https://stac-extensions.github.io/file/v2.1.0/schema.json"
    document["stac_extensions"] = .array((document["stac_extensions"]?.array ?? []) + [file])
    return try Item(.object(document))
  }

  @Test(arguments: ["1.0.0", "1.1.0"]) func theModelFileIsNeitherImageNorVectorNorCode(version: String) throws {
    let item = try Self.item(version)
    #expect(item.modelAsset?.key == "model")
    #expect(item.otherModelAssets == [])
    #expect(item.containerAssets.map(\.key) == ["container"])
    #expect(item.testVectorAssets.map(\.key) == ["vector"])
    #expect(ModelIdentity(item)?.checksum == "1220" + Self.digits)
    let findings = MLMExtension.validate(item)
    #expect(findings.refusals == [])
    #expect(findings.all.filter { $0.pointer.description.hasPrefix("/assets") } == [], "\(findings.all)")
  }

  @Test func aModelOfCodeAloneIsThatAndOneOfAnImageAloneHasNoFile() throws {
    for (roles, key) in [(["mlm:model", "code"], "a"), (["mlm:model", "test-vector"], nil)] as [([JSONValue], String?)]
    {
      let asset: JSONValue = ["href": "./m", "type": "text/plain", "roles": .array(roles)]
      let spoiled = FaultyModel("1.0.0/item_basic", "assets", ["a": asset], .modelAsset, at: "assets")
      let findings = try spoiled.findings()
      #expect(findings.runBars.contains { $0.rule == .modelAsset } == (key == nil))
    }
  }

  /// In the extension's own examples source code has the role too, and no checksum, type of artifact or framework.
  @Test(arguments: ["item_eo_bands", "item_raster_bands"]) func codeIsNotAskedForWhatAModelHas(name: String) throws {
    let findings = MLMExtension.validate(try Item(example("1.0.0/\(name).json")))
    #expect(!findings.all.contains { $0.pointer.description.hasPrefix("/assets/source_code") }, "\(findings.all)")
    #expect(findings.all.contains { $0.pointer.description == "/assets/weights/file:checksum" })
  }
}
