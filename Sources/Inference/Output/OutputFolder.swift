import Digests
import Foundation
import Glibc

/// A folder that is filled beside its place, or within it where there is one, and moved there when everything is whole.
///
/// While it is filled it is locked: what a run that was killed has left is known by having no lock, and goes with the next
/// run to the same place. What is not published goes with the value.
public struct OutputFolder: ~Copyable {
  private let target: URL
  private let temporary: URL
  private let lock: Int32

  /// What stands in the folder of a result, and is of no use beside the files of another one.
  private static let resultNames: Set = [
    "class.tif", "confidence.tif", "polygons.geojson", "polygons.fgb", "polygons.gpkg", "thumbnail.png", "item.json",
  ]

  /// Makes the folder that is filled.
  ///
  /// - Parameter path: where the result will stand.
  /// - Throws: ``InferenceError`` where there can be none.
  public init(_ path: String) throws(InferenceError) {
    let target = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL
    let name = target.lastPathComponent
    let parent = target.deletingLastPathComponent()
    let isThere = Self.isFolder(target.path)
    if isThere == false {
      throw InferenceError(.unwritable, "The place of the result is a file: choose a folder.")
    }
    // A folder that is there may be a disk of its own, where nothing is moved to from elsewhere, or in one that is closed.
    let temporary = (isThere == nil ? parent : target)
      .appending(path: ".\(name).\(UUID().uuidString).partial", directoryHint: .isDirectory)
    for place in [parent, target] { AbandonedFolders.remove(of: name, in: place) }
    do {
      try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    } catch {
      throw Self.failure("The folder of the result cannot be created", error)
    }
    (self.target, self.temporary) = (target, temporary)
    lock = AbandonedFolders.lock(temporary.path)
  }

  deinit {
    try? FileManager.default.removeItem(at: temporary)
    if lock >= 0 { close(lock) }
  }

  /// The folder that is filled, where files of the result and scratch files are made.
  public var folder: String { temporary.path }

  /// Whether a file would go where a result is put: it has the place of one of the files of a result.
  public static func replaces(_ file: String, in folder: String) -> Bool {
    guard let subject = FileIdentity(file) else { return false }
    return resultNames.contains { FileIdentity("\(folder)/\($0)") == subject }
  }

  /// Refuses inputs that the result would replace.
  func check(notReplacing inputs: [String]) throws(InferenceError) {
    for input in inputs where Self.replaces(input, in: target.path) {
      let name = URL(filePath: input).lastPathComponent
      throw InferenceError(
        .unwritable, "The result would replace '\(name)', from which it is made: choose another folder.")
    }
  }

  private func path(_ name: String) -> String { temporary.appending(path: name, directoryHint: .notDirectory).path }

  /// The files that are there, sorted by name.
  func describe(isCancelled: () -> Bool) throws -> [PredictionReport.File] {
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: temporary.path).sorted()
      return try names.map { name in
        if isCancelled() { throw CancellationError() }
        let attributes = try FileManager.default.attributesOfItem(atPath: path(name))
        return PredictionReport.File(
          name: name, size: (attributes[.size] as? NSNumber)?.intValue ?? 0,
          checksum: try Multihash.sha256(ofFileAt: path(name)).hexadecimal)
      }
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw InferenceError(.unwritable, "The files of the result cannot be read.")
    }
  }

  /// Moves the files to their place, which holds this result alone afterwards: files of an earlier one go.
  ///
  /// Where the place is a folder already its item goes first and the new one comes last, so that no item ever stands
  /// beside files that are not its own. Results of one place follow one another: the last of them is whole.
  public func publish() throws(InferenceError) {
    // Where the folder cannot be opened for reading, files are moved without a turn.
    let turn = AbandonedFolders.wait(for: target.deletingLastPathComponent().path)
    defer { if turn >= 0 { close(turn) } }
    do {
      guard FileManager.default.fileExists(atPath: target.path) else {
        return try FileManager.default.moveItem(at: temporary, to: target)
      }
      let parts = try FileManager.default.subpathsOfDirectory(atPath: temporary.path).sorted()
      let isFolder = parts.map { Self.isFolder(path($0)) ?? false }
      for (part, isFolder) in zip(parts, isFolder) { try checkPlace(part, isFolder: isFolder) }
      let files = zip(parts, isFolder).filter { !$0.1 }.map(\.0)
      try removeEarlier(but: Set(files))
      for (part, isFolder) in zip(parts, isFolder) where isFolder {
        try FileManager.default.createDirectory(at: place(part), withIntermediateDirectories: true)
      }
      for file in files where file != "item.json" { try replace(file) }
      if files.contains("item.json") { try replace("item.json") }
    } catch let error as InferenceError {
      throw error
    } catch {
      throw Self.failure("The result cannot be moved to its folder", error)
    }
  }

  /// A failure with what the system says of it, where it says something.
  private static func failure(_ what: String, _ error: any Error) -> InferenceError {
    guard let reason = (error as? CocoaError)?.underlying as? POSIXError else {
      return InferenceError(.unwritable, what + ".")
    }
    let words = unsafe String(cString: strerror(reason.code.rawValue))
    return InferenceError(.unwritable, "\(what): \(words).")
  }

  private func place(_ part: String) -> URL { target.appending(path: part, directoryHint: .notDirectory) }

  /// Whether a path leads to a folder, nil where there is nothing.
  private static func isFolder(_ path: String) -> Bool? {
    var isFolder = ObjCBool(false)
    return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) ? isFolder.boolValue : nil
  }

  private func checkPlace(_ part: String, isFolder: Bool) throws {
    guard let found = Self.isFolder(place(part).path), found != isFolder else { return }
    throw InferenceError(
      .unwritable, "'\(part)' in the folder of the result is a \(found ? "folder" : "file"): choose another folder.")
  }

  /// Removes the item of an earlier result, and those of its files that this one does not have.
  private func removeEarlier(but files: Set<String>) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: target.path).sorted() {
      let subject = name.hasSuffix(".aux.xml") ? String(name.dropLast(8)) : name
      guard Self.resultNames.contains(subject), name == "item.json" || !files.contains(name) else { continue }
      try FileManager.default.removeItem(at: place(name))
    }
  }

  private func replace(_ file: String) throws {
    // FileManager has no move that replaces; rename(2) does it in one step.
    guard unsafe rename(path(file), place(file).path) == 0 else { throw CocoaError(.fileWriteUnknown) }
  }
}

/// Which file a path leads to, whatever it is called.
private struct FileIdentity: Equatable {
  private let device: UInt64
  private let number: UInt64

  /// Nil where there is no file.
  init?(_ path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
  }
}

/// Folders of results whose runs were killed while they filled them.
private enum AbandonedFolders {
  /// How old a folder must be before it counts: a run locks its folder a moment after it has made it.
  private static let age: TimeInterval = 60

  /// Takes the lock of a folder until the descriptor is closed or the process ends; -1 where there is none to be had.
  static func lock(_ path: String) -> Int32 {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return -1 }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
    close(descriptor)
    return -1
  }

  /// Takes the lock of a folder as soon as it is free; -1 where there is none to be had.
  static func wait(for path: String) -> Int32 {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return -1 }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        close(descriptor)
        return -1
      }
    }
    return descriptor
  }

  /// Removes those of a result's name in a folder; one that cannot be removed harms nothing.
  static func remove(of result: String, in parent: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
    for name in names where name.hasPrefix(".\(result).") && name.hasSuffix(".partial") {
      let folder = parent.appending(path: name, directoryHint: .isDirectory)
      let attributes = try? FileManager.default.attributesOfItem(atPath: folder.path)
      guard let changed = attributes?[.modificationDate] as? Date, -changed.timeIntervalSinceNow > age else { continue }
      let descriptor = lock(folder.path)
      guard descriptor >= 0 else { continue }
      try? FileManager.default.removeItem(at: folder)
      close(descriptor)
    }
  }
}
