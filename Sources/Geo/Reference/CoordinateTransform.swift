internal import CGeo

/// A conversion of coordinates from one reference system to another; use it on one thread at a time.
///
/// Both sides are in traditional order (easting/northing, longitude/latitude in degrees).
// @safe: the handle has one owner, which destroys it; arrays are handed over with a count that was compared with theirs.
@safe public struct CoordinateTransform: ~Copyable {
  private let handle: OGRCoordinateTransformationH?

  /// Whether both systems are the same, so that coordinates stay as they are.
  public var isIdentity: Bool { unsafe handle == nil }

  /// A conversion between two systems; throws `referenceSystem` when PROJ knows none.
  public init(from source: CoordinateReferenceSystem, to target: CoordinateReferenceSystem) throws(GeoError) {
    unsafe handle = try Self.make(from: source, to: target)
  }

  /// The library's transformation, nil when there is nothing to do.
  private static func make(
    from source: CoordinateReferenceSystem, to target: CoordinateReferenceSystem
  ) throws(GeoError) -> OGRCoordinateTransformationH? {
    GeoLibrary.initialize()
    if source.isSame(as: target) { return nil }
    let from = try SpatialReference(wkt: source.wkt)
    let to = try SpatialReference(wkt: target.wkt)
    return try unsafe capturingMessages { (log) throws(GeoError) -> OGRCoordinateTransformationH in
      guard let made = unsafe OCTNewCoordinateTransformation(from.handle, to.handle) else {
        throw GeoError(
          .referenceSystem, function: "OCTNewCoordinateTransformation",
          messages: ["No transformation from \(source.name) to \(target.name) is known."] + log.messages)
      }
      return unsafe made
    }
  }

  deinit {
    if let handle = unsafe handle { unsafe OCTDestroyCoordinateTransformation(handle) }
  }

  /// Converts the points in place and says which ones could not be; those become NaN.
  ///
  /// - Returns: the indices of the failing points, in order; empty when all went well.
  public func transform(xs: inout [Double], ys: inout [Double]) throws(GeoError) -> [Int] {
    guard xs.count == ys.count else {
      throw GeoError(.invalidArgument, "CoordinateTransform", "\(xs.count) xs do not pair with \(ys.count) ys.")
    }
    var failing: [Int] = []
    var start = 0
    while start < xs.count {
      let count = min(xs.count - start, 65_536)
      convert(&xs, &ys, start, count)
      for index in start..<(start + count) where !(xs[index].isFinite && ys[index].isFinite) {
        xs[index] = .nan
        ys[index] = .nan
        failing.append(index)
      }
      start += count
    }
    return failing
  }

  /// Converts one point; nil when it has no coordinates in the target system.
  public func transform(_ point: Point) -> Point? {
    var xs = [point.x]
    var ys = [point.y]
    convert(&xs, &ys, 0, 1)
    return xs[0].isFinite && ys[0].isFinite ? Point(x: xs[0], y: ys[0]) : nil
  }

  /// No coordinate of the Earth is this large, in any unit; PROJ's iterations may not end on such numbers.
  private static var farthest: Double { 1e9 }

  /// The library writes HUGE_VAL (infinity) where a point fails.
  private func convert(_ xs: inout [Double], _ ys: inout [Double], _ start: Int, _ count: Int) {
    guard let handle = unsafe handle else { return }
    for index in start..<(start + count) where !(abs(xs[index]) < Self.farthest && abs(ys[index]) < Self.farthest) {
      xs[index] = .infinity
      ys[index] = .infinity
    }
    capturingMessages { _ in
      unsafe xs.withUnsafeMutableBufferPointer { x in
        unsafe ys.withUnsafeMutableBufferPointer { y in
          guard let firstX = x.baseAddress, let firstY = y.baseAddress else { return }
          _ = unsafe OCTTransform(handle, Int32(count), firstX + start, firstY + start, nil)
        }
      }
    }
  }
}
