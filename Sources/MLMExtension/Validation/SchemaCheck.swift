import StacModel

/// Holds a document to the schemas that it declares.
enum SchemaCheck {
  /// The most findings that are told of one document.
  static let mostFindings = 100

  /// What the schemas of the MLM versions, of STAC 1.1 bands and of the declared extensions do not accept.
  static func findings(in document: JSONValue, versions: [MLMVersion], extensions: [String]) -> [ModelFinding] {
    let document = ExtensionSpelling.published(document)
    return SchemaJudgePool.shared.withJudge { judge in
      findings(in: document, versions: versions, extensions: extensions, by: judge)
    }
  }

  private static func findings(
    in document: JSONValue, versions: [MLMVersion], extensions: [String], by judge: SchemaJudge
  ) -> [ModelFinding] {
    var findings: [ModelFinding] = []
    var places: Set<JSONPointer> = []
    func add(_ schema: JSONSchema?, _ rule: ModelRule, mayBeLifted: Bool) {
      guard let schema else { return }
      let breaches = judge.breaches(of: document, at: .root, by: schema, whole: SchemaWording.whole)
      for breach in breaches where !breach.follows(from: breaches) {
        let wording = SchemaWording(breach: breach)
        // One place is told one thing: the first, which is the kind where that is wrong.
        guard findings.count < mostFindings, places.insert(wording.pointer).inserted else { continue }
        let isLifted = mayBeLifted && breach.mayBeLifted
        findings.append(
          ModelFinding(
            isLifted ? .warning : .refusal, isLifted ? .laterVersion : rule, wording.pointer, wording.message,
            mend: wording.remedy))
      }
    }
    for version in versions { add(SchemaLibrary.schema(of: version), .schema, mayBeLifted: !version.isPublished) }
    add(SchemaLibrary.coreBands, .extensionSchema, mayBeLifted: false)
    for address in extensions {
      add(SchemaLibrary.schema(atAddress: address)?.schema, .extensionSchema, mayBeLifted: false)
    }
    return findings
  }
}
