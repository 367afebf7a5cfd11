/// How the bands that a model reads are found among those of a scene.
struct BandFit: Sendable {
  private(set) var codes = MatchReasonCodes()
  /// How many are found by their own name, and how many are read.
  private(set) var named = 0
  let count: Int
  /// The smallest pixel of those that are found, in metres; nil where none says it.
  private(set) var finest: Double?

  init(_ needs: BandNeeds, _ table: BandTable) {
    count = needs.bands.count
    if needs.bands.isEmpty { codes.insert(.noBands) }
    for need in needs.bands {
      let finding = table.find(need.name)
      for code in Self.faults(need, finding, table) { codes.insert(code) }
      switch finding {
      case .named(let index):
        named += 1
        note(table.bands[index].resolution)
      case .commonlyNamed(let index): note(table.bands[index].resolution)
      case .ambiguous, .missing: continue
      }
    }
  }

  private mutating func note(_ resolution: Double?) {
    guard let resolution else { return }
    finest = min(finest ?? resolution, resolution)
  }

  /// What is wrong with a band that is looked for; nothing where it can be read.
  private static func faults(_ need: BandNeed, _ finding: BandTable.Finding, _ table: BandTable) -> [MatchReason.Code] {
    switch finding {
    case .missing: return [.missingBand]
    case .ambiguous: return [.ambiguousBand]
    case .named(let index), .commonlyNamed(let index):
      let band = table.bands[index]
      let other: [MatchReason.Code] = need.differs(from: band) ? [.otherBand] : []
      return band.isScalingReadable ? other : other + [.scaling]
    }
  }

  /// The same in sentences.
  static func explain(_ needs: BandNeeds, _ table: BandTable, in reasons: inout MatchReasons) {
    if needs.bands.isEmpty {
      reasons.add(.noBands, "The model's input names no bands, so nothing can be matched by name.")
    }
    let faults = needs.bands.flatMap { need in
      let finding = table.find(need.name)
      return Self.faults(need, finding, table).map { BandFault(need: need, finding: finding, code: $0) }
    }
    for code in [MatchReason.Code.missingBand, .ambiguousBand, .otherBand, .scaling] {
      let alike = faults.filter { $0.code == code }
      guard !alike.isEmpty else { continue }
      reasons.add(code, bands: alike.map(\.need.name), BandFault.sentence(code, alike, table))
    }
  }
}

/// A band that cannot be read.
private struct BandFault {
  let need: BandNeed
  let finding: BandTable.Finding
  let code: MatchReason.Code

  static func sentence(_ code: MatchReason.Code, _ faults: [BandFault], _ table: BandTable) -> String {
    let names = faults.prefix(40).map { "'\($0.need.name.prefix(64))'" }.joined(separator: ", ")
    let subject = faults.count == 1 ? "the band \(names)" : "the bands \(names)"
    switch code {
    case .missingBand:
      let known = table.bands.prefix(40).compactMap { $0.name?.prefix(64) }.joined(separator: ", ")
      let has = known.isEmpty ? "no bands are described" : "it has \(known)"
      let hints = faults.prefix(8).compactMap { $0.hint(table) }.joined(separator: ", ")
      return "The model reads \(subject), which the imagery does not have: \(has)."
        + (hints.isEmpty ? "" : " Under other names it may have them: \(hints).")
    case .ambiguousBand: return "The imagery has \(subject) more than once, so that none can be chosen."
    case .otherBand:
      return "The imagery has \(subject), but of another kind: "
        + faults.prefix(8).compactMap { $0.difference(table) }.joined(separator: "; ") + "."
    default: return "Scale or offset of \(subject) is no number that can be computed with."
    }
  }

  /// A band of another name that seems to be the one that is missing.
  private func hint(_ table: BandTable) -> String? {
    guard need.light != nil || need.commonName != nil else { return nil }
    let alike = table.bands.filter { band in
      guard need.light != nil && band.light != nil || need.commonName != nil && band.commonName != nil else {
        return false
      }
      return !need.differs(from: band)
    }
    guard alike.count == 1, let name = alike[0].name else { return nil }
    return "'\(need.name.prefix(64))' as '\(name.prefix(64))'"
  }

  private func difference(_ table: BandTable) -> String? {
    switch finding {
    case .named(let index), .commonlyNamed(let index):
      let band = table.bands[index]
      let own = Self.words(need.light, need.commonName)
      return "'\(need.name.prefix(64))' is \(own) to the model and \(Self.words(band.light, band.commonName)) there"
    case .ambiguous, .missing: return nil
    }
  }

  private static func words(_ light: BandLight?, _ commonName: String?) -> String {
    let parts = [commonName.map { String($0.prefix(64)) }, light.map { "\($0.center) µm" }].compactMap(\.self)
    return parts.isEmpty ? "unknown" : parts.joined(separator: " at ")
  }
}
