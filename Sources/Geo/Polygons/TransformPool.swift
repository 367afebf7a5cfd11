import Synchronization

/// Transformations of one kind for several threads: each borrows one that no other uses meanwhile.
final class TransformPool: Sendable {
  private let source: CoordinateReferenceSystem
  private let target: CoordinateReferenceSystem
  /// Whether coordinates stay as they are.
  let isIdentity: Bool
  private let idle: Mutex<[TransformBox]>

  init(from source: CoordinateReferenceSystem, to target: CoordinateReferenceSystem) throws(GeoError) {
    self.source = source
    self.target = target
    let first = TransformBox(try CoordinateTransform(from: source, to: target))
    isIdentity = first.transform.isIdentity
    idle = Mutex([first])
  }

  /// Converts points in place; those that cannot be converted become NaN.
  func transform(xs: inout [Double], ys: inout [Double]) throws(GeoError) {
    if isIdentity { return }
    let waiting = idle.withLock { $0.popLast() }
    let box: TransformBox
    if let waiting { box = waiting } else { box = TransformBox(try CoordinateTransform(from: source, to: target)) }
    defer { idle.withLock { $0.append(box) } }
    _ = try box.transform.transform(xs: &xs, ys: &ys)
  }
}

// Sendable: the pool hands a box to one thread at a time.
private final class TransformBox: @unchecked Sendable {
  let transform: CoordinateTransform
  init(_ transform: consuming CoordinateTransform) { self.transform = transform }
}
