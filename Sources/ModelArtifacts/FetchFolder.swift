import Foundation

/// A folder for the files that one run fetches. Whoever makes it holds a lock on it, which ends with the process at the
/// latest: so what a process that was killed has left behind is told from what another one still needs.
public final class FetchFolder: Sendable {
  /// Absolute path.
  public let path: String
  private let descriptor: Int32

  private static let lockName = "lock"
  /// How long a folder without a lock may be one that is just being made.
  private static let momentSeconds: TimeInterval = 3_600

  /// Makes a folder below another.
  ///
  /// - Throws: `CocoaError` where it cannot be made.
  public init(in parent: String) throws {
    path = "\(parent)/\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    descriptor = unsafe open("\(path)/\(Self.lockName)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
    if descriptor >= 0 { close(descriptor) }
  }

  /// Removes the folders below another that no process needs any more; blocks the thread.
  ///
  /// - Returns: how many there were.
  @discardableResult
  public static func removeLeftovers(in parent: String) -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    return names.count { name in
      UUID(uuidString: name) != nil && removeLeftover("\(parent)/\(name)")
    }
  }

  private static func removeLeftover(_ path: String) -> Bool {
    let descriptor = unsafe open("\(path)/\(lockName)", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let changed = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
      guard let changed, Date().timeIntervalSince(changed) > momentSeconds else { return false }
      return (try? FileManager.default.removeItem(atPath: path)) != nil
    }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
    return (try? FileManager.default.removeItem(atPath: path)) != nil
  }
}
