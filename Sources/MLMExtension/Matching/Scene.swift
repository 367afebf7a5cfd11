public import StacModel

/// Bands that many scenes have alike.
public final class BandGroup: Sendable {
  public let table: BandTable

  public init(_ bands: [SourceBand]) { table = BandTable(bands) }
}

/// What one item offers a model, or a description that stands for items.
public struct Scene: Sendable {
  public var collection: String?
  public var id: String?
  public var bands: BandGroup
  public var mission: Mission
  /// What it shows; nil where that is not said.
  public var region: Region?
  /// When in the year it was taken; nil where that is not said.
  public var season: Season?
  /// What a series is ordered by.
  public var time: Timestamp?
  /// The size of a pixel in metres, of a description that names no bands; of all others the bands have it.
  public var resolution: Double?

  public init(
    collection: String? = nil, id: String? = nil, bands: BandGroup, mission: Mission = Mission(),
    region: Region? = nil, season: Season? = nil, time: Timestamp? = nil, resolution: Double? = nil
  ) {
    self.resolution = resolution
    self.collection = collection
    self.id = id
    self.bands = bands
    self.mission = mission
    self.region = region
    self.season = season
    self.time = time
  }
}

/// What models are to be fed with.
public struct MatchSource: Sendable {
  public enum Kind: Sendable, Hashable {
    /// These items, read together.
    case together
    /// Any of these items, or as many of them as a series needs.
    case choice
    /// Items as the one scene describes them; how many there are is not said.
    case described
  }

  public var kind: Kind
  public var scenes: [Scene]
  /// Whether there are more items than the scenes, of a choice.
  public var hasMore: Bool

  public init(_ kind: Kind, _ scenes: [Scene], hasMore: Bool = false) {
    self.kind = kind
    self.scenes = scenes
    self.hasMore = hasMore
  }
}

/// Makes scenes of items, those with the same bands of one group.
public struct SceneReader {
  private var groups: [[BandSignature]: BandGroup] = [:]

  public init() {}

  /// Reads an item; nil where a box is given that it does not meet.
  ///
  /// - Parameters:
  ///   - itemAssets: the collection's `item_assets`.
  ///   - box: what of the item is asked for; nil for all of it.
  public mutating func scene(
    of item: Item, in collection: String?, itemAssets: JSONObject?, within box: BoundingBox? = nil
  ) -> Scene? {
    var region = Region(geometry: item.geometry, boundingBox: item.boundingBox)
    if let box, let whole = region {
      region = whole.clipped(to: box)
      if region == nil { return nil }
    }
    let bands = SourceBand.bands(of: item, itemAssets: itemAssets)
    return Scene(
      collection: collection, id: item.id, bands: group(bands), mission: Mission(item.properties), region: region,
      season: Season(from: item.time.start, to: item.time.end), time: item.time.sortKey)
  }

  /// Reads a collection's description of its items; nil where it describes no bands.
  ///
  /// Only `item_assets` tells which asset holds a band.
  public mutating func scene(ofCollection id: String, document: JSONObject, within box: BoundingBox? = nil) -> Scene? {
    let summaries = document["summaries"]?.object ?? [:]
    let assets = (document["item_assets"]?.object?.members ?? []).compactMap { member in
      member.value.object.map { Asset(key: member.name, json: $0) }
    }
    let gsd = summaries["gsd"]?.array?.compactMap(\.metres).min() ?? summaries["gsd"]?.object?["minimum"]?.metres
    let bands = SourceBand.bands(of: assets, itemAssets: nil, resolution: gsd)
    guard !bands.isEmpty else { return nil }
    return Scene(
      collection: id, bands: group(bands), mission: Mission(summaries), region: box.flatMap { Region($0) })
  }

  private mutating func group(_ bands: [SourceBand]) -> BandGroup {
    let signatures = bands.map(BandSignature.init)
    if let known = groups[signatures] { return known }
    let group = BandGroup(bands)
    groups[signatures] = group
    return group
  }
}

/// What of a band decides whether models can read it.
private struct BandSignature: Hashable {
  let key: String
  let name: String?
  let commonName: String?
  let light: BandLight?
  let resolution: Double?
  let isScalingReadable: Bool

  init(_ band: SourceBand) {
    key = band.asset.key
    name = band.name
    commonName = band.commonName
    light = band.light
    resolution = band.resolution
    isScalingReadable = band.isScalingReadable
  }
}
