public import StacModel

/// What a model needs of imagery, as far as its item tells.
public struct ModelRequirements: Sendable, Hashable, Codable {
  /// How many items a model reads.
  public enum Steps: Sendable, Hashable, Codable {
    /// No series: one item, or several of which each band is in exactly one.
    case none
    /// So many items of different times.
    case count(Int)
    /// A series; only the model's file tells how long.
    case unknown
  }

  /// The bands that are looked for by name, those of band expressions instead of what is computed of them.
  public var bands: BandNeeds
  public var steps: Steps
  /// The pixel that the model was made for in metres, the finest among its bands; nil where that is not said.
  public internal(set) var resolution: Double?
  public internal(set) var mission: Mission
  /// Where the model may be used; nil where its item has no area.
  public internal(set) var region: Region?
  /// When in the year; nil where the item has one instant alone, which is when the model was made.
  public internal(set) var season: Season?
  /// The collections that the model was made from, by the links `derived_from`.
  public internal(set) var origins: [String]
  /// Why the model cannot be run here, in a sentence; nil where nothing speaks against it.
  public var obstacle: String?

  public init(
    bands: BandNeeds, steps: Steps = .none, resolution: Double? = nil, mission: Mission = Mission(),
    region: Region? = nil, season: Season? = nil, origins: [String] = [], obstacle: String? = nil
  ) {
    self.bands = bands
    self.steps = steps
    self.resolution = resolution
    self.mission = mission
    self.region = region
    self.season = season
    self.origins = origins
    self.obstacle = obstacle
  }

  /// Reads a model's item.
  ///
  /// - Parameter obstacle: why the model cannot be run here, where that is known already.
  public init(of item: Item, obstacle: String?) {
    let version = MLMExtension.version(of: item) ?? MLMExtension.newest
    let inputs = ModelProperties(checked: item, version: version).inputs
    let described = DescribedBands(item)
    let names = ModelInput.sourceBandNames(of: inputs)
    let steps = Self.steps(inputs)
    self.init(
      bands: BandNeeds(names.map(described.need)), steps: steps, resolution: described.resolution(of: names),
      mission: Mission(item.properties), region: Region(geometry: item.geometry, boundingBox: item.boundingBox),
      season: item.time.start < item.time.end ? Season(from: item.time.start, to: item.time.end) : nil,
      origins: Self.origins(item), obstacle: obstacle)
    if case .count(let count) = steps, !(1...4_096 ~= count), obstacle == nil {
      self.obstacle = "The model reads \(count) items in time; 1 to 4096 are read."
    }
  }

  private static func steps(_ inputs: [ModelInput]) -> Steps {
    guard let structure = inputs.first(where: { $0.structure.dimensions.contains("time") })?.structure else {
      return .none
    }
    let size = structure.size(of: "time") ?? 0
    return size == -1 ? .unknown : .count(size)
  }

  /// The collections that links to items and collections name, in a catalog of this kind or in folders.
  private static func origins(_ item: Item) -> [String] {
    var origins: [String] = []
    for link in item.links where link.rel == LinkRelation.derivedFrom.rawValue {
      let path = link.href.prefix { $0 != "?" && $0 != "#" }
      let origin = origin(path.split(separator: "/").compactMap { PercentCoding.decode($0) })
      if let origin, origin != "..", origin != ".", !origins.contains(origin), origins.count < 16 {
        origins.append(origin)
      }
    }
    return origins
  }

  /// The collection in the path of a link: of `collections/{c}/…`, of `../../{c}/items/{i}` and `../../{c}`, which are
  /// relative to an item's own address in a catalog, or the folder of a file `{c}/{i}.json`.
  private static func origin(_ parts: [String]) -> String? {
    if let place = parts.lastIndex(of: "collections"), place + 1 < parts.count { return parts[place + 1] }
    if parts.count > 2, parts[parts.count - 2] == "items" { return parts[parts.count - 3] }
    guard let last = parts.last, parts.count > 1 else { return nil }
    if last.hasSuffix(".json") { return parts[parts.count - 2] }
    return parts.dropLast() == ["..", ".."] ? last : nil
  }
}

/// What a model's item says about bands, in its properties or on its assets.
private struct DescribedBands {
  private let names: [String: [SourceBand]]
  private let commonNames: [String: [SourceBand]]
  private let whole: Double?

  init(_ item: Item) {
    let model = item.modelAsset.map { [$0] } ?? []
    let holders = [Asset(key: "", json: item.properties)] + model + item.assets
    let bands = SourceBand.bands(of: holders, itemAssets: nil, resolution: nil)
    names = Dictionary(grouping: bands) { $0.name ?? "" }
    commonNames = Dictionary(grouping: bands) { $0.commonName ?? "" }
    whole = holders.lazy.prefix(2).compactMap { $0.json["gsd"]?.metres }.first
  }

  private func bands(_ name: String) -> [SourceBand] { names[name] ?? commonNames[name] ?? [] }

  func need(_ name: String) -> BandNeed {
    let bands = bands(name)
    return BandNeed(
      name: name, commonName: bands.lazy.compactMap(\.commonName).first, light: bands.lazy.compactMap(\.light).first)
  }

  /// The finest pixel of the bands, else of the whole item.
  func resolution(of names: [String]) -> Double? {
    names.compactMap { bands($0).lazy.compactMap(\.resolution).first }.min() ?? whole
  }
}
