public import StacModel

/// Documents that say that a band's numbers are classes or flags, which mean nothing when they are blended.
///
/// Sources: `classification:classes` and `classification:bitfields` of the classification extension, `file:values` of the
/// file extension, the numbers of bits of the raster extension, and the roles of assets that STAC's best practices list.
enum CategoricalBand {
  private static let members = ["classification:classes", "classification:bitfields", "file:values"]
  private static let bits = ["raster:bits_per_sample", "bits_per_sample"]
  /// `cloud` and `snow-ice` are not among them: assets with probabilities have these roles too.
  private static let roles: Set<String> = [
    "classification", "mask", "data-mask", "water-mask", "land-water", "saturation",
  ]

  /// The member of a document, or the role, that says so; nil where none does.
  ///
  /// - Parameters:
  ///   - band: what the lists of bands say of the one.
  ///   - asset: what its asset, or the template of its asset, says of all its bands.
  static func sign(_ band: BandObjects, roles: [String], shared asset: (String) -> JSONValue?) -> String? {
    if let member = members.first(where: { isList(band.first($0)) || isList(asset($0)) }) { return member }
    if let member = bits.first(where: { (band.first($0) ?? asset($0))?.integer == 1 }) { return "\(member) 1" }
    return roles.first(where: self.roles.contains).map { "the role \($0)" }
  }

  private static func isList(_ json: JSONValue?) -> Bool { json?.array?.isEmpty == false }
}

/// The bands whose numbers a model's item calls classes or flags: of its input, its properties or its assets.
public struct CategoricalNames: Sendable, Hashable {
  private let signs: [String: String]

  /// Reads a model's item.
  public init(of item: Item) {
    var signs: [String: String] = [:]
    for band in Self.described(item) {
      for name in [band.name, band.commonName] {
        if let name, let sign = band.categoricalSign, signs[name] == nil { signs[name] = sign }
      }
    }
    self.signs = signs
  }

  /// What says that a band's numbers are classes or flags; nil where nothing does.
  public subscript(name: String) -> String? { signs[name] }

  /// The names, in order.
  public var names: [String] { signs.keys.sorted() }

  private static func described(_ item: Item) -> [SourceBand] {
    let inputs = (item.properties["mlm:input"]?.array ?? []).compactMap(\.object).map { input in
      Asset(key: "", json: ["bands": input["bands"] ?? .null])
    }
    let model = item.modelAsset.map { Asset(key: "", json: bandsAlone(of: $0.json)) }
    let holders = inputs + [Asset(key: "", json: bandsAlone(of: item.properties))] + [model].compactMap(\.self)
    return SourceBand.bands(of: holders, itemAssets: nil, resolution: nil)
  }

  /// The lists of bands, without what else the object says, which is of the model and its classes.
  private static func bandsAlone(of json: JSONObject) -> JSONObject {
    var lists: JSONObject = [:]
    for name in ["bands", "eo:bands", "raster:bands"] { lists[name] = json[name] }
    return lists
  }
}
