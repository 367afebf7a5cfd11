/// Takes the polygons of a class map one after the other.
///
/// Their bytes are made on several threads and handed over in order on one.
public protocol PolygonWriter: AnyObject {
  /// Turns polygons into the bytes that ``append(_:count:)`` takes.
  var encoder: any PolygonEncoder { get }
  /// Takes the bytes of some polygons.
  func append(_ bytes: [UInt8], count: Int) throws(GeoError)
  /// Ends the file and gives it its name.
  func finish() throws(GeoError)
}

extension PolygonWriter {
  /// Takes one polygon.
  public func write(_ polygon: ClassPolygon) throws(GeoError) {
    var bytes: [UInt8] = []
    encoder.encode(polygon, into: &bytes)
    try append(bytes, count: 1)
  }
}

/// Makes the bytes of polygons for a writer; on any thread.
public protocol PolygonEncoder: Sendable {
  /// Appends the bytes of a polygon.
  func encode(_ polygon: ClassPolygon, into bytes: inout [UInt8])
}
