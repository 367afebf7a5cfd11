public import StacModel

/// A band that an item describes: which asset holds it, where in the file, and how its pixel values are to be read.
public struct SourceBand: Sendable, Hashable {
  public let asset: Asset
  /// Place in the file, from 1.
  public let index: Int
  public let name: String?
  public let commonName: String?
  /// Physical value = stored value × scale + offset; nil where the documents say nothing, NaN where they say no number.
  public let scale: Double?
  public let offset: Double?
  /// A stored value that means nothing; nil where the documents say nothing.
  public let noData: Double?
  /// Which light the band sees, in micrometres; nil where the documents say nothing.
  public let light: BandLight?
  /// Metres of a pixel: of the band, of its asset or of its item; nil where the documents say nothing.
  public let resolution: Double?
  /// What says that the numbers are classes or flags, for people: a member of the documents or a role; nil where none does.
  public let categoricalSign: String?

  /// Whether scale and offset, where they are said, are numbers that can be computed with.
  public var isScalingReadable: Bool {
    let (scale, offset) = (scale ?? 1, offset ?? 0)
    return scale.isFinite && offset.isFinite && scale != 0
  }

  /// What a band is called, for messages.
  var label: String { name ?? commonName ?? "\(asset.key) \(index)" }
}

/// The light that a band sees (extension eo), in micrometres.
public struct BandLight: Sendable, Hashable, Codable {
  public let center: Double
  /// Full width at half of the maximum; nil where it is not said.
  public let width: Double?

  public init(center: Double, width: Double? = nil) {
    self.center = center
    self.width = width
  }
}

/// The bands that items describe.
///
/// A band's name is the `name` of STAC 1.1 `bands`, of `eo:bands` or of `raster:bands`, on the asset or else in the
/// collection's `item_assets`; its place in the file is its place in that array. Thumbnails, overviews and visual
/// renderings are not looked at.
extension SourceBand {
  private static let ignoredRoles: Set<String> = ["thumbnail", "overview", "visual", "metadata"]

  /// The bands of an item.
  ///
  /// - Parameter itemAssets: the collection's `item_assets`, for what the item's assets do not say; nil where unknown.
  public static func bands(of item: Item, itemAssets: JSONObject?) -> [SourceBand] {
    let resolution = item.member("properties")?.object?["gsd"]?.double
    return bands(of: item.assets, itemAssets: itemAssets, resolution: resolution)
  }

  /// The bands of assets.
  ///
  /// - Parameter resolution: that of all of them, in metres, where they do not say their own.
  public static func bands(of assets: [Asset], itemAssets: JSONObject?, resolution: Double?) -> [SourceBand] {
    assets.flatMap { asset -> [SourceBand] in
      guard ignoredRoles.isDisjoint(with: asset.roles) else { return [] }
      return bands(of: asset, itemAssets?[asset.key]?.object, resolution)
    }
  }

  private static func bands(of asset: Asset, _ template: JSONObject?, _ resolution: Double?) -> [SourceBand] {
    let lists = ["bands", "eo:bands", "raster:bands"].map { name in
      ((asset.json[name] ?? template?[name])?.array ?? []).map { $0.object ?? [:] }
    }
    let count = lists.map(\.count).max() ?? 0
    return (0..<count).map { index in
      let described = BandObjects(lists.compactMap { index < $0.count ? $0[index] : nil })
      func shared(_ name: String) -> JSONValue? { asset.json[name] ?? template?[name] }
      return SourceBand(
        asset: asset, index: index + 1, name: described.first("name")?.string, commonName: described.commonName,
        scale: scaling(described.first("raster:scale", "scale") ?? shared("raster:scale")),
        offset: scaling(described.first("raster:offset", "offset") ?? shared("raster:offset")),
        noData: number(described.first("nodata") ?? shared("nodata")), light: described.light,
        resolution: described.resolution ?? shared("raster:spatial_resolution")?.metres ?? shared("gsd")?.metres
          ?? resolution,
        categoricalSign: CategoricalBand.sign(described, roles: roles(asset, template), shared: shared))
    }
  }

  /// The roles of an asset; those of its template where it has none.
  private static func roles(_ asset: Asset, _ template: JSONObject?) -> [String] {
    let own = asset.roles
    return own.isEmpty ? (template?["roles"]?.array ?? []).compactMap(\.string) : own
  }

  /// A scale or an offset: nil where there is none, NaN, which is refused later, where there is one that is no number.
  private static func scaling(_ json: JSONValue?) -> Double? {
    guard let json, !json.isNull else { return nil }
    return json.double ?? .nan
  }

  /// A nodata value: a number, or one of the words STAC has for what is no number.
  private static func number(_ json: JSONValue?) -> Double? {
    switch json?.string {
    case "nan"?: .nan
    case "inf"?: .infinity
    case "-inf"?: -.infinity
    default: json?.double
    }
  }
}

/// What the lists `bands`, `eo:bands` and `raster:bands` say about one band, the first that says it.
struct BandObjects {
  private let objects: [JSONObject]

  init(_ objects: [JSONObject]) { self.objects = objects }

  func first(_ names: String...) -> JSONValue? {
    for object in objects { for name in names { if let value = object[name], !value.isNull { return value } } }
    return nil
  }

  var commonName: String? { first("eo:common_name", "common_name")?.string }

  var light: BandLight? {
    guard let center = first("eo:center_wavelength", "center_wavelength")?.metres else { return nil }
    let width = first("eo:full_width_half_max", "full_width_half_max")?.metres
    // Nanometres, as some documents have them against the extension.
    let unit = center > 100 ? 1_000.0 : 1
    return BandLight(center: center / unit, width: width.map { $0 / unit })
  }

  var resolution: Double? {
    first("raster:spatial_resolution", "spatial_resolution")?.metres ?? first("gsd")?.metres
  }
}

extension JSONValue {
  /// A length: a finite number above zero.
  var metres: Double? { double.flatMap { $0.isFinite && $0 > 0 ? $0 : nil } }
}
