import Foundation
import MLMExtension
import StacModel
import Testing

/// A change to a collection that a schema does not accept, and where that is told.
struct FaultyCollection: Sendable, CustomTestStringConvertible {
  let version: String
  /// The names of the path to what is set.
  let path: [String]
  let value: JSONValue
  let pointer: String

  init(_ path: String, _ value: JSONValue, at pointer: String? = nil, version: String = "1.5.2") {
    self.version = version
    self.path = path.split(separator: "/").map(String.init)
    self.value = value
    self.pointer = "/" + (pointer ?? path)
  }

  var testDescription: String { "\(version) \(path.joined(separator: "/"))" }
}

@Suite struct ModelCollectionTests {
  /// The example collection of the extension, declaring a version of it.
  static func collection(_ version: String?) throws -> JSONValue {
    let json = try JSONParser.parse([UInt8](Data(contentsOf: fixtures.appending(path: "mlm/collection.json"))))
    guard let version else { return json }
    let url = "https://stac-extensions.github.io/mlm/v\(version)/schema.json"
    return try #require(Spoiling.changed(json, ["stac_extensions"], [.string(url)]))
  }

  @Test(arguments: MLMVersion.known.map(\.description)) func theExampleCollectionIsAccepted(version: String) throws {
    let collection = try Collection(Self.collection(version))
    #expect(MLMExtension.isDeclared(by: collection))
    #expect(MLMExtension.version(of: collection)?.description == version)
    #expect(MLMExtension.validate(collection).refusals == [], "\(version)")
  }

  @Test func aCollectionThatDoesNotDeclareTheExtensionIsNotJudged() throws {
    let json = try #require(
      Spoiling.changed(Self.collection(nil), ["item_assets", "weights", "mlm:accelerator"], "cpu"))
    #expect(MLMExtension.validate(try Collection(json)).all == [])
  }

  @Test(arguments: [
    FaultyCollection("item_assets/weights/mlm:accelerator", "cpu"),
    FaultyCollection("item_assets/weights/mlm:name", "a-name"),
    FaultyCollection("item_assets/weights/mlm:hyperparameters", ["depth": 3]),
    FaultyCollection("item_assets/weights/mlm:loss", 1),
    FaultyCollection("item_assets/weights/mlm:framework_version", "2.1", version: "1.4.0"),
    FaultyCollection("summaries/mlm:things", ["mlm:tasks": ["cooking"]], at: "summaries/mlm:things/mlm:tasks/0"),
    FaultyCollection("assets", ["a": ["href": "a", "mlm:memory_size": -1]], at: "assets/a/mlm:memory_size"),
  ]) func aMemberThatTheSchemaDoesNotAcceptIsRefusedAtItsPlace(faulty: FaultyCollection) throws {
    let json = try #require(Spoiling.changed(Self.collection(faulty.version), faulty.path[...], faulty.value))
    let findings = MLMExtension.validate(try Collection(json))
    #expect(findings.refusals.map(\.pointer.description) == [faulty.pointer])
    #expect(findings.refusals.allSatisfy { !$0.remedy.isEmpty && $0.rule == .schema })
  }

  @Test(
    arguments: [
      (["XGBoost"], #"{"enum":["XGBoost"]}"#), ("XGBoost", #"{"enum":["XGBoost"]}"#), ([], #"{"type":"string"}"#),
    ] as [(JSONValue, String)]) func theRemedyForASummaryIsAccepted(value: JSONValue, form: String) throws
  {
    let collection = try Self.collection("1.5.2")
    let place = ["summaries", "mlm:framework"]
    let refusals = MLMExtension.validate(
      try Collection(try #require(Spoiling.changed(collection, place[...], value)))
    ).refusals
    #expect(refusals.map(\.pointer.description) == ["/summaries/mlm:framework"])
    let remedy = try #require(refusals.first?.remedy).filter { $0 != " " }
    #expect(remedy.contains(form), "\(remedy)")
    for right in [form, #"{"minimum":1,"maximum":2}"#] {
      let mended = try Spoiling.changed(collection, place[...], JSONParser.parse([UInt8](right.utf8)))
      #expect(MLMExtension.validate(try Collection(try #require(mended))).refusals == [])
    }
  }

  @Test func aVersionThatIsNotKnownIsRefused() throws {
    let findings = MLMExtension.validate(try Collection(Self.collection("9.9.9")))
    #expect(findings.refusals.map(\.rule) == [.knownVersion])
    #expect(findings.refusals.first?.pointer == "/stac_extensions/0")
  }
}
