import Synchronization

/// The block cache's size in megabytes: the first caller decides.
final class CacheSetting: Sendable {
  private let megabytes = Mutex<Int?>(nil)

  var value: Int { megabytes.withLock { $0 ?? 64 } }

  func setOnce(_ size: Int) {
    megabytes.withLock { $0 = $0 ?? min(max(size, 16), 65_536) }
  }
}
