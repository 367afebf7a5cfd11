import MLMExtension
import StacModel

/// A band an item describes, and which of the items that is.
struct BandDescription: Sendable {
  let source: Int
  private let band: SourceBand

  init(source: Int, band: SourceBand) {
    self.source = source
    self.band = band
  }

  var asset: Asset { band.asset }
  /// Place in the file, from 1.
  var index: Int { band.index }
  var name: String? { band.name }
  /// Physical value = stored value × scale + offset; nil where the documents say nothing.
  var scale: Double? { band.scale }
  var offset: Double? { band.offset }
  /// A stored value that means nothing; nil where the documents say nothing.
  var noData: Double? { band.noData }
  /// What in the documents says that the numbers are classes or flags; nil where nothing does.
  var categoricalSign: String? { band.categoricalSign }
}

/// The bands of the items of a request, found by name as ``BandTable`` finds them.
struct BandCatalog: Sendable {
  private let bands: [[SourceBand]]

  init(_ items: [SourceItem]) {
    bands = items.map { SourceBand.bands(of: $0.item, itemAssets: $0.itemAssets) }
  }

  /// The band of a name among the items at the indices.
  func band(_ name: String, in sources: [Int]) throws(InferenceError) -> BandDescription {
    let candidates = sources.flatMap { source in bands[source].map { BandDescription(source: source, band: $0) } }
    switch BandTable(sources.flatMap { bands[$0] }).find(name) {
    case .named(let index), .commonlyNamed(let index): return candidates[index]
    case .ambiguous(let indices):
      let places = indices.map { "asset '\(candidates[$0].asset.key)' (band \(candidates[$0].index))" }
        .joined(separator: ", ")
      throw InferenceError(
        .ambiguousBand, "The band '\(name.prefix(64))' is there more than once: \(places). Leave only one of them.")
    case .missing:
      let names = candidates.compactMap(\.name)
      let known = names.isEmpty ? "none" : names.prefix(40).joined(separator: ", ")
      throw InferenceError(
        .missingBand,
        "The model needs the band '\(name.prefix(64))', which the imagery does not have; it has: \(known).")
    }
  }
}
