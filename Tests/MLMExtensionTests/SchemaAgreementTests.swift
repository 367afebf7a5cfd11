import Foundation
import MLMExtension
import StacModel
import Testing

/// Documents changed at random, and whether the published JSON schemas accept them.
///
/// Each line of `fixtures/mlm/changed.jsonl` names an example, the changes to it, and the verdict of Python's jsonschema
/// over the published schemas of MLM, of the extensions that the document declares, and of the bands of STAC 1.1.
struct ChangedDocument: Sendable {
  let line: String
  let item: Item?
  let isRefused: Bool

  static let all: [ChangedDocument] = {
    let file = fixtures.appending(path: "mlm/changed.jsonl")
    let lines = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n")
    var bases: [String: JSONValue] = [:]
    return lines.compactMap { ChangedDocument(String($0), bases: &bases) }
  }()

  private init?(_ line: String, bases: inout [String: JSONValue]) {
    guard let object = try? JSONParser.parse(Array(line.utf8)).object, let base = object["base"]?.string,
      let isRefused = object["refused"]?.bool
    else { return nil }
    if bases[base] == nil { bases[base] = try? example(base) }
    guard var document = bases[base] else { return nil }
    for change in object["changes"]?.array ?? [] {
      let path = (change.object?["set"] ?? change.object?["remove"])?.array ?? []
      let names = path.map { $0.string ?? $0.integer.map(String.init) ?? "" }
      document = Spoiling.changed(document, names[...], change.object?["value"]) ?? .null
    }
    self.line = line
    self.isRefused = isRefused
    item = try? Item(document)
  }
}

@Suite struct SchemaAgreementTests {
  @Test func whatIsRefusedHereIsWhatTheSchemasRefuse() {
    var compared = 0
    var refused = 0
    for changed in ChangedDocument.all {
      // What STAC itself does not accept never comes as far as the extension.
      guard let item = changed.item else { continue }
      let findings = MLMExtension.validate(item)
      compared += 1
      refused += changed.isRefused ? 1 : 0
      #expect(!findings.refusals.isEmpty == changed.isRefused, "\(changed.line) \(findings.refusals)")
    }
    #expect(compared >= 700)
    #expect(refused >= 300)
    #expect(compared - refused >= 200)
  }

  @Test func everyFindingSaysWhatIsWrongAndHowToMendIt() {
    for item in ChangedDocument.all.compactMap(\.item) {
      for finding in MLMExtension.validate(item).all {
        #expect(!finding.message.isEmpty && finding.message.count < 300, "\(finding)")
        #expect(!finding.remedy.isEmpty && !finding.remedy.hasSuffix("."), "\(finding)")
      }
    }
  }
}
