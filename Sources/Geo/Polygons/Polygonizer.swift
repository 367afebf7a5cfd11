public import Vectors

/// Turns a class map into polygons: one for every 4-connected area of one class, over the whole map at once.
public struct Polygonizer: Sendable {
  /// What may be left out or simplified.
  public struct Options: Sendable {
    /// Areas smaller than this many square metres are left out; nil keeps all.
    public var minimumAreaSquareMetres: Double?
    /// What gives lines their form, such as ``ArcSimplification``; nil keeps the pixel edges.
    ///
    /// Neighbours stay neighbours: the line between two polygons is shaped once, for both. `areaSquareMetres` and
    /// `pixelCount` still speak of the pixels.
    public var shaper: (any ArcShaper)?
    /// Most polygons of the result; nil is no limit. More fail with `limitExceeded`: while they are delivered where a
    /// minimum area leaves some out, else once areas are counted, before any memory is taken for them.
    public var maximumPolygons: Int?
    /// Most corners of the lines between areas, as of ``PolygonCoverage/Limits``; nil is no limit.
    public var maximumCorners: Int?
    /// Threads to work on; the result does not depend on their number.
    public var threads: Int

    /// Options; by default every area, as it is, without limit, on two threads.
    public init(
      minimumAreaSquareMetres: Double? = nil, shaper: (any ArcShaper)? = nil, maximumPolygons: Int? = nil,
      maximumCorners: Int? = nil, threads: Int = 2
    ) {
      self.minimumAreaSquareMetres = minimumAreaSquareMetres
      self.shaper = shaper
      self.maximumPolygons = maximumPolygons
      self.maximumCorners = maximumCorners
      self.threads = threads
    }

    /// What the coverage may hold.
    var limits: PolygonCoverage.Limits {
      let areas = minimumAreaSquareMetres == nil ? maximumPolygons : nil
      return PolygonCoverage.Limits(
        areas: areas ?? .max, corners: maximumCorners ?? PolygonCoverage.Limits.mostCorners)
    }
  }

  /// Where the class map lies.
  public let grid: RasterGrid
  /// What may be left out or simplified.
  public let options: Options

  /// A polygonizer for class maps on `grid`.
  public init(grid: RasterGrid, options: Options = Options()) {
    self.grid = grid
    self.options = options
  }

  /// Delivers the polygons of a class map in the order of their first pixels (row by row from the upper left).
  ///
  /// Edges follow the pixel edges to the last decimal of longitude and latitude, of which there are seven (1 cm) or as many
  /// more as tell pixels apart; neighbours share their positions, one of which
  /// stands wherever three polygons meet, or two and no data. Areas are on the WGS 84 ellipsoid. Throws
  /// `CancellationError` soon after `isCancelled` says so; `deliver` is called on the calling thread, and so is `progress`
  /// with the share of the work that is done, 0 to 1.
  public func run<Value: ClassValue>(
    _ classes: ClassRaster<Value>, confidence: ConfidenceRaster? = nil, progress: (Double) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }, deliver: (ClassPolygon) throws -> Void
  ) throws -> PolygonizerSummary {
    try check(classes)
    do {
      let source = try PolygonSource(classes, confidence, on: grid, options, isCancelled)
      return try PolygonRun(source, options, []).run(isCancelled, progress, deliver: deliver)
    } catch let error as VectorError {
      throw GeoError(error)
    }
  }

  /// Hands the polygons of a class map to writers, in the order of their first pixels; the writers are not finished.
  ///
  /// As ``run(_:confidence:progress:isCancelled:deliver:)``, but the bytes of polygons are made on several threads.
  public func write<Value: ClassValue>(
    _ classes: ClassRaster<Value>, confidence: ConfidenceRaster? = nil, to writers: [any PolygonWriter],
    progress: (Double) -> Void = { _ in }, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> PolygonizerSummary {
    try check(classes)
    do {
      let source = try PolygonSource(classes, confidence, on: grid, options, isCancelled)
      return try PolygonRun(source, options, writers).run(isCancelled, progress, keeps: false) { _ in }
    } catch let error as VectorError {
      throw GeoError(error)
    }
  }

  private func check<Value: ClassValue>(_ classes: ClassRaster<Value>) throws(GeoError) {
    guard classes.width == grid.width, classes.height == grid.height, grid.geoTransform.inverse != nil else {
      throw GeoError(.invalidArgument, "Polygonizer", "The class map does not have the grid's size.")
    }
  }

  /// As ``run(_:confidence:progress:isCancelled:deliver:)-(ClassRaster<Value>,_,_,_,_)`` for a map that says by flags which pixels
  /// have data; `confidence` has one value a pixel, row-major; NaN and negative values do not count.
  public func run<Value: PixelValue & ClassValue>(
    _ classes: PixelBlock<Value>, confidence: [Float]? = nil, isCancelled: @escaping @Sendable () -> Bool = { false },
    deliver: (ClassPolygon) throws -> Void
  ) throws -> PolygonizerSummary {
    let (values, noData) = try Self.marked(classes)
    return try unsafe values.withUnsafeBufferPointer { pixels in
      let raster: ClassRaster<Value>
      do throws(VectorError) {
        raster = try unsafe ClassRaster(pixels, width: classes.width, height: classes.height, noData: noData)
      } catch { throw GeoError(error) }
      guard let confidence else { return try run(raster, isCancelled: isCancelled, deliver: deliver) }
      return try unsafe confidence.withUnsafeBufferPointer {
        try unsafe run(raster, confidence: .fraction($0), isCancelled: isCancelled, deliver: deliver)
      }
    }
  }

  /// The values with one that no pixel has where there is no data.
  private static func marked<Value: PixelValue & ClassValue>(
    _ classes: PixelBlock<Value>
  ) throws(GeoError) -> (values: [Value], noData: Value) {
    var used: Set<Value> = []
    for index in classes.values.indices where classes.validity[index] { used.insert(classes.values[index]) }
    guard let noData = (Value.min...Value.max).first(where: { !used.contains($0) }) else {
      throw GeoError(.invalidArgument, "Polygonizer", "The class map leaves no value for pixels without data.")
    }
    var values = classes.values
    for index in values.indices where !classes.validity[index] { values[index] = noData }
    return (values, noData)
  }
}

extension GeoError {
  /// A place of a class map that is none on the Earth.
  static var offTheEarth: GeoError { offTheEarth(at: nil) }

  /// The same, with the first such corner that was met.
  static func offTheEarth(at corner: GridCorner?) -> GeoError {
    let place = corner.map { " (column \(Int($0.column)), row \(Int($0.row)) of the map)" } ?? ""
    return GeoError(
      .referenceSystem, "Polygonizer",
      "A corner of a pixel with a class lies off the Earth\(place): it has no longitude and latitude in the grid's"
        + " reference system, so that no polygon holds the pixel. Ask for an area that ends some pixels before the rim"
        + " (a bbox short of longitude 180 and of the poles), or leave such pixels without data.")
  }

  /// A failure of the vectors, as this module says it.
  init(_ error: VectorError) {
    self.init(error.reason == .limitExceeded ? .limitExceeded : .invalidArgument, "Polygonizer", error.message)
  }
}
