public import StacModel

/// The machine learning model extension of STAC: reading and checking items that describe models.
///
/// Source: stac-extensions/mlm, `json-schema/schema.json` of v1.5.2 and its README.
public enum MLMExtension {
  /// What was found in an item: what must be mended, and what should be.
  public struct Findings: Sendable, Hashable {
    public let faults: [Fault]
    public let warnings: [Fault]
  }

  /// Whether the item declares the extension, in whatever version.
  public static func isDeclared(by item: Item) -> Bool { item.extensions.contains(where: MLMVersion.isExtension) }

  /// The declared version, nil where the item declares none or one that is not known.
  public static func version(of item: Item) -> MLMVersion? {
    item.extensions.lazy.filter(MLMVersion.isExtension).compactMap(MLMVersion.init(schemaURL:)).first {
      MLMVersion.known.contains($0)
    }
  }

  /// Checks an item against the rules of its MLM version.
  ///
  /// An item that does not declare MLM gives neither faults nor warnings. Items of v1.5 are held to the schema of v1.5.2;
  /// in older versions and in 1.6.0 only the rules every version shares are faults, the others are warnings.
  public static func validate(_ item: Item) -> Findings {
    guard isDeclared(by: item) else { return Findings(faults: [], warnings: []) }
    guard let version = version(of: item) else {
      return Findings(faults: [unknownVersion(item)], warnings: [])
    }
    var check = ModelCheck(item, version: version)
    check.run()
    return Findings(faults: check.faults, warnings: check.warnings)
  }

  /// The model an item describes.
  ///
  /// - Throws: ``DocumentRefusal`` with every fault, also where the item does not declare the extension.
  public static func properties(of item: Item) throws(DocumentRefusal) -> ModelProperties {
    let findings = validate(item)
    guard findings.faults.isEmpty else { throw DocumentRefusal(findings.faults) }
    guard let version = version(of: item) else {
      throw DocumentRefusal([
        Fault("/stac_extensions", "the item describes no model: it does not declare \(newest.schemaURL)")
      ])
    }
    return ModelProperties(checked: item, version: version)
  }

  static let newest = MLMVersion(major: 1, minor: 5, patch: 2)

  private static func unknownVersion(_ item: Item) -> Fault {
    let index = item.extensions.firstIndex(where: MLMVersion.isExtension) ?? 0
    let known = MLMVersion.known.map(\.description).joined(separator: ", ")
    return Fault(
      JSONPointer("/stac_extensions").appending(index),
      "this version of the MLM extension is not known; known are \(known): declare \(newest.schemaURL)")
  }
}
