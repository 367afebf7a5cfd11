/// What is done with a class map and its polygons once the model has spoken, with every value that counts.
///
/// The steps act in this order, whatever the order of the document: threshold, sieve and holes change the class map, and
/// so the polygons; dissolving, minimum area, simplification, squaring and smoothing change the polygons alone. A value
/// that nobody gave does nothing. Source: docs/post-processing.md.
public struct PostProcessing: Sendable, Hashable {
  /// What `format` of a `post_processing_function` says (processing extension 1.1.0).
  public static let format = "gnomon-post-processing"
  /// The version of the format that is read and written.
  public static let version = 1

  /// The probability below which a winner does not count, for classes without their own; 0 lets every winner count.
  public var threshold = 0.0
  /// The same by class value.
  public var classThresholds: [Int: Double] = [:]
  /// What a pixel becomes whose winner does not count: a class; nil makes it nodata.
  public var unknownClass: ModelClass?
  /// Patches of fewer pixels join their largest neighbour; below 2 none does.
  public var sievePixels = 0
  /// Holes smaller than this many square metres take the class around them; 0 fills none.
  public var fillHolesArea = 0.0
  /// Classes whose touching polygons become one.
  public var dissolve: [DissolvedClasses] = []
  /// Polygons smaller than this many square metres are left out.
  public var minimumArea = 0.0
  /// Tolerance of simplification in metres; 0 keeps the outlines of pixels.
  public var simplification = 0.0
  /// Which polygons are squared up, nil for none.
  public var orthogonalisation: Orthogonalisation?
  /// How outlines are rounded, nil for not at all.
  public var smoothing: Smoothing?

  /// Nothing is done.
  public init() {}

  /// The probability that a winner of the class needs.
  public func threshold(of value: Int) -> Double { classThresholds[value] ?? threshold }

  /// The classes of the class map: the model's, and the unknown class where it has a value of its own.
  public func rasterClasses(_ classes: [ModelClass]) -> [ModelClass] {
    guard let unknownClass, !classes.contains(where: { $0.value == unknownClass.value }) else { return classes }
    return classes + [unknownClass]
  }

  /// The classes of the polygons: those of the class map, of dissolved ones what they become.
  public func vectorClasses(_ classes: [ModelClass]) -> [ModelClass] {
    let codes = vectorCodes
    let targets = dissolve.map(\.target)
    let replaced = Set(targets.map(\.value)).union(codes.keys)
    return rasterClasses(classes).filter { !replaced.contains($0.value) } + targets
  }

  /// What the value of a dissolved class becomes in the polygons; empty where polygons have the classes of the map.
  public var vectorCodes: [Int: Int] {
    var codes: [Int: Int] = [:]
    for group in dissolve {
      for value in group.values { codes[value] = group.target.value }
    }
    return codes
  }

  /// Values of the polygons' classes of which all polygons become one feature.
  public var multiPolygonValues: Set<Int> { Set(dissolve.filter(\.isMultiPolygon).map(\.target.value)) }
}

/// Classes whose polygons become those of one class.
public struct DissolvedClasses: Sendable, Hashable {
  /// Values of the classes in the class map, in the order of the document.
  public let values: [Int]
  /// The class that the polygons have.
  public let target: ModelClass
  /// Whether all polygons become one feature, a MultiPolygon; else those become one that touch along an edge.
  public let isMultiPolygon: Bool
}

/// How the outlines of chosen classes are squared up.
public struct Orthogonalisation: Sendable, Hashable {
  /// Values of the polygons' classes.
  public let values: Set<Int>
  /// How far an outline may move, in metres; one that would move farther stays as it is.
  public let tolerance: Double
  /// How many degrees an edge may deviate from the outline's main directions and still be turned into one of them.
  public let maximumAngle: Double
}

/// How outlines are rounded: corners are cut again and again (Chaikin).
public struct Smoothing: Sendable, Hashable {
  /// How often corners are cut.
  public let iterations: Int
  /// How far from a corner it is cut at most, in metres; nil is a quarter of each edge, however long.
  public let maximumDistance: Double?
}
