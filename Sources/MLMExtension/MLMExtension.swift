public import StacModel

/// The machine learning model extension of STAC: reading and checking items that describe models.
///
/// Source: stac-extensions/mlm, `json-schema/schema.json` of v1.0.0 to v1.5.2, README and best practices.
public enum MLMExtension {
  /// Whether the item declares the extension, in whatever version.
  public static func isDeclared(by item: Item) -> Bool { item.extensions.contains(where: MLMVersion.isExtension) }

  /// Whether the collection declares the extension, in whatever version.
  public static func isDeclared(by collection: Collection) -> Bool {
    collection.extensions.contains(where: MLMVersion.isExtension)
  }

  /// The declared version, nil where the item declares none or one that is not known.
  public static func version(of item: Item) -> MLMVersion? { versions(item.extensions).first }

  /// The same of a collection.
  public static func version(of collection: Collection) -> MLMVersion? { versions(collection.extensions).first }

  /// Checks an item against the schema of its MLM version, of the extensions it declares, and the rules of ``ModelRule``.
  ///
  /// An item that does not declare MLM gives no finding. Only what a schema does not accept is a refusal; in 1.6.0, whose
  /// schema was not published, members, values and forms that 1.5.2 does not know are warnings.
  public static func validate(_ item: Item) -> ModelFindings {
    guard isDeclared(by: item) else { return ModelFindings([]) }
    let versions = versions(item.extensions)
    guard !versions.isEmpty else { return ModelFindings(unknownVersions(item.extensions)) }
    let document = JSONValue.object(item.document)
    var findings = unknownVersions(item.extensions) + ExtensionSpelling.findings(item.extensions)
    findings += SchemaCheck.findings(in: document, versions: versions, extensions: item.extensions)
    var check = ModelCheck(item, version: versions[0])
    check.run()
    // What a schema has already been found to refuse is not told twice; what bars a run is told beside a mere doubt.
    let told = Dictionary(findings.map { ($0.pointer, $0.barsRun) }) { $0 || $1 }
    let refused = findings.filter { $0.severity == .refusal }.map(\.pointer.description)
    findings += check.findings.filter { finding in
      guard told[finding.pointer].map({ !$0 && finding.barsRun }) ?? true else { return false }
      // Of a scaling that a schema refuses a part of, that part is told.
      let place = finding.pointer.description + "/"
      return finding.rule != .scalingReadable || !refused.contains { $0.hasPrefix(place) }
    }
    return ModelFindings(findings.filter { $0.severity == .refusal } + findings.filter { $0.severity == .warning })
  }

  /// Reads an item, and holds a model to its schemas also where STAC's core refuses it, so that all is told at once.
  ///
  /// - Throws: ``DocumentRefusal`` with up to a hundred faults, those against the core first.
  public static func item(_ text: JSONText) throws(DocumentRefusal) -> Item {
    do throws(DocumentRefusal) {
      return try Item(text)
    } catch {
      throw DocumentRefusal(error.faults + schemaFaults(of: text.root.value, beside: error.faults))
    }
  }

  /// What the declared schemas refuse in a document that is no STAC item, at other places than those that say why.
  private static func schemaFaults(of document: JSONValue, beside core: [Fault]) -> [Fault] {
    let extensions = document.object?["stac_extensions"]?.array?.compactMap(\.string) ?? []
    let versions = versions(extensions)
    // What is no Feature at all meets no schema in any of its parts.
    guard document.object?["type"]?.string == "Feature", !versions.isEmpty else { return [] }
    let places = Set(core.map(\.pointer))
    let findings = SchemaCheck.findings(in: document, versions: versions, extensions: extensions)
    let faults = (unknownVersions(extensions) + findings).filter { finding in
      finding.severity == .refusal && finding.pointer != .root && !places.contains(finding.pointer)
    }
    return faults.prefix(max(0, SchemaCheck.mostFindings - core.count)).map(\.fault)
  }

  /// Checks the members of the extension in a collection (`summaries`, `item_assets`, `assets`) against the schema of its
  /// MLM version, and the collection against those of the other extensions it declares.
  ///
  /// A collection that does not declare MLM gives no finding.
  public static func validate(_ collection: Collection) -> ModelFindings {
    let extensions = collection.extensions
    guard isDeclared(by: collection) else { return ModelFindings([]) }
    let versions = versions(extensions)
    guard !versions.isEmpty else { return ModelFindings(unknownVersions(extensions)) }
    return ModelFindings(
      unknownVersions(extensions) + ExtensionSpelling.findings(extensions)
        + SchemaCheck.findings(in: .object(collection.document), versions: versions, extensions: extensions))
  }

  /// The model an item describes.
  ///
  /// - Parameter findings: what ``validate(_:)`` has found in the item; nil where it has not been asked yet.
  /// - Throws: ``DocumentRefusal`` with every refusal, also where the item does not declare the extension.
  public static func properties(
    of item: Item, findings: ModelFindings? = nil
  ) throws(DocumentRefusal) -> ModelProperties {
    let faults = (findings ?? validate(item)).faults
    guard faults.isEmpty else { throw DocumentRefusal(faults) }
    guard let version = version(of: item) else { throw DocumentRefusal([notDeclared]) }
    return ModelProperties(checked: item, version: version)
  }

  /// The fault of an item that describes no model.
  public static let notDeclared = Fault(
    "/stac_extensions", "the item describes no model: it does not declare the MLM extension",
    rule: ModelRule.knownVersion.rawValue, remedy: "declare \(newest.schemaURL)")

  static let newest = MLMVersion(major: 1, minor: 5, patch: 2)

  /// The declared versions that are known.
  private static func versions(_ extensions: [String]) -> [MLMVersion] {
    extensions.filter { MLMVersion.isExtension($0) && !isUnknownVersion($0) }
      .compactMap(MLMVersion.init(schemaURL:))
  }

  /// Each version that is declared and not known: nothing could be held to it.
  private static func unknownVersions(_ extensions: [String]) -> [ModelFinding] {
    let known = MLMVersion.known.map(\.description).joined(separator: ", ")
    return extensions.indices.filter { isUnknownVersion(extensions[$0]) }.map { index in
      ModelFinding(
        .refusal, .knownVersion, JSONPointer("/stac_extensions").appending(index),
        "this version of the MLM extension is not known; known are \(known)", mend: "declare \(newest.schemaURL)")
    }
  }

  private static func isUnknownVersion(_ declared: String) -> Bool {
    MLMVersion.isExtension(declared)
      && MLMVersion(schemaURL: declared).map { !MLMVersion.known.contains($0) } ?? true
  }
}
