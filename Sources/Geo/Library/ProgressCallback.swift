internal import CGeo

/// A closure that GDAL asks, now and then, whether to stop.
final class ProgressCallback {
  private let isCancelled: () -> Bool
  private(set) var stopped = false

  fileprivate init(_ isCancelled: @escaping () -> Bool) { self.isCancelled = isCancelled }

  fileprivate func shouldContinue() -> Bool {
    if isCancelled() { stopped = true }
    return !stopped
  }

  /// The C function GDAL calls with `opaque` as its argument: 0 stops the work.
  static let function: GDALProgressFunc = { _, _, data in
    guard let data = unsafe data else { return 1 }
    let callback = unsafe Unmanaged<ProgressCallback>.fromOpaque(data).takeUnretainedValue()
    return callback.shouldContinue() ? 1 : 0
  }

  var opaque: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }
}

/// Runs `body` with a callback that ends with it; throws `CancellationError` when it stopped the work.
func withProgress<Result>(
  _ isCancelled: () -> Bool, _ body: (ProgressCallback) throws -> Result
) throws -> Result {
  try withoutActuallyEscaping(isCancelled) { escaping in
    let callback = ProgressCallback(escaping)
    defer { withExtendedLifetime(callback) {} }
    do {
      let result = try body(callback)
      if callback.stopped { throw CancellationError() }
      return result
    } catch {
      throw callback.stopped ? CancellationError() : error
    }
  }
}
