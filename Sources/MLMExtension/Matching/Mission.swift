public import StacModel

/// What takes a picture: platforms, the constellation they belong to, instruments (STAC common metadata).
public struct Mission: Sendable, Hashable, Codable {
  public let platforms: [String]
  public let constellations: [String]
  public let instruments: [String]

  public init(platforms: [String] = [], constellations: [String] = [], instruments: [String] = []) {
    self.platforms = platforms.map(Self.plain)
    self.constellations = constellations.map(Self.plain)
    self.instruments = instruments.map(Self.plain)
  }

  /// Reads the members of an item's properties, or of a collection's summaries.
  public init(_ properties: JSONObject) {
    func texts(_ name: String) -> [String] {
      let json = properties[name]
      return (json?.string.map { [$0] } ?? json?.array?.compactMap(\.string) ?? []).filter { !$0.isEmpty }
    }
    self.init(
      platforms: texts("platform"), constellations: texts("constellation"), instruments: texts("instruments"))
  }

  /// How what a scene was taken by relates to what a model was made for.
  enum Relation: Sendable, Hashable {
    case same
    /// Of one constellation: sentinel-2a and sentinel-2b.
    case related
    /// One of the two does not say.
    case unknown
    case other
  }

  /// Whether nothing is said.
  var isEmpty: Bool { platforms.isEmpty && constellations.isEmpty && instruments.isEmpty }

  /// All of it in words.
  var words: String { (platforms + constellations + instruments).joined(separator: ", ") }

  func relation(to scene: Mission) -> Relation {
    if Self.areApart(instruments, scene.instruments) || Self.areApart(constellations, scene.constellations) {
      return .other
    }
    if platforms.contains(where: scene.platforms.contains) { return .same }
    if constellations.contains(where: scene.constellations.contains) { return .related }
    let (own, others) = (platforms + constellations, scene.platforms + scene.constellations)
    if own.isEmpty || others.isEmpty { return .unknown }
    return own.contains { name in others.contains { Self.family(name) == Self.family($0) } } ? .related : .other
  }

  private static func areApart(_ first: [String], _ second: [String]) -> Bool {
    !first.isEmpty && !second.isEmpty && !first.contains(where: second.contains)
  }

  /// A name without the letter that tells satellites of one kind apart: `sentinel2` of `sentinel2a`.
  private static func family(_ name: String) -> Substring {
    let rest = name.dropLast()
    return name.last?.isLetter == true && rest.last?.isNumber == true ? rest : name[...]
  }

  /// Letters and digits in lower case: `Sentinel-2A` and `sentinel_2a` are one.
  private static func plain(_ name: String) -> String {
    name.lowercased().filter { $0.isLetter || $0.isNumber }
  }
}
