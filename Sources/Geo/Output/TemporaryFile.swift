import Foundation
import Synchronization

/// A file that gets its name only once it is whole.
///
/// It is written under a hidden name in the same folder; ``publish()`` flushes it to the disk and renames it, so that
/// the final name holds the old file or the new one, never a part. What is not published is removed.
final class TemporaryFile {
  let finalPath: String
  let path: String
  private static let counter = Mutex(0)

  /// - Parameter ending: what the hidden name ends with, for drivers that go by it.
  init(for path: String, ending: String = "") throws(GeoError) {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    finalPath = url.path
    let number = Self.counter.withLock { count in
      count += 1
      return count
    }
    let process = ProcessInfo.processInfo.processIdentifier
    let folder = url.deletingLastPathComponent()
    self.path = folder.appendingPathComponent(".\(url.lastPathComponent).\(process)-\(number).partial\(ending)").path
    guard !finalPath.lowercased().hasPrefix("/vsi"), FileManager.default.fileExists(atPath: folder.path) else {
      throw GeoError(.unwritable, "TemporaryFile", "The folder of the output file does not exist.")
    }
  }

  /// The sidecar GDAL may have written beside the file.
  private var sidecar: String { path + ".aux.xml" }

  func publish() throws(GeoError) {
    do {
      if FileManager.default.fileExists(atPath: sidecar) {
        try Self.replace(finalPath + ".aux.xml", with: sidecar)
      }
      try Self.replace(finalPath, with: path)
    } catch {
      throw GeoError(.unwritable, "rename", "The output file cannot be given its name: \(error.localizedDescription)")
    }
  }

  private static func replace(_ target: String, with source: String) throws {
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: source))
    try handle.synchronize()
    try handle.close()
    let renamed = unsafe rename(source, target)
    if renamed != 0 { throw CocoaError(.fileWriteUnknown) }
  }

  deinit {
    for leftover in [path, sidecar, path + ".ovr.tmp", path + ".msk.ovr.tmp", path + "-journal"] {
      try? FileManager.default.removeItem(atPath: leftover)
    }
  }
}
