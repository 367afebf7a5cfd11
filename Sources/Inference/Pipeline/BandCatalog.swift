import StacModel

/// A band an item describes: which asset holds it, where in the file, and how its pixel values are to be read.
struct BandDescription: Sendable {
  let source: Int
  let asset: Asset
  /// Place in the file, from 1.
  let index: Int
  let name: String?
  let commonName: String?
  /// Physical value = stored value × scale + offset; nil where the documents say nothing.
  let scale: Double?
  let offset: Double?
  /// A stored value that means nothing; nil where the documents say nothing.
  let noData: Double?
}

/// The bands of the items of a request, found by name.
///
/// A band's name is the `name` of STAC 1.1 `bands`, of `eo:bands` or of `raster:bands`, on the asset or else in the
/// collection's `item_assets`; its place in the file is its place in that array. Where no band has the name, a common
/// name (`eo:common_name`) is taken, if exactly one band has it. Thumbnails, overviews and visual renderings are not
/// looked at.
struct BandCatalog: Sendable {
  private let bands: [BandDescription]
  private static let ignoredRoles: Set<String> = ["thumbnail", "overview", "visual", "metadata"]

  init(_ items: [SourceItem]) {
    bands = items.enumerated().flatMap { index, item in Self.bands(of: item, source: index) }
  }

  /// The band of a name among the items at the indices.
  func band(_ name: String, in sources: [Int]) throws(InferenceError) -> BandDescription {
    let candidates = bands.filter { sources.contains($0.source) }
    let named = candidates.filter { $0.name == name }
    let found = named.isEmpty ? candidates.filter { $0.commonName == name } : named
    if let only = found.first, found.count == 1 { return only }
    guard found.isEmpty else {
      let places = found.map { "asset '\($0.asset.key)' (band \($0.index))" }.joined(separator: ", ")
      throw InferenceError(
        .ambiguousBand, "The band '\(name.prefix(64))' is there more than once: \(places). Leave only one of them.")
    }
    let names = candidates.compactMap(\.name)
    let known = names.isEmpty ? "none" : names.prefix(40).joined(separator: ", ")
    throw InferenceError(
      .missingBand, "The model needs the band '\(name.prefix(64))', which the imagery does not have; it has: \(known).")
  }

  private static func bands(of source: SourceItem, source index: Int) -> [BandDescription] {
    source.item.assets.flatMap { asset -> [BandDescription] in
      guard Set(asset.roles).isDisjoint(with: ignoredRoles) else { return [] }
      let template = source.itemAssets?[asset.key]?.object
      return bands(of: asset, template, source: index)
    }
  }

  private static func list(_ name: String, _ asset: Asset, _ shared: JSONObject?) -> [JSONObject] {
    let json = asset.json[name] ?? shared?[name]
    return (json?.array ?? []).map { $0.object ?? [:] }
  }

  private static func bands(of asset: Asset, _ template: JSONObject?, source: Int) -> [BandDescription] {
    let lists = ["bands", "eo:bands", "raster:bands"].map { list($0, asset, template) }
    let count = lists.map(\.count).max() ?? 0
    return (0..<count).map { index in
      let objects = lists.compactMap { index < $0.count ? $0[index] : nil }
      func first(_ names: String...) -> JSONValue? {
        for object in objects { for name in names { if let value = object[name], !value.isNull { return value } } }
        return nil
      }
      func shared(_ name: String) -> JSONValue? { asset.json[name] ?? template?[name] }
      return BandDescription(
        source: source, asset: asset, index: index + 1, name: first("name")?.string,
        commonName: first("eo:common_name", "common_name")?.string,
        scale: Self.scaling(first("raster:scale", "scale") ?? shared("raster:scale")),
        offset: Self.scaling(first("raster:offset", "offset") ?? shared("raster:offset")),
        noData: number(first("nodata") ?? shared("nodata")))
    }
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
