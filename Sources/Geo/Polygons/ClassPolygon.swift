public import Vectors

/// One connected area of one class, as a feature.
public struct ClassPolygon: Hashable, Sendable {
  /// The class value of its pixels.
  public var value: Int
  /// Exact number of its pixels.
  public var pixelCount: Int
  /// Area on the WGS 84 ellipsoid in square metres, from coordinates before rounding and simplification.
  public var areaSquareMetres: Double
  /// Mean of the confidence over its pixels; nil without a confidence map or where no pixel has one.
  public var meanConfidence: Double?
  /// How many of its pixels have a confidence, which the mean is of; filled ones have none.
  public var confidencePixelCount: Int
  /// One polygon, or several when the antimeridian cuts it; RFC 7946 winding, valid under GEOS.
  public var geometry: [GeographicPolygon]
  /// The decimals of its coordinates, which all polygons of a run share.
  public var unit: DegreeUnit
  /// The smallest box around it; west > east when it crosses the antimeridian.
  public var box: GeographicBox

  /// Decimals of the mean confidence in files: probabilities are held in 65,500 parts, so that more are not known.
  static let confidenceDigits = 5

  /// Decimals of the area in files: each decimal of a degree more is two of the area.
  var areaDigits: Int { 4 + 2 * (unit.decimals - DegreeUnit.coarsest.decimals) }

  /// The area as files have it: the number that its decimals are read as.
  var writtenArea: Double {
    let power = (0..<areaDigits).reduce(1.0) { power, _ in power * 10 }
    let rounded = (areaSquareMetres * power).rounded()
    // Beyond that no decimals are known.
    return abs(rounded) < 9e18 ? rounded / power : areaSquareMetres
  }

  /// The mean confidence as files have it.
  var writtenConfidence: Double? { meanConfidence.map { ($0 * 100_000).rounded() / 100_000 } }
}

/// What a run of ``Polygonizer`` made and left out.
public struct PolygonizerSummary: Hashable, Sendable {
  /// Connected areas found.
  public var componentCount = 0
  /// Polygons delivered.
  public var polygonCount = 0
  /// Areas left out because they are smaller than the minimum area.
  public var belowMinimumArea = 0
  /// Areas left out because nothing of them remains with the decimals that are written.
  public var collapsed = 0
  /// Delivered polygons whose lines meet others, or which GEOS refuses, even along the pixel edges: what they share with
  /// their neighbours is not proven, and where they had to be made valid, it was without their neighbours.
  public var unsettled = 0
  /// Polygons that GEOS found invalid after rounding, whose lines were shaped again.
  public var reshaped = 0
  /// Pixels of the delivered polygons.
  public var pixelCount = 0
  /// Square metres of the delivered polygons.
  public var areaSquareMetres = 0.0
  /// Square metres by class value, of all areas, also of those left out.
  public var classAreas: [Int: Double] = [:]

  /// Nothing yet.
  public init() {}
}
