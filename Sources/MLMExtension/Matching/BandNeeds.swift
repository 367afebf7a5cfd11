/// A band that a model reads, by the name that it is looked for, and what the model's item says about it.
public struct BandNeed: Sendable, Hashable, Codable {
  public let name: String
  public let commonName: String?
  public let light: BandLight?

  public init(name: String, commonName: String? = nil, light: BandLight? = nil) {
    self.name = name
    self.commonName = commonName
    self.light = light
  }

  /// Whether a band that has the name shows something else: other light, or another common name where light is not said.
  func differs(from band: SourceBand) -> Bool {
    if let own = light, let other = band.light {
      let tolerance = max(0.03, own.center * 0.04, (own.width ?? 0) / 2, (other.width ?? 0) / 2)
      return abs(own.center - other.center) > tolerance
    }
    guard let commonName, let other = band.commonName, commonName != other else { return false }
    // Version 1 of the extension eo has one name for what version 2 tells apart.
    let isRedEdge = commonName.hasPrefix("rededge") && other.hasPrefix("rededge")
    return !(isRedEdge && (commonName == "rededge" || other == "rededge"))
  }
}

/// The bands that a model reads, each once; models alike share them.
public final class BandNeeds: Sendable, Codable {
  public let bands: [BandNeed]

  public init(_ bands: [BandNeed]) { self.bands = bands }
}

extension BandNeeds: Hashable {
  public static func == (left: BandNeeds, right: BandNeeds) -> Bool { left === right || left.bands == right.bands }

  public func hash(into hasher: inout Hasher) { hasher.combine(bands) }
}
