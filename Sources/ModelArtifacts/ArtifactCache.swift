import Digests
import Foundation

/// Files by their content: each is named after its SHA-256, appears whole or not at all, and the longest unused go first
/// where all together take more than the limit.
///
/// Several processes may share the folder. Who uses a file makes a link to it, so that it may go meanwhile.
public struct ArtifactCache: Sendable {
  /// Absolute path of the folder.
  public let folder: String
  /// The most bytes that are kept.
  public let capacity: Int64

  private static let staleSeconds: TimeInterval = 86_400

  public init(folder: String, capacity: Int64) {
    self.folder = folder
    self.capacity = capacity
  }

  /// Puts the file with a digest at a path, where it is here and was found at an address; blocks the thread.
  ///
  /// What lies at another address is not known to be that file, whoever says so.
  ///
  /// - Returns: whether it is here.
  public func link(_ digest: [UInt8], from address: String, to path: String) -> Bool {
    let kept = self.path(of: digest)
    guard FileManager.default.fileExists(atPath: note(digest, address)) else { return false }
    guard FileManager.default.fileExists(atPath: kept) else { return false }
    do {
      try FileManager.default.linkItem(atPath: kept, toPath: path)
    } catch {
      // Another file system, or it went just now.
      guard (try? FileManager.default.copyItem(atPath: kept, toPath: path)) != nil else { return false }
    }
    // What was damaged on the disk is fetched anew.
    guard (try? SHA256.hash(fileAt: path)) == digest else {
      try? FileManager.default.removeItem(atPath: path)
      try? FileManager.default.removeItem(atPath: kept)
      return false
    }
    try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: kept)
    return true
  }

  /// Keeps a file of an address whose digest was checked; it stays where it is too. What cannot be kept is no failure.
  public func keep(_ path: String, digest: [UInt8], from address: String) {
    guard size(of: path) <= capacity else { return }
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let arriving = "\(folder)/arriving-\(UUID().uuidString)"
    do {
      do {
        try FileManager.default.linkItem(atPath: path, toPath: arriving)
      } catch {
        try FileManager.default.copyItem(atPath: path, toPath: arriving)
      }
      guard unsafe rename(arriving, self.path(of: digest)) == 0 else { throw CocoaError(.fileWriteUnknown) }
      _ = FileManager.default.createFile(atPath: note(digest, address), contents: nil)
    } catch {
      try? FileManager.default.removeItem(atPath: arriving)
    }
    // Of two names of one file rename removes none.
    try? FileManager.default.removeItem(atPath: arriving)
    evict()
  }

  private func path(of digest: [UInt8]) -> String { "\(folder)/\(Hexadecimal.encode(digest))" }

  /// An empty file that says that a file was found at an address.
  private func note(_ digest: [UInt8], _ address: String) -> String {
    let place = (try? SHA256.hash(Array(address.utf8))).map { Hexadecimal.encode($0) } ?? "unknown"
    return "\(path(of: digest))\(Self.noteMark)\(place)"
  }

  private static let noteMark = "-at-"

  private struct Entry {
    let path: String
    let size: Int64
    let used: Date
  }

  private func evict() {
    var entries: [Entry] = []
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let path = "\(folder)/\(name)"
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { continue }
      let used = attributes[.modificationDate] as? Date ?? .distantPast
      // What a process that ended did not finish.
      if name.hasPrefix("arriving-"), Date().timeIntervalSince(used) > Self.staleSeconds {
        try? FileManager.default.removeItem(atPath: path)
      } else if name.utf8.count == 64 {
        entries.append(Entry(path: path, size: (attributes[.size] as? NSNumber)?.int64Value ?? 0, used: used))
      }
    }
    var total = entries.reduce(0) { $0 + $1.size }
    for entry in entries.sorted(by: { $0.used < $1.used }) where total > capacity {
      try? FileManager.default.removeItem(atPath: entry.path)
      total -= entry.size
    }
    removeNotes()
  }

  /// Removes what is said of files that are gone.
  private func removeNotes() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      guard let mark = name.range(of: Self.noteMark) else { continue }
      if !FileManager.default.fileExists(atPath: "\(folder)/\(name[..<mark.lowerBound])") {
        try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
      }
    }
  }

  private func size(of path: String) -> Int64 {
    ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.int64Value ?? 0
  }
}
