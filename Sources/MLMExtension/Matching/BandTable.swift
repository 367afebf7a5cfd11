/// Bands by their names, as models ask for them.
///
/// A name is looked for among the bands' names; where no band has it, a common name is taken, if exactly one band has it.
public struct BandTable: Sendable {
  /// What a name leads to; numbers are indices into ``BandTable/bands``.
  public enum Finding: Sendable, Hashable {
    case named(Int)
    /// Found by its common name.
    case commonlyNamed(Int)
    /// More than one band has the name.
    case ambiguous([Int])
    case missing
  }

  public let bands: [SourceBand]
  private let names: [String: [Int]]
  private let commonNames: [String: [Int]]

  public init(_ bands: [SourceBand]) {
    self.bands = bands
    names = Self.places(bands) { $0.name }
    commonNames = Self.places(bands) { $0.commonName }
  }

  /// Looks for the band of a name.
  public func find(_ name: String) -> Finding {
    let (found, isName) = names[name].map { ($0, true) } ?? (commonNames[name] ?? [], false)
    guard let first = found.first else { return .missing }
    guard found.count == 1 else { return .ambiguous(found) }
    return isName ? .named(first) : .commonlyNamed(first)
  }

  private static func places(_ bands: [SourceBand], _ name: (SourceBand) -> String?) -> [String: [Int]] {
    var places: [String: [Int]] = [:]
    for (index, band) in bands.enumerated() {
      if let name = name(band) { places[name, default: []].append(index) }
    }
    return places
  }
}
