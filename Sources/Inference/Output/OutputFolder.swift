import Digests
import Foundation
import Glibc

/// A folder that is filled beside its place and moved there when everything is whole.
struct OutputFolder: ~Copyable {
  private let target: URL
  private let temporary: URL

  init(_ path: String) throws(InferenceError) {
    target = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL
    temporary = target.deletingLastPathComponent()
      .appending(path: ".\(target.lastPathComponent).\(UUID().uuidString).partial", directoryHint: .isDirectory)
    do {
      try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    } catch {
      throw InferenceError(.unwritable, "The folder of the result cannot be created.")
    }
  }

  deinit { try? FileManager.default.removeItem(at: temporary) }

  /// The folder that is filled, where files of the result and scratch files are made.
  var folder: String { temporary.path }

  private func path(_ name: String) -> String { temporary.appending(path: name, directoryHint: .notDirectory).path }

  /// Moves the files to their place and describes them, sorted by name.
  func publish(isCancelled: () -> Bool) throws -> [PredictionReport.File] {
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: temporary.path).sorted()
      let files = try names.map { name in
        if isCancelled() { throw CancellationError() }
        let attributes = try FileManager.default.attributesOfItem(atPath: path(name))
        return PredictionReport.File(
          name: name, size: (attributes[.size] as? NSNumber)?.intValue ?? 0,
          checksum: try Multihash.sha256(ofFileAt: path(name)).hexadecimal)
      }
      try move(names)
      return files
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw InferenceError(.unwritable, "The result cannot be moved to its folder.")
    }
  }

  private func move(_ names: [String]) throws {
    guard FileManager.default.fileExists(atPath: target.path) else {
      return try FileManager.default.moveItem(at: temporary, to: target)
    }
    for name in names {
      let place = target.appending(path: name, directoryHint: .notDirectory)
      let from = temporary.appending(path: name, directoryHint: .notDirectory)
      // FileManager has no move that replaces; rename(2) does it in one step.
      guard unsafe rename(from.path, place.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
  }
}
