import Synchronization

/// The block cache's size in megabytes: the first caller decides.
final class CacheSetting: Sendable {
  private let megabytes = Mutex<Int?>(nil)

  var value: Int { megabytes.withLock { $0 ?? 64 } }

  /// Changes GDAL's own number, one thread at a time.
  func add(_ bytes: Int, _ change: (Int) -> Void) { megabytes.withLock { _ in change(bytes) } }

  func setOnce(_ size: Int) {
    megabytes.withLock { $0 = $0 ?? min(max(size, 16), 65_536) }
  }
}
