/// Takes the polygons of a class map one after the other.
///
/// Their bytes are made on several threads and handed over in order on one.
public protocol PolygonWriter: AnyObject {
  /// Turns polygons into the bytes that ``append(_:count:)`` takes.
  var encoder: any PolygonEncoder { get }
  /// Takes the bytes of some polygons.
  ///
  /// - Throws: ``GeoError``, or `CancellationError` soon after `isCancelled` says so; the file is not finished then.
  func append(_ bytes: [UInt8], count: Int, isCancelled: () -> Bool) throws
  /// Ends the file and gives it its name.
  ///
  /// - Throws: ``GeoError``, or `CancellationError` soon after `isCancelled` says so.
  func finish(isCancelled: @escaping @Sendable () -> Bool) throws
}

extension PolygonWriter {
  /// Takes one polygon.
  ///
  /// - Throws: ``GeoError``, or `CancellationError` soon after `isCancelled` says so.
  public func write(_ polygon: ClassPolygon, isCancelled: () -> Bool = { false }) throws {
    var bytes: [UInt8] = []
    try encoder.encode(polygon, into: &bytes, isCancelled: isCancelled)
    try append(bytes, count: 1, isCancelled: isCancelled)
  }

  /// Ends the file, come what may.
  public func finish() throws { try finish { false } }
}

/// Makes the bytes of polygons for a writer; on any thread.
public protocol PolygonEncoder: Sendable {
  /// Appends the bytes of a polygon.
  ///
  /// - Throws: `CancellationError` soon after `isCancelled` says so, however many parts the polygon has.
  func encode(
    _ polygon: ClassPolygon, into bytes: inout [UInt8], isCancelled: () -> Bool
  ) throws(CancellationError)
}
