import MLMExtension
import StacModel
import Testing

/// Schema URLs that people write otherwise than they were published.
@Suite struct ExtensionAddressTests {
  static let spellings = [
    "http://stac-extensions.github.io/mlm/v1.5.2/schema.json",
    "https://stac-extensions.github.io/mlm/v1.5.2/schema.json#",
    "http://stac-extensions.github.io/mlm/v1.5.2/schema.json#",
    "HTTPS://STAC-Extensions.GitHub.io/mlm/v1.5.2/schema.json",
    "https://crim-ca.github.io/mlm-extension/v1.5.2/schema.json",
  ]

  @Test(arguments: spellings) func anotherSpellingIsJudgedAndTheRightOneTold(spelling: String) throws {
    let item = try Spoiling("stac_extensions", "0", value: .string(spelling)).item()
    #expect(item.declaresModel && MLMExtension.isDeclared(by: item))
    let findings = MLMExtension.validate(item)
    #expect(findings.refusals == [] && findings.runBars == [])
    #expect(findings.all.map(\.rule) == [.extensionSpelling])
    #expect(findings.all.map(\.pointer.description) == ["/stac_extensions/0"])
    #expect(findings.all[0].remedy == "write https://stac-extensions.github.io/mlm/v1.5.2/schema.json")
    var wrong = item.document
    wrong["properties"] = .object(item.properties).object.map { properties in
      var properties = properties
      properties["mlm:tasks"] = "x"
      return .object(properties)
    }
    #expect(
      try MLMExtension.validate(Item(.object(wrong))).refusals.map(\.pointer.description) == ["/properties/mlm:tasks"])
  }

  @Test func otherExtensionsAreJudgedInAnySpellingToo() throws {
    let url = "http://stac-extensions.github.io/file/v2.1.0/schema.json#"
    let item = try Spoiling("assets", "model", "file:size", value: "big").item()
    var document = item.document
    let extensions = (document["stac_extensions"]?.array ?? []).map { address -> JSONValue in
      address.string?.contains("/file/") == true ? .string(url) : address
    }
    document["stac_extensions"] = .array(extensions)
    let findings = MLMExtension.validate(try Item(.object(document)))
    #expect(findings.refusals.map(\.pointer.description) == ["/assets/model/file:size"])
    #expect(findings.all.filter { $0.severity == .warning }.map(\.rule) == [.extensionSpelling])
  }

  @Test(arguments: [
    "https://stac-extensions.github.io/mlm/v1.5/schema.json", "http://stac-extensions.github.io/mlm/v9.9.9/schema.json",
    "https://stac-extensions.github.io/mlm/1.5.2/schema.json", "https://stac-extensions.github.io/mlm/v1.5.2/",
  ]) func whatNamesNoVersionIsRefused(address: String) throws {
    let findings = MLMExtension.validate(try Spoiling("stac_extensions", "0", value: .string(address)).item())
    #expect(findings.all.map(\.rule) == [.knownVersion])
  }

  @Test func addressesOfOthersStayAsTheyAre() {
    for address in [
      "http://example.org/x#", "mlm", "", "#", "https://", "http://stac-extensions.github.io.evil.org/mlm/v1",
    ] {
      #expect(ExtensionAddress.published(address) == address)
    }
  }
}
