import Foundation

/// The files that the paths of a command name: folders are walked, in a fixed order.
public struct CatalogSource: Sendable {
  /// Files that may hold STAC documents, as absolute paths, folders walked in order of name.
  public let files: [String]

  /// A path that cannot be read.
  public struct Unreadable: Error, Sendable, CustomStringConvertible {
    public let path: String
    public let reason: String

    public var description: String { "\(path): \(reason)" }
  }

  /// Finds the files below the paths; a file that is named is taken whatever its name, in folders `.json`,
  /// `.geojson`, `.ndjson`, `.jsonl` and `.geojsonl` are.
  ///
  /// - Throws: ``Unreadable`` for a path that does not exist.
  public init(paths: [String]) throws(Unreadable) {
    var files: [String] = []
    for path in paths {
      let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: absolute, isDirectory: &isFolder) else {
        throw Unreadable(path: path, reason: "there is no such file or folder")
      }
      files += isFolder.boolValue ? Self.walk(absolute) : [absolute]
    }
    self.files = files
  }

  /// The size of all files together.
  var byteCount: Int {
    files.reduce(0) { sum, path in
      sum + ((try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0)
    }
  }

  private static let endings: Set<String> = ["json", "geojson", "ndjson", "jsonl", "geojsonl"]

  private static func walk(_ folder: String) -> [String] {
    let entries = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return entries.sorted()
      .filter { endings.contains(($0 as NSString).pathExtension.lowercased()) }
      .map { folder + "/" + $0 }
  }

  /// Whether a file holds one document a line.
  static func isLineDelimited(_ path: String) -> Bool {
    ["ndjson", "jsonl", "geojsonl"].contains((path as NSString).pathExtension.lowercased())
  }
}
