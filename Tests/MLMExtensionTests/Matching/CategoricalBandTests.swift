import MLMExtension
import StacModel
import Testing

/// Which documents say that the numbers of bands are classes or flags.
@Suite struct CategoricalBandTests {
  private static func bands(_ asset: JSONValue, template: JSONObject? = nil) -> [SourceBand] {
    SourceBand.bands(
      of: [Asset(key: "a", json: asset.object ?? [:])], itemAssets: template.map { ["a": .object($0)] }, resolution: nil
    )
  }

  private static let classes: JSONValue = [["value": 4, "name": "vegetation"]]

  @Test(
    arguments: [
      (["bands": [["name": "SCL", "classification:classes": classes]]], "classification:classes"),
      (["bands": [["name": "QA", "classification:bitfields": [["offset": 0]]]]], "classification:bitfields"),
      (["bands": [["name": "SCL"]], "classification:classes": classes], "classification:classes"),
      (
        ["eo:bands": [["name": "SCL"]], "raster:bands": [["classification:classes": classes]]], "classification:classes"
      ),
      (["bands": [["name": "LC"]], "file:values": [["values": [1], "summary": "Forest"]]], "file:values"),
      (["raster:bands": [["name": "M", "bits_per_sample": 1]]], "bits_per_sample 1"),
      (["bands": [["name": "M"]], "raster:bits_per_sample": 1], "raster:bits_per_sample 1"),
      (["bands": [["name": "M"]], "roles": ["data", "data-mask"]], "the role data-mask"),
    ] as [(JSONValue, String)])
  func classesAndFlagsAreTold(asset: JSONValue, sign: String) {
    #expect(Self.bands(asset).map(\.categoricalSign) == [sign])
    let template = asset.object ?? [:]
    #expect(Self.bands(["href": "x"], template: template).map(\.categoricalSign) == [sign])
  }

  @Test(
    arguments: [
      ["bands": [["name": "B04", "data_type": "uint8", "raster:sampling": "point"]]],
      ["bands": [["name": "B04", "classification:classes": [], "raster:bits_per_sample": 15]]],
      ["bands": [["name": "CLD"]], "roles": ["data", "cloud", "snow-ice", "reflectance"]],
      ["bands": [["name": "B04"], ["name": "B08"]], "file:values": nil],
    ] as [JSONValue])
  func quantitiesAreNot(asset: JSONValue) {
    #expect(Self.bands(asset).allSatisfy { $0.categoricalSign == nil })
  }

  @Test func aBandOfSeveralIsToldAlone() {
    let bands = Self.bands(["bands": [["name": "B04"], ["name": "SCL", "classification:classes": Self.classes]]])
    #expect(bands.map { $0.categoricalSign != nil } == [false, true])
  }

  @Test func aModelSaysSoOfBandsThatItReads() throws {
    let demo = try item("catalog/models/amazon-land-cover.json")
    #expect(CategoricalNames(of: demo).names == [])
    let described: JSONValue = ["name": "SCL", "classification:classes": Self.classes]
    for path in [
      ["properties", "mlm:input", "0", "bands"], ["properties", "bands"], ["assets", "model", "bands"],
    ] {
      let changed = Spoiling.changed(.object(demo.document), path[...], [["name": "B04"], described])
      let names = CategoricalNames(of: try Item(#require(changed)))
      #expect(names.names == ["SCL"] && names["SCL"] == "classification:classes", "\(path)")
    }
    // The classes of the map are none of the bands that are read.
    let output = Spoiling.changed(
      .object(demo.document), ["assets", "model", "classification:classes"], Self.classes)
    #expect(CategoricalNames(of: try Item(#require(output))).names == [])
  }
}
