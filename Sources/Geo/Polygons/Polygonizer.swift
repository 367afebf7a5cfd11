/// Turns a class map into polygons: one for every 4-connected area of one class, over the whole map at once.
public struct Polygonizer: Sendable {
  /// What may be left out or smoothed.
  public struct Options: Hashable, Sendable {
    /// Areas smaller than this many square metres are left out; nil keeps all.
    public var minimumAreaSquareMetres: Double?
    /// Tolerance of simplification in metres; nil or 0 keeps the pixel edges.
    ///
    /// Every polygon is simplified by itself: neighbours may then overlap or part by slivers, and `areaSquareMetres` and
    /// `pixelCount` still speak of the pixels.
    public var simplifyMetres: Double?
    /// Most polygons to deliver before the run fails with `limitExceeded`; nil is no limit.
    public var maximumPolygons: Int?

    /// Options; by default every area, as it is, without limit.
    public init(
      minimumAreaSquareMetres: Double? = nil, simplifyMetres: Double? = nil, maximumPolygons: Int? = nil
    ) {
      self.minimumAreaSquareMetres = minimumAreaSquareMetres
      self.simplifyMetres = simplifyMetres
      self.maximumPolygons = maximumPolygons
    }
  }

  /// Where the class map lies.
  public let grid: RasterGrid
  /// What may be left out or smoothed.
  public let options: Options

  /// A polygonizer for class maps on `grid`.
  public init(grid: RasterGrid, options: Options = Options()) {
    self.grid = grid
    self.options = options
  }

  /// Delivers the polygons of a class map in the order of their first pixels (row by row from the upper left).
  ///
  /// Edges follow the pixel edges to about 1 cm in longitude and latitude; neighbours share their positions. Areas are
  /// on the WGS 84 ellipsoid. `confidence`, when given, has one value a pixel, row-major; NaN and negative values do not
  /// count. Works on the calling thread; throws `CancellationError` soon after `isCancelled` says so.
  public func run<Value: PixelValue & BinaryInteger>(
    _ classes: PixelBlock<Value>, confidence: [Float]? = nil, isCancelled: () -> Bool = { false },
    deliver: (ClassPolygon) throws -> Void
  ) throws -> PolygonizerSummary {
    try check(classes.width, classes.height, confidence)
    let labels = try ComponentLabels(classes, isCancelled: isCancelled)
    let tracer = try RingTracer(labels, isCancelled: isCancelled)
    let means = confidence.map(labels.means)
    let builder = try PolygonBuilder(grid: grid, simplifyMetres: options.simplifyMetres)
    var summary = PolygonizerSummary()
    for (index, firstPixel) in labels.firstPixels.enumerated() {
      if index % 64 == 0, isCancelled() { throw CancellationError() }
      summary.componentCount += 1
      guard let made = try builder.build(tracer.rings(of: index + 1), minimumArea: options.minimumAreaSquareMetres)
      else {
        summary.belowMinimumArea += 1
        continue
      }
      guard let shape = made.shape else {
        summary.collapsed += 1
        continue
      }
      let polygon = ClassPolygon(
        value: Int(classes.values[firstPixel]), pixelCount: labels.pixelCounts[index], areaSquareMetres: made.area,
        meanConfidence: means?[index], geometry: shape.parts, box: shape.box)
      try count(polygon, &summary)
      try deliver(polygon)
    }
    return summary
  }

  private func count(_ polygon: ClassPolygon, _ summary: inout PolygonizerSummary) throws(GeoError) {
    summary.polygonCount += 1
    summary.pixelCount += polygon.pixelCount
    summary.areaSquareMetres += polygon.areaSquareMetres
    if let most = options.maximumPolygons, summary.polygonCount > most {
      throw GeoError(
        .limitExceeded, "Polygonizer",
        "The result has more than \(most) polygons; ask for a sieve, a minimum area or a smaller area of interest.")
    }
  }

  private func check(_ width: Int, _ height: Int, _ confidence: [Float]?) throws(GeoError) {
    guard width == grid.width, height == grid.height, grid.geoTransform.inverse != nil else {
      throw GeoError(.invalidArgument, "Polygonizer", "The class map does not have the grid's size.")
    }
    guard confidence == nil || confidence?.count == width * height else {
      throw GeoError(.invalidArgument, "Polygonizer", "The confidence map does not have the class map's size.")
    }
  }
}

/// Area and shape of one component from its traced rings.
struct PolygonBuilder: ~Copyable {
  struct Built {
    var area: Double
    var shape: (parts: [GeographicPolygon], box: GeographicBox)?
  }

  private let geoTransform: GeoTransform
  private let transform: CoordinateTransform
  private let ellipsoid: EllipsoidArea
  private let shaper: PolygonShaper

  init(grid: RasterGrid, simplifyMetres: Double?) throws(GeoError) {
    geoTransform = grid.geoTransform
    transform = try CoordinateTransform(from: grid.referenceSystem, to: .longitudeLatitude())
    ellipsoid = EllipsoidArea(isGeographicGrid: grid.referenceSystem.isGeographic)
    shaper = PolygonShaper(simplifyMetres: simplifyMetres)
  }

  /// Nil when the area is below the minimum; without a shape when nothing remains at 7 decimals.
  func build(_ rings: [[GridCorner]], minimumArea: Double?) throws(GeoError) -> Built? {
    var paths: [RingPath] = []
    var area = 0.0
    for ring in rings {
      let path = try RingPath(ring, geoTransform, transform)
      area += ellipsoid.signedArea(
        longitudes: path.longitudes, latitudes: path.latitudes, turns: path.turns)
      paths.append(path)
    }
    area = abs(area)
    if let minimumArea, area < minimumArea { return nil }
    return Built(area: area, shape: try shaper.shape(outer: paths[0], holes: Array(paths.dropFirst())))
  }
}
